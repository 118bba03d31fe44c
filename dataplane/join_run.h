#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/publisher.h"
#include "dataplane/windows.h"
#include "policy/correlate/correlator.h"

namespace uptake {

/// JoinRun: the correlators of a run, one thread's own: gives them what was filed, in order, counts their findings in
/// windows of its own and adds those to what the workers counted. What it does follows from the order and the packet
/// times of what is filed, and from nothing else.
class JoinRun {
 public:
  /// Takes all memory. The publisher holds windows back until the run has ended.
  JoinRun(const Engine& engine, std::span<const CorrelatorRow> rows, Publisher& publisher);

  /// Kinds that a correlator reads, by FactId.
  [[nodiscard]] std::span<const std::uint8_t> wanted() const noexcept { return wanted_; }

  /// In the order of Filed.
  void file(const Filed& filed) noexcept;
  /// Whatever is filed later has this packet time or a later one, and the workers have closed every window whose time
  /// was over before it.
  void advance(std::uint64_t packet_ns) noexcept;
  /// The input has ended, and the workers have closed everything.
  void finish() noexcept;

 private:
  /// Join: one correlator, and where it notes.
  struct Join final : Findings {
    Join(JoinRun& r, const CorrelatorRow& row);
    void note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t count) noexcept override;

    static constexpr std::uint8_t kUnread = 0xff;
    JoinRun& run;
    FactId base;
    std::vector<std::uint8_t> which;  ///< by kind: its place in reads(), or kUnread
    std::unique_ptr<AnyCorrelator> correlator;
    std::uint64_t forgotten = 0;  ///< that was counted
  };
  /// As many windows may be open: a grace and a wait are each no longer than one.
  static constexpr std::size_t kOpen = 3;

  [[nodiscard]] std::uint64_t index_of(const About& about) const noexcept;
  [[nodiscard]] Window& window_of(const About& about) noexcept;
  void tell(std::uint64_t packet_ns) noexcept;
  void close_below(std::uint64_t index) noexcept;
  void close(Window& window) noexcept;

  const Engine& engine_;
  Publisher& publisher_;
  const std::uint64_t span_;
  const std::uint64_t grace_;
  std::uint64_t longest_wait_ = 0;  ///< that a correlator asks for
  std::uint64_t wait_ = 0;          ///< how much longer than those of the workers a window stays open
  std::vector<std::uint8_t> wanted_;
  std::vector<std::unique_ptr<Join>> joins_;
  std::array<std::unique_ptr<Window>, kOpen> places_;  ///< by index modulo kOpen
  std::uint64_t oldest_ = 0;                           ///< index of the oldest window that is not closed
  std::uint64_t now_ns_ = 0;
  std::uint64_t told_ns_ = 0;  ///< the time that the correlators were told
};

}  // namespace uptake
