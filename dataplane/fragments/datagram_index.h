#pragma once

#include <cstdint>
#include <vector>

namespace uptake {

/// DatagramIndex: what a search over all datagrams of a FragmentTable reads: a small key for each of its places.
class DatagramIndex {
 public:
  enum class State : std::uint8_t {
    free,
    waiting,
    done,  ///< was whole: knows copies of its fragments
    dead,  ///< cannot become whole: drops its other fragments
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit DatagramIndex(std::uint32_t places) : keys_(places) {}

  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(keys_.size()); }
  [[nodiscard]] State state(std::uint32_t place) const noexcept { return keys_[place].state; }
  void set_state(std::uint32_t place, State state) noexcept { keys_[place].state = state; }

  /// The place, in use, of which hash and same(place) fit; kNone when there is none.
  template <class Same>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Same same) const noexcept {
    for (std::uint32_t i = 0; i < size(); ++i)
      if (keys_[i].hash == hash && keys_[i].state != State::free && same(i)) return i;
    return kNone;
  }
  /// The place that costs least to use again: the first free one, else the one of a datagram that no longer waits,
  /// else of one that does; of equal ones that whose last fragment is oldest.
  [[nodiscard]] std::uint32_t cheapest() const noexcept;
  /// Of the datagrams that wait, except `spared`, the one whose last fragment is oldest; kNone when there is none.
  [[nodiscard]] std::uint32_t oldest_waiting(std::uint32_t spared) const noexcept;
  /// A datagram waits at `place` from now on.
  void start(std::uint32_t place, std::uint64_t hash, std::uint64_t time_ns) noexcept {
    keys_[place] = {hash, time_ns, ++uses_, State::waiting};
  }
  /// A fragment of it came.
  void touch(std::uint32_t place) noexcept { keys_[place].last_use = ++uses_; }
  /// In use, and its first fragment came longer than `timeout_ns` ago.
  [[nodiscard]] bool overdue(std::uint32_t place, std::uint64_t time_ns, std::uint64_t timeout_ns) const noexcept {
    const Key& key = keys_[place];
    return key.state != State::free && time_ns > key.since_ns && time_ns - key.since_ns > timeout_ns;
  }

 private:
  struct Key {
    std::uint64_t hash = 0;
    std::uint64_t since_ns = 0;  ///< time of the first fragment seen
    std::uint64_t last_use = 0;  ///< ordinal of the last fragment
    State state = State::free;
  };

  std::vector<Key> keys_;
  std::uint64_t uses_ = 0;
};

}  // namespace uptake
