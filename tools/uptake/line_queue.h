#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace uptake {

/// LineQueue: lines on their way to the one thread that makes and writes them; bounded by what they are made of.
/// Thread-safe.
class LineQueue {
 public:
  /// Appends lines to `lines`.
  using Make = std::function<void(std::string& lines)>;
  static constexpr std::size_t kBytes = std::size_t{8} << 20;  ///< waiting

  /// Takes lines that count as `bytes` until they are taken out; false when there is no room for them.
  [[nodiscard]] bool put(std::size_t bytes, Make make) {
    bytes += kEntry;
    {
      const std::lock_guard lock(mutex_);
      if (bytes_ + bytes > kBytes) return false;
      queue_.push_back(std::move(make));
      bytes_ += bytes;
    }
    changed_.notify_one();
    return true;
  }
  /// Lets the next take() return, though nothing waits.
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }
  /// Lets every take() return: nothing is put in any more.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_one();
  }
  /// Moves what waits to `taken`, which is empty, and waits when there is nothing. False when the queue was closed:
  /// then this was the last.
  [[nodiscard]] bool take(std::deque<Make>& taken) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || closed_ || woken_; });
    woken_ = false;
    taken.swap(queue_);
    bytes_ = 0;
    return !closed_;
  }

 private:
  /// What an entry takes beside the bytes it is made of: its place in the queue, and what holds them.
  static constexpr std::size_t kEntry = 128;

  std::mutex mutex_;  ///< guards all that follows
  std::condition_variable changed_;
  std::deque<Make> queue_;
  std::size_t bytes_ = 0;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace uptake
