#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/part_reader.h"
#include "dataplane/worker.h"

namespace uptake {

/// Pipeline: a ring of parts. Every worker takes its share of each, in order. A worker with little to take reads on.
/// Reading is serial; dealing is not, so it overlaps with the next read.
class Pipeline {
 public:
  /// All outlive it. `log` may be null.
  Pipeline(const Engine& engine, std::span<const std::unique_ptr<Worker>> workers, Source& source, PacketClock& clock,
           EventLog* log, const std::atomic<bool>& stop)
      : engine_(engine),
        workers_(workers),
        log_(log),
        reader_(source, clock, stop),
        parts_(workers.size() * 2 + kReadAhead + 1) {
    for (Part& part : parts_) part.shares.resize(workers.size());
  }

  /// One worker's way from the first part to the last.
  void work(unsigned index);
  /// What was read; known when work() returns.
  [[nodiscard]] std::uint64_t frames() const noexcept { return reader_.frames(); }

 private:
  /// A worker with more parts to take than this leaves the reading to others. Chosen by measuring: with fewer,
  /// workers wait for each other more often.
  static constexpr std::uint64_t kReadAhead = 3;

  /// So many parts a worker takes before it tells the joins: each time may wake their thread.
  static constexpr unsigned kTold = 8;

  /// Come: how far a worker has come, and the parts of which it has not told the joins.
  struct Come {
    std::uint64_t ordinal = 0;
    std::uint64_t packet_ns = 0;
    unsigned untold = 0;
  };

  [[nodiscard]] Part& part(std::uint64_t number) noexcept { return parts_[number % parts_.size()]; }
  void change() noexcept;
  void tell(unsigned index, Come& come) noexcept;
  void take(unsigned index, std::uint64_t number, Come& come);
  [[nodiscard]] bool read_one(unsigned index, bool may_wait);

  const Engine& engine_;
  std::span<const std::unique_ptr<Worker>> workers_;
  EventLog* log_;
  PartReader reader_;
  std::vector<Part> parts_;
  std::atomic<std::uint64_t> read_ = 0;    ///< parts
  std::atomic<std::uint64_t> pauses_ = 0;  ///< how often a worker waited for the input
  std::atomic<bool> ended_ = false;
  std::atomic<int> changes_ = 0;  ///< rises when a part was read, dealt or became free, and at the end
};

}  // namespace uptake
