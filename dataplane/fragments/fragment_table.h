#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

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
  static constexpr std::uint32_t kBlock = 8;  // fragment offsets count in blocks of 8 octets
  static constexpr std::uint32_t kPage = 1024;
  static constexpr std::uint32_t kPages = 65536 / kPage;
  static constexpr std::uint32_t kBlocksPerPage = kPage / kBlock;
  static constexpr std::uint16_t kNoPage = 0xffff;
  static constexpr std::size_t kDigests = 8;

  enum class State : std::uint8_t {
    free,
    waiting,
    done,  ///< was whole: knows copies of its fragments
    dead,  ///< cannot become whole: drops its other fragments
  };

  /// What a search over all datagrams touches.
  struct Key {
    std::uint64_t hash = 0;
    std::uint64_t since_ns = 0;  ///< time of the first fragment seen
    std::uint64_t last_use = 0;  ///< ordinal of the last fragment
    State state = State::free;
  };

  struct Datagram {
    Segment first;  ///< of offset 0 once seen, else of the fragment that came first
    std::uint64_t last_ns = 0;
    std::uint64_t bytes = 0;   ///< IP total lengths of its frames
    std::uint64_t window = 0;  ///< in which the first of them came
    bool one_window = true;
    std::uint32_t frames = 0;
    std::uint32_t total = 0;   ///< octets, 0 while the last fragment is missing
    std::uint32_t end = 0;     ///< largest end of a fragment so far
    std::uint32_t blocks = 0;  ///< blocks present
    std::uint32_t digest_count = 0;
    std::array<std::uint32_t, kDigests> digests;  ///< of the last fragments
    std::array<std::uint16_t, kPages> pages;
    std::array<std::array<std::uint64_t, kBlocksPerPage / 64>, kPages> present;
  };

  [[nodiscard]] static std::uint64_t hash_of(const Segment& fragment) noexcept;
  [[nodiscard]] static bool same_datagram(const Segment& a, const Segment& b) noexcept;
  [[nodiscard]] std::uint32_t find(const Segment& fragment, std::uint64_t hash) const noexcept;
  [[nodiscard]] std::uint32_t open(const Segment& fragment, std::uint64_t hash, std::uint64_t time_ns,
                                   Outcome& outcome) noexcept;
  void start(std::uint32_t index, const Segment& fragment, std::uint64_t hash, std::uint64_t time_ns) noexcept;
  /// Whether a fragment repeats one of a datagram whose octets are gone.
  [[nodiscard]] static bool is_copy(const Datagram& datagram, const Segment& fragment,
                                    std::uint64_t time_ns) noexcept;
  /// The datagram that costs least to give up, other than `spared`; the count of all when there is none.
  [[nodiscard]] std::uint32_t victim(std::uint32_t spared, bool with_pages) const noexcept;
  void give_up(std::uint32_t index, State next, Outcome& outcome) noexcept;
  void release_pages(Datagram& datagram) noexcept;

  /// How a fragment fits what is there.
  struct Fit {
    bool conflict = false;
    bool adds = false;  ///< brings octets that are not there yet
    std::uint32_t new_pages = 0;
  };
  [[nodiscard]] Fit fit(const Datagram& datagram, const Segment& fragment) const noexcept;
  [[nodiscard]] bool room_for(std::uint32_t new_pages, std::uint32_t index, Outcome& outcome) noexcept;
  void store(Datagram& datagram, const Segment& fragment) noexcept;
  void remember(Datagram& datagram, const Segment& fragment, std::uint64_t time_ns) noexcept;
  void finish(std::uint32_t index, Outcome& outcome) noexcept;

  [[nodiscard]] std::uint8_t* page(std::uint16_t number) const noexcept {
    return slab_.get() + std::size_t{number} * kPage;
  }

  Limits limits_;
  std::vector<Key> keys_;
  std::vector<Datagram> datagrams_;  ///< those in use so far, of as many as there are keys
  std::vector<std::uint16_t> free_pages_;
  std::unique_ptr<std::uint8_t[]> slab_;
  std::unique_ptr<std::uint8_t[]> whole_;
  Segment whole_first_;
  std::uint64_t uses_ = 0;
  std::uint32_t held_ = 0;
};

}  // namespace uptake
