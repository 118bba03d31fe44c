#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "policy/correlate/dnssec/facts.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/filed.h"
#include "policy/correlate/join_table.h"
#include "policy/digests.h"

namespace uptake::dane {

/// Hosts: the names whose addresses were asked for, by address, for as long as the answers serve.
class Hosts {
 public:
  static constexpr std::size_t kNames = 4;
  /// Host: a name of an address, by digest.
  struct Host {
    std::uint64_t name = 0;    ///< 0: there is none
    std::uint64_t behind = 0;  ///< the name behind its aliases; 0: it is none
    std::uint64_t until_ns = 0;
    bool insecure = false;  ///< its address stands in no signed zone
  };
  /// Names: those of an address, the last that was asked for first.
  struct Names {
    std::array<Host, kNames> hosts{};
    std::uint64_t crowded_ns = 0;  ///< until then it may have more
  };

  /// The digests are borrowed.
  Hosts(const Digests& digests, std::size_t places) : digests_(digests), table_(places) {}

  /// Takes a response to a question for addresses: they are those of the name that was asked for, and of the one
  /// behind its aliases (RFC 7671 §7).
  void learn(const dnssec::Message& message, const dnssec::Bits& judged, const About& about) noexcept;
  /// nullptr: none is known. Valid until learn().
  [[nodiscard]] const Names* find(const Address& address, std::uint64_t packet_ns) noexcept {
    return table_.find({digests_.server(address, 0, 0), 0, 0}, packet_ns);
  }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return table_.forgotten(); }

 private:
  void add(const Address& address, const Host& host, std::uint64_t packet_ns) noexcept;

  const Digests& digests_;
  JoinTable<Names> table_;
};

}  // namespace uptake::dane
