#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/smtp/facts.h"
#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "policy/correlate/dane/join.h"
#include "tests/policy/correlate/dane/handshake.h"

// Exhibits as the join of TLSA records reads them: responses that were judged, chains, ends of connections.
namespace uptake::dane::test {

using certificates::test::kDay;
using certificates::test::kNow;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Reply: a response to one question.
class Reply {
 public:
  Reply(const std::string& name, std::uint16_t type)
      : name_(name), type_(type), octets_{0, 1, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0} {
    put_name(name);
    put16(type);
    put16(1);
  }
  Reply& answer(const std::string& owner, std::uint16_t type, std::uint32_t ttl, const Octets& rdata) {
    ++octets_[7];
    return record(owner, type, ttl, rdata);
  }
  /// A denial by the zone; behind all answers.
  Reply& soa(const std::string& zone, std::uint32_t ttl) {
    ++octets_[9];
    Octets rdata(22, 0);  // two names that are the root, five numbers
    for (unsigned i = 0; i < 4; ++i) rdata[18 + i] = static_cast<std::uint8_t>(ttl >> (24 - 8 * i));
    return record(zone, 6, ttl, rdata);
  }
  [[nodiscard]] const Octets& octets() const { return octets_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint16_t type() const { return type_; }

  [[nodiscard]] static Octets wire_of(const std::string& name) {
    Octets wire;
    for (std::size_t at = 0; at < name.size();) {
      const std::size_t end = std::min(name.find('.', at), name.size());
      wire.push_back(static_cast<std::uint8_t>(end - at));
      wire.insert(wire.end(), name.begin() + static_cast<std::ptrdiff_t>(at),
                  name.begin() + static_cast<std::ptrdiff_t>(end));
      at = end + 1;
    }
    wire.push_back(0);
    return wire;
  }

 private:
  Reply& record(const std::string& owner, std::uint16_t type, std::uint32_t ttl, const Octets& rdata) {
    put_name(owner);
    put16(type);
    put16(1);
    put16(ttl >> 16);
    put16(ttl & 0xffff);
    put16(static_cast<std::uint32_t>(rdata.size()));
    octets_.insert(octets_.end(), rdata.begin(), rdata.end());
    return *this;
  }
  void put_name(const std::string& name) {
    const Octets wire = wire_of(name);
    octets_.insert(octets_.end(), wire.begin(), wire.end());
  }
  void put16(std::uint32_t value) {
    for (const std::uint32_t octet : {value >> 8 & 0xff, value & 0xff})
      octets_.push_back(static_cast<std::uint8_t>(octet));
  }
  std::string name_;
  std::uint16_t type_;
  Octets octets_;
};

inline constexpr dnssec::Bits kSecure{.verdict = dnssec::Security::secure};
inline constexpr dnssec::Bits kInsecure{.verdict = dnssec::Security::insecure};
inline constexpr dnssec::Bits kBogus{.verdict = dnssec::Security::bogus};
inline constexpr dnssec::Bits kNotJudged{.verdict = dnssec::Security::not_judged};
/// The same of a response whose query was not seen.
[[nodiscard]] inline dnssec::Bits unasked(dnssec::Bits bits) {
  bits.unasked = true;
  return bits;
}

/// Link: one connection: who, by number, and to which server.
struct Link {
  std::uint16_t client = 1;
  std::uint8_t server = 1;  ///< last octet of its address
  std::uint16_t port = 25;
  std::string_view name = {};  ///< that the hello names
};

inline tls::SessionBits tls12(Carrier carrier = Carrier::smtp) {
  return {.suite = 0xc02b,
          .version_minor = 3,
          .sight = tls::Sight::complete,
          .client_hello = true,
          .full = true,
          .carrier = carrier};
}
inline tls::SessionBits tls13() {
  return {.suite = 0x1301,
          .version_minor = 4,
          .sight = tls::Sight::complete,
          .client_hello = true,
          .carrier = Carrier::smtp};
}
/// A connection whose server lists its extensions.
inline smtp::SessionBits clear(smtp::Offer offer, smtp::Request request = smtp::Request::none) {
  return {.service = smtp::Service::relay,
          .greeting = smtp::Greeting::ehlo,
          .starttls = offer,
          .request = request,
          .client_seen = true,
          .server_seen = true,
          .started = true};
}

/// Filing: Exhibits, filed as the worker notes them and the join above shows them.
class Filing final : public Findings {
 public:
  explicit Filing(const Join::Bounds& bounds = {}, const std::string& anchors = {})
      : join(digests_, JoinFiles{.trust_anchors = anchors}, bounds) {}

