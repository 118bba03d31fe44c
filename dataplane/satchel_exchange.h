#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/satchel.h"

namespace uptake {

/// SatchelExchange: satchels on their way from the workers to the thread of the joins, and back. Thread-safe.
class SatchelExchange {
 public:
  /// Lane: one worker's way. The worker fills `open` without the lock.
  struct alignas(64) Lane {
    std::optional<Satchel> open;  ///< none: it takes one when it has something

    // Guarded by the exchange's lock.
    std::vector<Satchel> free;
    std::vector<Satchel> delivered;
    std::uint64_t ordinal = 0;
    std::uint64_t packet_ns = 0;
  };

  explicit SatchelExchange(unsigned workers);

  /// The worker: files what is `filed`. When every satchel is full it waits for one, or, unless `waits`, drops it and
  /// returns false. Who waits has delivered all that he has: the joins take it as soon as the others have come as
  /// far, and those do not wait for him.
  [[nodiscard]] bool put(unsigned worker, const Filed& filed, bool waits) noexcept;
  /// The worker: delivers what it has filed, and says how far it has come. Never waits.
  void come_to(unsigned worker, std::uint64_t ordinal, std::uint64_t packet_ns) noexcept;

  /// The joins: wait for something new, then call take(worker, lane) for every lane, under the lock. False once
  /// nobody is interested any more.
  template <class Take>
  [[nodiscard]] bool collect(Take take) {
    std::unique_lock lock(mutex_);
    delivered_.wait(lock, [this] { return news_ || abandoned_; });
    news_ = false;
    for (unsigned i = 0; i < lanes_.size(); ++i) take(i, lanes_[i]);
    return !abandoned_;
  }
  /// The joins: a satchel whose Exhibits were all taken.
  void give_back(unsigned worker, Satchel satchel);
  /// From any thread: collect() returns false from now on.
  void abandon();

 private:
  /// Of one worker. While the joins work on one, the worker fills another.
  static constexpr std::size_t kSatchels = 4;

  void hand_over(Lane& lane) noexcept;

  std::mutex mutex_;
  std::condition_variable delivered_;
  std::condition_variable freed_;
  bool news_ = false;
  bool abandoned_ = false;
  std::vector<Lane> lanes_;
};

}  // namespace uptake
