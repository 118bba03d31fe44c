#pragma once

#include <vector>

#include "tests/policy/correlate/dnssec/filing.h"

namespace uptake::dnssec::test {

/// KeyTrap: a zone with many keys of one tag, whose records have many signatures that none of them made.
struct KeyTrap {
  static constexpr std::size_t kKeys = 13;
  static constexpr int kSignatures = 40;

  World world;
  std::vector<Key> keys;

  KeyTrap() {
    keys.push_back(world.zone.key);
    while (keys.size() < kKeys) {
      Key key;
      if (take_tag(key, world.zone.key.tag)) keys.push_back(key);
    }
  }
  /// Flags that nobody reads give a key the tag, if it can have it.
  static bool take_tag(Key& key, unsigned tag) {
    for (unsigned flags = 0; flags < 0x10000; ++flags) {
      const bool is_zone_key = (flags & 0x0180) == 0x0100;
      if (!is_zone_key) continue;
      key.rdata[0] = static_cast<std::uint8_t>(flags >> 8);
      key.rdata[1] = static_cast<std::uint8_t>(flags);
      std::uint32_t sum = 0;
      for (std::size_t i = 0; i < key.rdata.size(); ++i) sum += i % 2 == 0 ? key.rdata[i] * 256U : key.rdata[i];
      if (((sum + (sum >> 16)) & 0xffff) != tag) continue;
      key.tag = tag;
      return true;
    }
    return false;
  }
  [[nodiscard]] Reply dnskey() const {
    std::vector<Octets> all;
    for (const Key& key : keys) all.push_back(key.rdata);
    return std::move(Reply(world.zone.name, 48).add(1, world.zone, world.zone.name, 48, all));
  }
  /// An answer whose signatures are of the right form, and of nothing. `number` makes them differ.
  [[nodiscard]] Reply answer(unsigned number) const {
    const std::string owner = "h" + std::to_string(number) + "." + world.zone.name;
    Reply reply(owner, 1);
    reply.add(1, owner, 1, dns::test::a_rdata());
    Octets rrsig = world.zone.rrsig(owner, 1, {dns::test::a_rdata()});
    for (int i = 0; i < kSignatures; ++i) {
      ++rrsig[rrsig.size() - 1 - static_cast<std::size_t>(i % 8)];
      reply.add(1, owner, 46, rrsig);
    }
    return reply;
  }
  void link(Filing& filing) const {
    for (const Reply& link : {World::keys(world.root), World::ds(world.root, world.tld), World::keys(world.tld),
                              World::ds(world.tld, world.zone), dnskey()})
      filing.file(link);
  }
};

}  // namespace uptake::dnssec::test
