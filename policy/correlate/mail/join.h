#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "policy/correlate/correlator.h"
#include "policy/correlate/join_table.h"
#include "policy/correlate/mail/facts.h"

namespace uptake::mail {

/// Join: holds what a mail server says of STARTTLS in one connection against what it said in others, so that an offer
/// that is taken out on one way shows by contrast; and says of each delivery what its sender asked for before.
class Join {
 public:
  static constexpr std::string_view kName = "mail";
  static constexpr std::uint64_t kWaitNs = 0;
  static constexpr std::size_t kPlaces = std::size_t{1} << 16;
  static std::span<const FactRow> facts() noexcept { return mail::facts(); }
  static std::span<const Wanted> reads() noexcept;

  /// The digests are borrowed.
  explicit Join(const Digests& digests, std::size_t places = kPlaces)
      : digests_(digests), servers_(places), senders_(places) {}

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t, Findings&) noexcept {}
  void finish(Findings&) noexcept {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return servers_.forgotten() + senders_.forgotten(); }

 private:
  /// Sender: until when its last questions speak for what it delivers.
  struct Sender {
    std::uint64_t tlsa_until_ns = 0;
    std::uint64_t mta_sts_until_ns = 0;
  };
  /// Server: until when its last answers of either kind are held against new ones, in packet time.
  struct Server {
    std::uint64_t offered_until_ns = 0;
    std::uint64_t missed_until_ns = 0;
  };

  void file_question(const Filed& filed) noexcept;
  void file_answer(const Filed& filed, Findings& findings) noexcept;
  void file_delivery(const Filed& filed, Findings& findings) noexcept;

  const Digests& digests_;
  JoinTable<Server> servers_;
  JoinTable<Sender> senders_;
};

}  // namespace uptake::mail
