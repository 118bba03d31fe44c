#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/join.h"
#include "dataplane/join_windows.h"
#include "dataplane/publisher.h"
#include "policy/correlate/correlator.h"

namespace uptake {

/// JoinRun: the correlators of a run, one thread's own: gives them what was filed, in order, and the time. What it
/// does follows from the order and the packet times of what is filed, and from nothing else.
class JoinRun {
 public:
  /// Takes all memory. The publisher holds windows back until the run has ended.
  JoinRun(const Engine& engine, std::span<const CorrelatorRow> rows, Publisher& publisher, JoinEvents events);

  /// Kinds that a correlator reads, by FactId.
  [[nodiscard]] std::span<const std::uint8_t> wanted() const noexcept { return wanted_; }

  /// In the order of Filed.
  void file(const Filed& filed) noexcept;
  /// Closes the windows that ended so long before. Whatever is filed later has at least this time, and the workers
  /// have closed every window that ended before it.
  void advance(std::uint64_t packet_ns) noexcept;
  /// What is filed later has at least this ordinal.
  void come_to(std::uint64_t ordinal) { events_.come_to(ordinal); }
  /// The input has ended, and the workers have closed everything.
  void finish() noexcept;

 private:
  void tell(std::uint64_t packet_ns) noexcept;
  void close_below(std::uint64_t index) noexcept;

  JoinWindows windows_;
  JoinEvents events_;
  std::vector<std::uint8_t> wanted_;
  std::vector<std::unique_ptr<Join>> joins_;
  std::uint64_t longest_wait_ = 0;  ///< that a correlator asks for
  std::uint64_t wait_ = 0;          ///< how much longer than those of the workers a window stays open
  std::uint64_t filed_ns_ = 0;      ///< the latest time of an Exhibit
  std::uint64_t told_ns_ = 0;       ///< the time that the correlators were told
};

}  // namespace uptake
