#include "dataplane/sources/record_chains.h"

#include <algorithm>
#include <cstring>

namespace uptake {
namespace {

constexpr std::size_t kHeader = kPcapRecordHeader;
constexpr unsigned kPlausibleRecords = 4;   // in a row, before a guess is tried
constexpr std::size_t kScan = 65536;        // octets searched for a start: about the largest record of a NIC with TSO
constexpr std::size_t kMinSegment = 24576;  // below that a window is not worth cutting
constexpr std::uint32_t kBefore = 3600;     // a plausible record is at most so many seconds older than the first ...
constexpr std::uint32_t kSpan = 25 * 3600;  // ... and less than this span minus kBefore younger
constexpr unsigned kMaxPause = 64;          // windows: then the guesses of made-up input cost 1 in 64
constexpr std::size_t kLine = 64;           // octets of a cache line

/// Plausible: what record headers of this part of the file look like.
struct Plausible {
  std::uint32_t first_second = 0;
  std::uint32_t fractions = 0;
  bool swapped = false;

  /// Offset in a record header of the highest octet of the seconds, and its value, which all records share unless it
  /// changes within the span.
  [[nodiscard]] std::size_t top_at() const noexcept { return swapped ? 0 : 3; }
  [[nodiscard]] std::uint8_t top() const noexcept { return static_cast<std::uint8_t>(first_second >> 24); }
  [[nodiscard]] bool one_top() const noexcept { return first_second >> 24 == (first_second + kSpan) >> 24; }
  [[nodiscard]] bool second(const std::uint8_t* record) const noexcept {
    return load<std::uint32_t>(record, swapped) - first_second < kSpan;
  }
  [[nodiscard]] bool header(const std::uint8_t* record) const noexcept {
    const auto captured = load<std::uint32_t>(record + 8, swapped);
    const auto wire = load<std::uint32_t>(record + 12, swapped);
    return second(record) && load<std::uint32_t>(record + 4, swapped) < fractions && captured != 0 &&
           captured <= wire && wire <= kMaxCaptured;
  }
};

bool starts_records(const std::uint8_t* at, const std::uint8_t* end, const Plausible& plausible) noexcept {
  for (unsigned i = 0; i < kPlausibleRecords; ++i) {
    if (static_cast<std::size_t>(end - at) < kHeader || !plausible.header(at)) return false;
    const std::size_t record = kHeader + load<std::uint32_t>(at + 8, plausible.swapped);
    if (static_cast<std::size_t>(end - at) < record) return false;
    at += record;
  }
  return true;
}

/// The offset of a plausible start in [from, to), or 0. Requires a header's length of octets behind `to`.
std::size_t find_start(Bytes bytes, std::size_t from, std::size_t to, const Plausible& plausible) noexcept {
  const std::uint8_t* const end = bytes.data() + bytes.size();
  const std::uint8_t* const last = bytes.data() + to;
  for (const std::uint8_t* at = bytes.data() + from; at < last; ++at) {
    if (plausible.one_top()) {
      const void* const top =
          std::memchr(at + plausible.top_at(), plausible.top(), static_cast<std::size_t>(last - at));
      if (top == nullptr) return 0;
      at = static_cast<const std::uint8_t*>(top) - plausible.top_at();
    }
    if (plausible.second(at) && starts_records(at, end, plausible))
      return static_cast<std::size_t>(at - bytes.data());
  }
  return 0;
}

}  // namespace

void RecordChains::guess(Bytes bytes, std::size_t window, const PcapLayout& layout) noexcept {
  chains_[0] = {bytes.data(), bytes.data() + window, 0, 0};
  count_ = 1;
  wanted_ = 1;
  if (pause_ > 0) {
    --pause_;
    return;
  }
  const auto now = load<std::uint32_t>(bytes.data(), layout.swapped);
  const Plausible plausible{now > kBefore ? now - kBefore : 0, layout.nanoseconds ? 1'000'000'000U : 1'000'000U,
                            layout.swapped};
  wanted_ = std::max<std::size_t>(1, std::min(kChains, window / kMinSegment));
  const std::size_t segment = window / wanted_;
  for (std::size_t i = 1; i < wanted_; ++i) {
    const std::size_t from = segment * i;
    const std::size_t to = std::min({from + kScan, from + segment, bytes.size() - kHeader});
    const std::size_t start = find_start(bytes, from, to, plausible);
    if (start == 0) continue;
    chains_[count_ - 1].stop = bytes.data() + start;
    chains_[count_] = {bytes.data() + start, bytes.data() + window, 0, static_cast<std::uint32_t>(start)};
    ++count_;
  }
}

template <bool kSwapped>
void RecordChains::run(Bytes bytes) noexcept {
  const std::uint8_t* const base = bytes.data();
  const std::uint8_t* const end = base + bytes.size();
  std::array<std::size_t, kChains> live{};
  std::size_t lives = count_;
  for (std::size_t i = 0; i < count_; ++i) {
    live[i] = i;
    // A header fits wherever a walk goes on; walk() has checked that one fits at all.
    chains_[i].stop = std::min(chains_[i].stop, end - kHeader + 1);
  }
  while (lives > 0) {
    for (std::size_t i = 0; i < lives;) {
      Chain& chain = chains_[live[i]];
      const std::uint8_t* const record = chain.at;
      const std::uint32_t captured = record < chain.stop ? load<std::uint32_t>(record + 8, kSwapped) : 0;
      // An empty record may be the header of another file: the chain ends there, and the plain walk looks closer.
      if (captured - 1 >= kMaxCaptured || chain.count == kRecordsPerChain ||
          static_cast<std::size_t>(end - record) - kHeader < captured) {
        offsets_[live[i]][chain.count] = static_cast<std::uint32_t>(record - base);
        live[i] = live[--lives];
        continue;
      }
      __builtin_prefetch(record + kLine);
      offsets_[live[i]][chain.count++] = static_cast<std::uint32_t>(record - base);
      chain.at = record + kHeader + captured;
      __builtin_prefetch(chain.at);
      ++i;
    }
  }
}

// Takes lengths from the offsets and does not read them again: the file may have been written to since.
template <bool kSwapped>
void RecordChains::deliver(Bytes bytes, std::size_t chain, std::size_t count, const PcapLayout& layout,
                           FrameSink& sink) const noexcept {
  const std::uint32_t* const offsets = offsets_[chain].data();
  const std::uint64_t unit = layout.fraction_ns();
  sink.add_all(count, layout.link, [=](auto make, std::size_t i) {
    const std::uint8_t* const record = bytes.data() + offsets[i];
    make({record + kHeader, offsets[i + 1] - offsets[i] - kHeader}, load<std::uint32_t>(record + 12, kSwapped),
         record_time(record, kSwapped, unit));
  });
}

Walk RecordChains::walk(Bytes bytes, std::size_t window, PcapReader& reader, FrameSink& sink) noexcept {
  if (bytes.size() < kHeader) return {Walk::Stop::more, 0, kHeader, nullptr};
  window = std::min(window, bytes.size());
  ++windows_;
  guess(bytes, window, reader.layout());
  if (reader.layout().swapped) {
    run<true>(bytes);
  } else {
    run<false>(bytes);
  }
  bool missed = false;
  const Walk walk = join(bytes, window, reader, sink, missed);
  if (missed) ++seams_missed_;
  judge(missed);
  return walk;
}

Walk RecordChains::join(Bytes bytes, std::size_t window, PcapReader& reader, FrameSink& sink, bool& missed) noexcept {
  std::size_t at = 0;
  std::size_t next = 0;  // the chain whose start may be met next
  while (at < window) {
    for (; next < count_ && chains_[next].start < at; ++next) missed = true;
    const bool met = next < count_ && chains_[next].start == at;
    if (met && chains_[next].count > 0) {
      const std::size_t count = std::min<std::size_t>(chains_[next].count, sink.room());
      if (reader.layout().swapped) {
        deliver<true>(bytes, next, count, reader.layout(), sink);
      } else {
        deliver<false>(bytes, next, count, reader.layout(), sink);
      }
      if (count < chains_[next].count) return {Walk::Stop::full, offsets_[next][count], 0, nullptr};
      at = static_cast<std::size_t>(chains_[next].at - bytes.data());
      ++next;
      continue;
    }
    if (met) ++next;
    const std::size_t until = next < count_ ? chains_[next].start : window;
    Walk walk = reader.walk(bytes.subspan(at), sink, until - at);
    at += walk.consumed;
    if (walk.stop != Walk::Stop::until) {
      walk.consumed = at;
      return walk;
    }
  }
  return {Walk::Stop::until, at, 0, nullptr};
}

// After windows whose guesses failed no guesses are made for a while, which doubles each time: input that is made to
// mislead them must not slow the reader down for long.
void RecordChains::judge(bool missed) noexcept {
  const bool useless = missed || (wanted_ > 1 && count_ * 2 < wanted_);
  if (wanted_ <= 1) return;
  penalty_ = useless ? std::min(std::max(1U, penalty_ * 2), kMaxPause) : 0;
  pause_ = penalty_;
}

}  // namespace uptake
