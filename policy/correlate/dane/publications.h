#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "policy/correlate/dane/answers.h"
#include "policy/correlate/dane/facts.h"
#include "policy/correlate/dane/hosts.h"
#include "policy/correlate/dane/matcher.h"
#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/filed.h"

namespace uptake::dane {

/// Connection: what a connection that has ended showed.
struct Connection {
  const About& about;
  const Bits& bits;
  Bytes chain;  ///< where one was seen; empty: it was pushed out
};

/// Found: what a connection comes to by one name of its server.
struct Found {
  Published published = Published::unseen;
  Matched matched{};
  std::uint64_t host = 0;
  std::uint64_t set = 0;
  Bytes name{};  ///< of the host, if it is known; valid until learn()
  bool pair = false;
  bool asked = false;
};

/// Publications: the TLSA records and the addresses of hosts, as DNSSEC was judged, and what connections come to by
/// them. Memory is taken at start.
class Publications {
 public:
  /// Bounds: what is remembered at most.
  struct Bounds {
    std::size_t answers = std::size_t{1} << 14;
    std::size_t answer_octets = std::size_t{4} << 20;
    std::size_t addresses = std::size_t{1} << 16;
  };

  /// The digests are borrowed, the trust anchors copied.
  Publications(const Digests& digests, const std::string& trust_anchors, const Bounds& bounds);

  /// Learns from a response that was judged.
  void learn(const Filed& filed) noexcept;
  /// Somebody asked for TLSA records of a service at that port.
  [[nodiscard]] bool was_asked(std::uint16_t port) const noexcept { return answers_.was_asked(port); }
  [[nodiscard]] Found find(const Connection& connection) noexcept;
  /// What was forgotten, and what others pushed out while it was needed.
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return answers_.forgotten() + hosts_.forgotten() + pushed_;
  }

 private:
  [[nodiscard]] Found find_by_name(const Connection& connection) noexcept;
  [[nodiscard]] Found find_by_address(const Connection& connection) noexcept;
  [[nodiscard]] Found look_behind(const Connection& connection, const Hosts::Host& host) noexcept;
  [[nodiscard]] Found look(const Connection& connection, std::uint64_t host) noexcept;

  std::unique_ptr<dnssec::Message> message_;
  Answers answers_;
  Hosts hosts_;
  Matcher matcher_;
  std::uint64_t pushed_ = 0;
};

}  // namespace uptake::dane
