#pragma once

#include <string>
#include <vector>

#include "policy/correlate/dnssec/join.h"
#include "tests/policy/correlate/dnssec/zone.h"

namespace uptake::dnssec::test {

/// Found: what a join found, in order: the verdict on each response, by its name.
struct Found final : Findings {
  struct Of {
    Bits bits;
    std::string name;
  };
  void note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t) noexcept override {
    const Bytes text = about.subject.name;
    all[fact].push_back({Bits::unpack(value), std::string(text.begin(), text.end())});
  }
  void show(std::uint16_t, std::uint64_t value, Bytes bytes, const About&, const dnssec::Message*) noexcept override {
    shown.push_back({Bits::unpack(value), Octets(bytes.begin(), bytes.end())});
  }

  struct Shown {
    Bits bits;
    Octets message;
  };
  std::vector<Of> all[kFactCount];
  std::vector<Shown> shown;

  [[nodiscard]] const std::vector<Of>& responses() const { return all[kResponse]; }
  /// Of the last response.
  [[nodiscard]] Bits last() const { return responses().back().bits; }
};

inline std::string text_of(const Octets& octets) {
  std::string out;
  for (const unsigned octet : octets) {
    out += "0123456789abcdef"[octet >> 4];
    out += "0123456789abcdef"[octet & 15];
  }
  return out;
}
/// A DS as zone-file text.
inline std::string ds_text(const Zone& zone, unsigned digest_type = 2) {
  const Octets ds = zone.ds(digest_type);
  return (zone.name.empty() ? "." : zone.name + ".") + " IN DS " + std::to_string(zone.key.tag) + " " +
         std::to_string(zone.key.algorithm) + " " + std::to_string(digest_type) + " " +
         text_of(Octets(ds.begin() + 4, ds.end())) + "\n";
}

/// Filing: responses, filed as the worker notes them.
class Filing {
 public:
  explicit Filing(const JoinFiles& files, const Join::Bounds& bounds = {}) : join(digests_, files, bounds) {}

  void file(const Reply& reply, double seconds = 0) { file(reply.done(), reply.said, seconds); }
  void file(const Octets& message, const dns::ResponseBits& said, double seconds = 0) {
    Filed filed;
    filed.about.packet_ns = ns(seconds);
    filed.value = said.pack();
    filed.bytes = message;
    join.advance(filed.about.packet_ns, found);
    join.file(0, filed, found);
  }
  void advance(double seconds) { join.advance(ns(seconds), found); }
  /// The verdict on a response, when all has come.
  Bits verdict(const Reply& reply, double seconds = 0) {
    file(reply, seconds);
    join.finish(found);
    return found.last();
  }
  [[nodiscard]] static std::uint64_t ns(double seconds) {
    return static_cast<std::uint64_t>((static_cast<double>(kNow) + seconds) * 1e9);
  }

 private:
  Digests digests_ = Digests::published();

 public:
  Found found;
  Join join;
};

/// World: a root, "test", and what stands below, signed with P-256.
struct World {
  Zone root{""};
  Zone tld{"test"};
  Zone zone{"example.test"};

  [[nodiscard]] JoinFiles files() const { return {.dnssec_anchors = ds_text(root)}; }
  [[nodiscard]] static Reply keys(const Zone& of, const Signing& how = {}) {
    return std::move(Reply(of.name, 48).add(1, of, of.name, 48, {of.key.rdata}, how));
  }
  [[nodiscard]] static Reply ds(const Zone& parent, const Zone& child) {
    return std::move(Reply(child.name, 43).add(1, parent, child.name, 43, {child.ds()}));
  }
  /// All links from the root to the zone.
  void link(Filing& filing, double seconds = 0) const {
    filing.file(keys(root), seconds);
    filing.file(ds(root, tld), seconds);
    filing.file(keys(tld), seconds);
    filing.file(ds(tld, zone), seconds);
    filing.file(keys(zone), seconds);
  }
  [[nodiscard]] Reply address(const std::string& owner, const Signing& how = {}) const {
    return std::move(Reply(owner, 1).add(1, zone, owner, 1, {dns::test::a_rdata()}, how));
  }
};

}  // namespace uptake::dnssec::test
