#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "dissectors/rtr/pdu.h"

// PDUs of the RPKI to Router protocol, written octet by octet (RFC 8210 section 5).
namespace uptake::rtr::test {

using Octets = std::vector<std::uint8_t>;

inline void put16(Octets& out, std::uint32_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}
inline void put32(Octets& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}
/// Head and body.
inline Octets pdu(unsigned version, unsigned type, unsigned field, const Octets& body = {}) {
  Octets out{static_cast<std::uint8_t>(version), static_cast<std::uint8_t>(type)};
  put16(out, field);
  put32(out, static_cast<std::uint32_t>(8 + body.size()));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}
inline Octets words(std::initializer_list<std::uint32_t> values) {
  Octets out;
  for (const std::uint32_t value : values) put32(out, value);
  return out;
}
inline Octets joined(std::initializer_list<Octets> parts) {
  Octets out;
  for (const Octets& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

inline Octets reset_query(unsigned version = 1) { return pdu(version, kResetQuery, 0); }
inline Octets serial_query(unsigned session, std::uint32_t serial, unsigned version = 1) {
  return pdu(version, kSerialQuery, session, words({serial}));
}
inline Octets serial_notify(unsigned session, std::uint32_t serial, unsigned version = 1) {
  return pdu(version, kSerialNotify, session, words({serial}));
}
inline Octets cache_response(unsigned session, unsigned version = 1) { return pdu(version, kCacheResponse, session); }
inline Octets cache_reset(unsigned version = 1) { return pdu(version, kCacheReset, 0); }
inline Octets end_of_data(unsigned session, std::uint32_t serial, unsigned version = 1, std::uint32_t expire = 7200) {
  return pdu(version, kEndOfData, session, version == 0 ? words({serial}) : words({serial, 3600, 600, expire}));
}
/// 192.0.`third`.0/24.
inline Octets ipv4(std::uint8_t third, std::uint32_t as, bool announced = true, unsigned version = 1,
                   std::uint8_t length = 24, std::uint8_t max_length = 24) {
  Octets body{static_cast<std::uint8_t>(announced), length, max_length, 0, 192, 0, third, 0};
  put32(body, as);
  return pdu(version, kIpv4Prefix, 0, body);
}
/// 2001:db8:`third`::/48.
inline Octets ipv6(std::uint16_t third, std::uint32_t as, bool announced = true, unsigned version = 1) {
  Octets body{static_cast<std::uint8_t>(announced), 48, 64, 0, 0x20, 0x01, 0x0d, 0xb8};
  put16(body, third);
  body.resize(body.size() + 10);
  put32(body, as);
  return pdu(version, kIpv6Prefix, 0, body);
}
inline Octets router_key(std::uint32_t as, bool announced = true, unsigned version = 1) {
  Octets body(20, 0xab);
  put32(body, as);
  body.resize(body.size() + 91, 0x30);
  return pdu(version, kRouterKey, announced ? 0x0100 : 0, body);
}
/// As the draft has it today.
inline Octets aspa(std::uint32_t customer, const std::vector<std::uint32_t>& providers, bool announced = true) {
  Octets body;
  put32(body, customer);
  for (const std::uint32_t provider : providers) put32(body, provider);
  return pdu(2, kAspa, announced ? 0x0100 : 0, body);
}
/// As drafts up to the tenth had it.
inline Octets early_aspa(std::uint32_t customer, const std::vector<std::uint32_t>& providers, bool announced = true) {
  Octets body{static_cast<std::uint8_t>(announced), 0};
  put16(body, static_cast<std::uint32_t>(providers.size()));
  put32(body, customer);
  for (const std::uint32_t provider : providers) put32(body, provider);
  return pdu(2, kAspa, 0, body);
}
inline Octets error_report(unsigned code, const Octets& about = {}, unsigned version = 1) {
  Octets body;
  put32(body, static_cast<std::uint32_t>(about.size()));
  body.insert(body.end(), about.begin(), about.end());
  put32(body, 0);
  return pdu(version, kErrorReport, code, body);
}

}  // namespace uptake::rtr::test
