#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "dissectors/packet_time.h"
#include "policy/correlate/correlator.h"
#include "policy/correlate/mail_domains/facts.h"
#include "policy/correlate/mail_domains/published.h"
#include "policy/correlate/waiting_line.h"

namespace uptake::mail_domains {

/// Join: holds what domains publish about their mail against what deliveries to their servers do. A server is known
/// to be a domain's by the answers for its MX records and for the addresses of those hosts. A delivery waits until
/// what was asked before it is judged.
class Join {
 public:
  static constexpr std::string_view kName = "mail_domains";
  /// As long as a response waits for its verdict.
  static constexpr std::uint64_t kWaitNs = 5 * kSecondNs;
  static std::span<const FactRow> facts() noexcept { return mail_domains::facts(); }
  static std::span<const Wanted> reads() noexcept;

  /// Bounds: what is remembered, and how many deliveries may wait.
  struct Bounds {
    Published::Bounds published{};
    std::size_t waiting = std::size_t{1} << 14;
  };

  /// The digests are borrowed.
  explicit Join(const Digests& digests) : Join(digests, Bounds{}) {}
  Join(const Digests& digests, const Bounds& bounds);

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept;
  void finish(Findings& findings) noexcept;
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return published_.forgotten() + hurried_; }

 private:
  /// Waiting: a delivery that has ended.
  struct Waiting {
    About about;
    DeliveryBits bits;
  };
  void file_judged(const Filed& filed, Findings& findings) noexcept;
  void file_delivery(const Filed& filed, Findings& findings) noexcept;
  void answer_first(Findings& findings) noexcept;

  const Digests& digests_;
  std::unique_ptr<dnssec::Message> message_;
  Published published_;
  WaitingLine<Waiting> waiting_;
  std::uint64_t hurried_ = 0;
};

}  // namespace uptake::mail_domains
