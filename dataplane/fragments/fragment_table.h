#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/fragments/datagram_index.h"
#include "dataplane/fragments/page_slab.h"
#include "dataplane/fragments/partial_payload.h"
#include "dataplane/fragments/recent_fragments.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// FragmentTable: reassembles the IP fragments of one shard in memory that is fixed when it is made.
/// Every fragment added is held, and ends later, or ends at once; held() + ended = added, always.
/// The first octets win (RFC 791 section 3.2); a fragment that contradicts them is dropped, so datagrams never mix.
class FragmentTable {
 public:
  struct Limits {
    std::uint32_t datagrams = 64;
    std::uint32_t bytes = 256 * 1024;           ///< at least 64 KiB, the largest datagram
    std::uint64_t timeout_ns = 30'000'000'000;  ///< of packet time, from the first fragment seen
  };

  /// What became of the fragment added.
  enum class What : std::uint8_t {
    held,       ///< waits for the rest of its datagram
    whole,      ///< completed its datagram
    duplicate,  ///< repeats a fragment of its datagram
    dropped,    ///< never part of a whole datagram
  };

  /// Outcome of add(). The counts are frames that ended now; the last fragment is among them unless held.
  /// `payload` and `first` are valid until the next call.
  struct Outcome {
    What what = What::held;
    Bytes payload;                   ///< whole: what follows the IP header
    const Segment* first = nullptr;  ///< whole: the first fragment's headers, for decode_reassembled()
    std::uint32_t completed = 0;     ///< frames of the datagram that is whole
    std::uint64_t bytes = 0;         ///< their IP total lengths together
    bool one_window = false;         ///< all of them came in one window
    std::uint32_t dropped = 0;       ///< frames of datagrams that never became whole
    std::uint32_t evicted = 0;       ///< frames among `dropped` that gave their place to others
    bool conflict = false;           ///< overlapped an earlier fragment with other octets
  };

  explicit FragmentTable(Limits limits);
  FragmentTable() : FragmentTable(Limits{}) {}

  /// Takes a Segment with is_fragment, which came in `window`. Never allocates.
  [[nodiscard]] Outcome add(const Segment& fragment, std::uint64_t time_ns, std::uint64_t window = 0) noexcept;

  /// Gives up all datagrams that are overdue; returns their frames, which end as fragment_dropped.
  [[nodiscard]] std::uint32_t expire(std::uint64_t time_ns) noexcept;
  /// Gives up every datagram: the end of the input.
  [[nodiscard]] std::uint32_t drain() noexcept;

  /// Frames that have not ended yet.
  [[nodiscard]] std::uint32_t held() const noexcept { return held_; }

 private:
  using State = DatagramIndex::State;

  /// A datagram of which not all fragments came yet, or what is remembered of one that has ended.
  struct Datagram {
    Segment first;  ///< of offset 0 once seen, else of the fragment that came first
    PartialPayload payload;
    RecentFragments recent;
    std::uint64_t bytes = 0;   ///< IP total lengths of its frames
    std::uint64_t window = 0;  ///< in which the first of them came
    bool one_window = true;
    std::uint32_t frames = 0;
  };

  [[nodiscard]] What take(const Segment& fragment, std::uint64_t time_ns, std::uint64_t window,
                          Outcome& outcome) noexcept;
  [[nodiscard]] What hold(std::uint32_t place, const Segment& fragment, std::uint64_t time_ns, std::uint64_t window,
                          Outcome& outcome) noexcept;
  void start(std::uint32_t place, const Segment& fragment, std::uint64_t time_ns) noexcept;
  void give_up(std::uint32_t place, State next, Outcome& outcome) noexcept;
  [[nodiscard]] bool make_room(std::uint32_t new_pages, std::uint32_t place, Outcome& outcome) noexcept;
  void finish(std::uint32_t place, Outcome& outcome) noexcept;

  std::uint64_t timeout_ns_;
  DatagramIndex index_;
  std::vector<Datagram> datagrams_;  ///< those in use so far, of as many as the index has places
  PageSlab slab_;
  std::unique_ptr<std::uint8_t[]> whole_;
  Segment whole_first_;
  std::uint32_t held_ = 0;
};

}  // namespace uptake
