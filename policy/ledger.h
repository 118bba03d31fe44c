#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dissectors/frame/frame.h"

namespace uptake {

/// Limit: every bound of uptake by name. A count above zero says that something was hidden by it.
enum class Limit : std::uint8_t {
  flow_evicted,        ///< a live flow gave up its slot to a newer one
  handshake_evicted,   ///< a pending handshake gave up its place in the pool
  handshake_bytes,     ///< a hello was longer than the buffer of one direction
  stream_gap,          ///< a segment of a wanted stream start never came
  overlap_conflict,    ///< TCP segments or IP fragments overlapped with different bytes; the first were kept
  fragment_memory,     ///< fragments dropped because their table was full
  class_full,          ///< sessions whose bytes could not be given a class of their own
  notes_full,          ///< observations dropped because one burst or message held too many
  entities_sampled,    ///< distinct entities beyond the exact part: shares are of a uniform sample
  late,                ///< frames that came after their window was closed; counted in the oldest that was open
  early,               ///< frames stamped far ahead of all before; counted in the window that was open
  card_dropped,        ///< windows whose card was not written: whoever takes the cards was behind
  events_dropped,      ///< lines of events that whoever reads them did not take in time
  twin_flows,          ///< conversations of the same addresses and ports in two VLANs or tunnels: kept apart
  filter_outside,      ///< frames left out by a filter that saw their tag or outer headers only
  arrival_unknown,     ///< frames of a port that came some time within more than 2 ms: no copy is found among them
  query_displaced,     ///< questions that gave up their places to newer ones before their answers came
  handshake_chunks,    ///< a hello was given up for the buffers it held while a segment of it never came
  unclaimed,           ///< a flow that by its port is of a protocol that is read, and of which nothing could be read
  exhibits_full,       ///< exhibits dropped because one burst or message held too many
  exhibits_dropped,    ///< exhibits of ports that the joins, behind the workers, did not take in time
  join_forgotten,      ///< what a join remembered gave up its place to something newer
  fragment_elsewhere,  ///< packets of tunnels in fragments that another worker runs, who has not got the fragments
  pieces_dropped,      ///< pieces of a stream that came out of order and were more than are kept
  count_,
};
inline constexpr auto kLimits = static_cast<std::size_t>(Limit::count_);
[[nodiscard]] std::string_view name_of(Limit limit) noexcept;

using LimitCounts = std::array<std::uint64_t, kLimits>;

/// Ledger: how the frames of a run ended. Closed when the dispositions add up to the frames read.
struct Ledger {
  std::uint64_t frames = 0;
  std::uint64_t wire_bytes = 0;
  std::uint64_t captured_bytes = 0;
  std::uint64_t first_ns = ~std::uint64_t{0};  ///< earliest and latest capture time, wild stamps apart
  std::uint64_t last_ns = 0;
  std::array<std::uint64_t, kDispositions> ended{};

  void end(Disposition how, std::uint64_t count = 1) noexcept { ended[static_cast<std::size_t>(how)] += count; }
  [[nodiscard]] bool closes() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : ended) sum += n;
    return sum == frames;
  }
  /// There is a time that some frame was captured at: not where there is none, or none whose stamp is believed.
  [[nodiscard]] bool has_span() const noexcept { return frames != 0 && first_ns <= last_ns; }
  void add(const Ledger& other) noexcept {
    frames += other.frames;
    wire_bytes += other.wire_bytes;
    captured_bytes += other.captured_bytes;
    first_ns = first_ns < other.first_ns ? first_ns : other.first_ns;
    last_ns = last_ns > other.last_ns ? last_ns : other.last_ns;
    for (std::size_t i = 0; i < kDispositions; ++i) ended[i] += other.ended[i];
  }
};

}  // namespace uptake