  void note(std::uint16_t, std::uint64_t value, const About& about, std::uint32_t) noexcept override {
    found.push_back(Bits::unpack(value));
    clients.push_back(about.subject.client_port);
    hosts.emplace_back(about.subject.name.begin(), about.subject.name.end());
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}

  void judged(const Reply& reply, const dnssec::Bits& verdict = kSecure) {
    Filed filed = filed_of({});
    dnssec::Bits bits = verdict;
    bits.qtype = reply.type();
    filed.value = bits.pack();
    filed.bytes = reply.octets();
    filed.about.subject.name = bytes_of(reply.name());
    join.file(0, filed, *this);
  }
  void tlsa(const std::string& host, const std::vector<Record>& records, const dnssec::Bits& verdict = kSecure,
            std::uint32_t ttl = 3600, std::uint16_t port = 25) {
    const std::string owner = "_" + std::to_string(port) + "._tcp." + host;
    Reply reply(owner, 52);
    for (const Record& record : records) {
      Octets rdata{record.usage, record.selector, record.matching};
      rdata.insert(rdata.end(), record.data.begin(), record.data.end());
      reply.answer(owner, 52, ttl, rdata);
    }
    if (records.empty()) reply.soa("test", ttl);
    dnssec::Bits bits = verdict;
    if (records.empty() && bits.kind == dnssec::Kind::answer) bits.kind = dnssec::Kind::no_data;
    judged(reply, bits);
  }
  void address(const std::string& host, std::uint8_t server, const dnssec::Bits& verdict = kSecure) {
    judged(Reply(host, 1).answer(host, 1, 3600, {192, 0, 2, server}), verdict);
  }
  void chain(const Link& link, const Octets& body) {
    Filed filed = filed_of(link);
    filed.bytes = body;
    join.file(2, filed, *this);
  }
  void lose(const Link& link, Ending why) { value(3, link, static_cast<std::uint64_t>(why)); }
  void end(const Link& link, const tls::SessionBits& session) { value(4, link, session.pack()); }
  void in_clear(const Link& link, const smtp::SessionBits& session) { value(1, link, session.pack()); }

  /// Time goes on.
  void pass(double more) {
    seconds += more;
    join.advance(ns(), *this);
  }
  /// What the last connection comes to, when its wait is over.
  Bits last() {
    join.finish(*this);
    return found.back();
  }
  Bits last_of(const Link& link, const Octets& body, const tls::SessionBits& session = tls12()) {
    chain(link, body);
    end(link, session);
    return last();
  }
  Bits last_of(const Link& link, const tls::SessionBits& session) {
    end(link, session);
    return last();
  }
  Bits last_of(const Link& link, const smtp::SessionBits& session) {
    in_clear(link, session);
    return last();
  }

 private:
  [[nodiscard]] std::uint64_t ns() const {
    return static_cast<std::uint64_t>((static_cast<double>(kNow) + seconds) * 1e9);
  }
  [[nodiscard]] Filed filed_of(const Link& link) const {
    Filed filed;
    filed.about.packet_ns = ns();
    Subject& subject = filed.about.subject;
    subject.client.octets = {198, 51, 100, 1};
    subject.client_port = link.client;
    subject.server.octets = {192, 0, 2, link.server};
    subject.server_port = link.port;
    subject.name = bytes_of(link.name);
    return filed;
  }
  void value(std::size_t which, const Link& link, std::uint64_t value) {
    Filed filed = filed_of(link);
    filed.value = value;
    join.file(which, filed, *this);
  }
  Digests digests_ = Digests::published();

 public:
  std::vector<Bits> found;
  std::vector<std::uint16_t> clients;  ///< by number, of those that were found
  std::vector<std::string> hosts;      ///< the names that they were found by
  double seconds = 0;
  Join join;
};

}  // namespace uptake::dane::test
