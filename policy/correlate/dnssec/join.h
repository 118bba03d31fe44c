#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "policy/correlate/correlator.h"
#include "policy/correlate/dnssec/judge.h"
#include "policy/correlate/dnssec/waiting_room.h"
#include "policy/correlate/join_files.h"

namespace uptake::dnssec {

/// Join: validates responses from what crossed the wire. What is secure when it comes, or insecure without any
/// signature, is answered at once, for nothing that comes later can change it; all else waits for later links.
class Join {
 public:
  static constexpr std::string_view kName = "dnssec";
  /// A resolver asks for DS and DNSKEY behind the answer that needs them: a few round trips.
  static constexpr std::uint64_t kWaitNs = 5'000'000'000;
  static std::span<const FactRow> facts() noexcept { return dnssec::facts(); }
  static std::span<const Wanted> reads() noexcept;

  /// Bounds: how much may wait, beside what a Chain may know.
  struct Bounds {
    Chain::Bounds chain{};
    std::size_t waiting = std::size_t{1} << 16;
    std::size_t waiting_octets = std::size_t{32} << 20;
  };

  /// The digests are borrowed. The texts of the files were read before without a fault.
  Join(const Digests& digests, const JoinFiles& files) : Join(digests, files, Bounds{}) {}
  Join(const Digests& digests, const JoinFiles& files, const Bounds& bounds);

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept;
  void finish(Findings& findings) noexcept;
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return chain_.forgotten() + hurried_; }
  [[nodiscard]] const Verifier& verifier() const noexcept { return chain_.verifier(); }

 private:
  void lend(std::uint64_t packet_ns) noexcept;
  void wait(const Filed& filed, Findings& findings) noexcept;
  void answer(const WaitingRoom::Response& response, bool hurried, Findings& findings) noexcept;
  void note(const Message& message, const Judged& judged, const About& about, Findings& findings) const noexcept;

  const Digests& digests_;
  std::vector<std::vector<std::uint8_t>> lent_;  ///< messages, until the first response comes
  Chain chain_;
  Judge judge_;
  std::unique_ptr<Message> message_;
  WaitingRoom waiting_;
  std::uint64_t hurried_ = 0;
};

}  // namespace uptake::dnssec
