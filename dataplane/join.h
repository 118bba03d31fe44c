#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/join_events.h"
#include "dataplane/join_windows.h"
#include "policy/correlate/correlator.h"

namespace uptake {

/// Join: one correlator of a run: gives it the Exhibits that it reads, and counts its findings in the windows.
class Join final : public Findings {
 public:
  /// Marks the kinds that it reads in `wanted`, by FactId. `windows` and `events` outlive it.
  Join(const Engine& engine, const CorrelatorRow& row, JoinWindows& windows, JoinEvents& events,
       std::span<std::uint8_t> wanted);

  void file(const Filed& filed) noexcept;
  void advance(std::uint64_t packet_ns) noexcept { correlator_->advance(packet_ns, *this); }
  void finish() noexcept { correlator_->finish(*this); }
  void note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t count) noexcept override;
  void show(std::uint16_t kind, std::uint64_t value, Bytes bytes, const About& about,
            const dnssec::Message* message) noexcept override;
  /// The next join in the list, which outlives what this one shows.
  void stand_above(Join* below) noexcept { below_ = below; }

 private:
  static constexpr std::uint8_t kUnread = 0xff;

  JoinWindows& windows_;
  JoinEvents& events_;
  FactId base_;
  std::vector<std::uint8_t> which_;  ///< by kind: its place in reads(), or kUnread
  std::unique_ptr<AnyCorrelator> correlator_;
  Join* below_ = nullptr;
  std::uint64_t forgotten_ = 0;  ///< of AnyCorrelator::forgotten(), what was counted
};

}  // namespace uptake
