#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "dissectors/cursor.h"

namespace uptake::dns::test {

using Octets = std::vector<std::uint8_t>;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Wire: appends big-endian numbers, octets and names.
class Wire {
 public:
  Wire() = default;
  explicit Wire(Octets octets) : out(std::move(octets)) {}

  Wire& u8(unsigned v) {
    out.push_back(static_cast<std::uint8_t>(v));
    return *this;
  }
  Wire& u16(unsigned v) { return u8(v >> 8 & 0xff).u8(v & 0xff); }
  Wire& u32(std::uint32_t v) { return u16(v >> 16).u16(v & 0xffff); }
  Wire& add(Bytes octets) {
    out.insert(out.end(), octets.begin(), octets.end());
    return *this;
  }
  Wire& text(std::string_view octets) { return add(bytes_of(octets)); }
  Wire& zeros(std::size_t count) {
    out.insert(out.end(), count, std::uint8_t{0});
    return *this;
  }
  /// "www.example.com" as labels; "" or "." is the root.
  Wire& name(std::string_view dotted) {
    while (!dotted.empty() && dotted != ".") {
      const std::string_view label = dotted.substr(0, dotted.find('.'));
      u8(static_cast<unsigned>(label.size())).text(label);
      dotted.remove_prefix(label.size() < dotted.size() ? label.size() + 1 : label.size());
    }
    return u8(0);
  }
  Octets out{};
};

inline constexpr unsigned kQr = 0x8000, kAaFlag = 0x0400, kTcFlag = 0x0200, kRdFlag = 0x0100, kRaFlag = 0x0080,
                          kAdFlag = 0x0020, kCdFlag = 0x0010;

/// Builder: a message whose counts follow what is added to it; set a count by hand to make it lie.
class Builder {
 public:
  explicit Builder(unsigned flags = kRdFlag, unsigned id = 0x1234) : id_(id), flags_(flags) {}

  Builder& question(std::string_view name, unsigned type, unsigned qclass = 1) {
    ++counts[0];
    body_.name(name).u16(type).u16(qclass);
    return *this;
  }
  Builder& raw_question(const Octets& octets) {
    ++counts[0];
    body_.add(octets);
    return *this;
  }
  /// A record in section 1 (answer), 2 (authority) or 3 (additional), whose owner points to the question.
  Builder& record(int section, unsigned type, const Octets& rdata, unsigned rr_class = 1, std::uint32_t ttl = 300) {
    return owned(section, {0xc0, 0x0c}, type, rdata, rr_class, ttl);
  }
  Builder& owned(int section, const Octets& owner, unsigned type, const Octets& rdata, unsigned rr_class = 1,
                 std::uint32_t ttl = 300) {
    ++counts[section];
    body_.add(owner).u16(type).u16(rr_class).u32(ttl).u16(static_cast<unsigned>(rdata.size())).add(rdata);
    return *this;
  }
  Builder& opt(unsigned size, bool dnssec_ok, const Octets& options = {}, unsigned rcode_high = 0,
               unsigned version = 0) {
    return owned(3, {0}, 41, options, size, rcode_high << 24 | version << 16 | (dnssec_ok ? 0x8000U : 0U));
  }
  [[nodiscard]] Octets done() const {
    Wire wire;
    wire.u16(id_).u16(flags_);
    for (const unsigned count : counts) wire.u16(count);
    return wire.add(body_.out).out;
  }
  /// With its length in front (RFC 7766 §8).
  [[nodiscard]] Octets framed() const {
    const Octets message = done();
    return Wire{}.u16(static_cast<unsigned>(message.size())).add(message).out;
  }

  unsigned counts[4] = {};

 private:
  unsigned id_;
  unsigned flags_;
  Wire body_;
};

inline Octets option(unsigned code, const Octets& value) {
  return Wire{}.u16(code).u16(static_cast<unsigned>(value.size())).add(value).out;
}
inline Octets a_rdata() { return {192, 0, 2, 1}; }
inline Octets rrsig_rdata(unsigned covered, unsigned algorithm) {
  return Wire{}.u16(covered).u8(algorithm).u8(2).u32(300).u32(2).u32(1).u16(7).name("example").zeros(64).out;
}
inline Octets ds_rdata(unsigned algorithm, unsigned digest) {
  return Wire{}.u16(7).u8(algorithm).u8(digest).zeros(32).out;
}
inline Octets dnskey_rdata(unsigned algorithm) { return Wire{}.u16(257).u8(3).u8(algorithm).zeros(64).out; }
inline Octets nsec3_rdata(unsigned flags, unsigned iterations, unsigned salt) {
  return Wire{}.u8(1).u8(flags).u16(iterations).u8(salt).zeros(salt).u8(20).zeros(20).text("\0\1\x40").out;
}
inline Octets txt_rdata(std::string_view text) {
  return Wire{}.u8(static_cast<unsigned>(text.size())).text(text).out;
}
inline Octets aaaa_rdata(std::initializer_list<std::uint8_t> first) {
  Octets address(first);
  address.resize(16, 1);
  return address;
}

}  // namespace uptake::dns::test
