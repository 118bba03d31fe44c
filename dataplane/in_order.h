#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace uptake {

/// An ordinal behind all others: a worker that has come to it delivers nothing any more.
inline constexpr std::uint64_t kInputEnd = ~std::uint64_t{0};

/// InOrder: merges what several workers deliver, each in order, into one order. An item is handed on as soon as no
/// worker can deliver one that goes before it. Not thread-safe: its owner locks.
/// A Batch is movable and holds items by index; the items compare by `<`, first by their place().
template <class Batch>
class InOrder {
 public:
  /// Ordinal, and packet time where items share one.
  using Place = std::pair<std::uint64_t, std::uint64_t>;

  explicit InOrder(unsigned workers) : lanes_(workers) {}

  /// Takes a batch that is in order and stands behind all that `worker` has delivered. Whatever the worker delivers
  /// later has at least the place `come_to`.
  void deliver(unsigned worker, Batch batch, Place come_to) {
    Lane& lane = lanes_[worker];
    if (batch.size() != 0) lane.batches.push_back(std::move(batch));
    lane.come_to = std::max(lane.come_to, come_to);
  }
  /// The same without a batch.
  void come_to(unsigned worker, Place place) noexcept {
    lanes_[worker].come_to = std::max(lanes_[worker].come_to, place);
  }
  /// What `worker` delivers next, as far as it has; nullptr: it was all handed on.
  [[nodiscard]] const auto* waiting(unsigned worker) const noexcept { return lanes_[worker].head(); }

  /// Calls take(item) for what can be handed on, in order, and done(worker, batch) for each batch that is used up.
  template <class Take, class Done>
  void hand_on(Take take, Done done) {
    for (unsigned next = first(); next != lanes_.size(); next = first()) {
      Lane& lane = lanes_[next];
      take(lane.batches.front()[lane.at]);
      if (++lane.at != lane.batches.front().size()) continue;
      done(next, std::move(lane.batches.front()));
      lane.batches.pop_front();
      lane.at = 0;
    }
  }

 private:
  struct Lane {
    [[nodiscard]] auto* head() noexcept { return batches.empty() ? nullptr : &batches.front()[at]; }
    [[nodiscard]] const auto* head() const noexcept { return batches.empty() ? nullptr : &batches.front()[at]; }

    std::deque<Batch> batches;
    std::size_t at = 0;  ///< in the first batch
    Place come_to;
  };

  /// The lane whose first item goes before all others, those still to come included; the number of lanes when there
  /// is none.
  [[nodiscard]] unsigned first() const noexcept {
    const auto none = static_cast<unsigned>(lanes_.size());
    unsigned least = none;
    Place come_to{kInputEnd, kInputEnd};
    for (unsigned i = 0; i < none; ++i) {
      const auto* const head = lanes_[i].head();
      if (head == nullptr) {
        come_to = std::min(come_to, lanes_[i].come_to);
      } else if (least == none || *head < *lanes_[least].head()) {
        least = i;
      }
    }
    if (least == none) return none;
    return come_to.first == kInputEnd || lanes_[least].head()->place() < come_to ? least : none;
  }

  std::vector<Lane> lanes_;
};

}  // namespace uptake
