#include "dataplane/fragments/fragment_table.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace uptake {
namespace {

// Copies by the mirror come within this much packet time.
constexpr std::uint64_t kDuplicateNs = 2'000'000;

// The fragments of one datagram follow each other closely. When they contradict a datagram that has waited this long,
// the sender has come round to the same identification (RFC 4963), and the old datagram has lost a fragment.
constexpr std::uint64_t kStaleNs = 1'000'000'000;

constexpr std::uint64_t age(std::uint64_t since, std::uint64_t now) noexcept { return now > since ? now - since : 0; }

}  // namespace

FragmentTable::FragmentTable(Limits limits)
    : limits_(limits),
      keys_(limits.datagrams),
      slab_(std::make_unique_for_overwrite<std::uint8_t[]>(limits.bytes / kPage * kPage)),
      whole_(std::make_unique_for_overwrite<std::uint8_t[]>(std::size_t{kPages} * kPage)) {
  assert(limits.datagrams > 0 && limits.bytes / kPage >= kPages && limits.bytes / kPage < kNoPage);
  datagrams_.reserve(limits.datagrams);
  for (std::uint32_t n = limits.bytes / kPage; n > 0; --n) free_pages_.push_back(static_cast<std::uint16_t>(n - 1));
}

FragmentTable::Outcome FragmentTable::add(const Segment& fragment, std::uint64_t time_ns,
                                          std::uint64_t window) noexcept {
  Outcome outcome;
  outcome.dropped = expire(time_ns);
  const auto end_here = [&outcome](What what) noexcept {
    outcome.what = what;
    if (what == What::dropped) ++outcome.dropped;
    return outcome;
  };
  const std::uint64_t hash = hash_of(fragment);
  std::uint32_t index = find(fragment, hash);
  if (index < keys_.size() && keys_[index].state != State::waiting) {
    const bool copy = is_copy(datagrams_[index], fragment, time_ns);
    if (copy) return end_here(What::duplicate);
    const bool stale = age(datagrams_[index].last_ns, time_ns) > kStaleNs;
    if (keys_[index].state == State::dead && !stale) return end_here(What::dropped);
    keys_[index].state = State::free;  // the identification is used again
    index = static_cast<std::uint32_t>(keys_.size());
  }
  const std::uint32_t end = fragment.fragment_offset + fragment.payload_wire;
  const bool usable = fragment.payload_captured == fragment.payload_wire && fragment.payload_wire > 0 && end <= 65535;
  if (index == keys_.size()) index = open(fragment, hash, time_ns, outcome);
  Datagram& datagram = datagrams_[index];
  keys_[index].last_use = ++uses_;
  if (!usable) {
    give_up(index, State::dead, outcome);
    remember(datagram, fragment, time_ns);
    return end_here(What::dropped);
  }

  Fit how = fit(datagram, fragment);
  outcome.conflict = how.conflict;
  if (how.conflict) {
    if (age(datagram.last_ns, time_ns) <= kStaleNs) return end_here(What::dropped);
    give_up(index, State::free, outcome);
    start(index, fragment, hash, time_ns);
    how = fit(datagram, fragment);
  }
  const bool says_total = !fragment.more_fragments && datagram.total == 0;
  if (!how.adds && !says_total) return end_here(What::duplicate);
  if (!room_for(how.new_pages, index, outcome)) {
    give_up(index, State::dead, outcome);
    return end_here(What::dropped);
  }
  store(datagram, fragment);
  remember(datagram, fragment, time_ns);
  if (datagram.frames == 0) datagram.window = window;
  datagram.one_window = datagram.one_window && datagram.window == window;
  datagram.bytes += fragment.ip_length;
  ++datagram.frames;
  ++held_;
  const std::uint32_t all_blocks = (datagram.total + kBlock - 1) / kBlock;
  if (datagram.total != 0 && datagram.blocks == all_blocks) finish(index, outcome);
  return outcome;
}

std::uint32_t FragmentTable::expire(std::uint64_t time_ns) noexcept {
  Outcome outcome;
  for (std::uint32_t i = 0; i < keys_.size(); ++i)
    if (keys_[i].state != State::free && age(keys_[i].since_ns, time_ns) > limits_.timeout_ns)
      give_up(i, State::free, outcome);
  return outcome.dropped;
}

std::uint32_t FragmentTable::drain() noexcept {
  Outcome outcome;
  for (std::uint32_t i = 0; i < keys_.size(); ++i) give_up(i, State::free, outcome);
  return outcome.dropped;
}

std::uint64_t FragmentTable::hash_of(const Segment& fragment) noexcept {
  // Only sorts out what cannot match; the whole key is compared after it.
  std::uint64_t words[4];
  std::memcpy(words, fragment.source.octets.data(), 16);
  std::memcpy(words + 2, fragment.destination.octets.data(), 16);
  std::uint64_t hash = fragment.ip_id;
  for (const std::uint64_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15 ^ hash >> 29;
  return hash;
}

bool FragmentTable::same_datagram(const Segment& a, const Segment& b) noexcept {
  // RFC 791 section 3.2 counts the protocol in, RFC 8200 section 4.5 does not.
  return a.ip_id == b.ip_id && a.source == b.source && a.destination == b.destination &&
         (a.source.family == Family::v6 || a.protocol == b.protocol);
}

std::uint32_t FragmentTable::find(const Segment& fragment, std::uint64_t hash) const noexcept {
  const auto count = static_cast<std::uint32_t>(keys_.size());
  for (std::uint32_t i = 0; i < count; ++i)
    if (keys_[i].hash == hash && keys_[i].state != State::free && same_datagram(datagrams_[i].first, fragment))
      return i;
  return count;
}

std::uint32_t FragmentTable::victim(std::uint32_t spared, bool with_pages) const noexcept {
  const auto count = static_cast<std::uint32_t>(keys_.size());
  std::uint32_t best = count;
  const auto rank = [this](std::uint32_t i) noexcept {
    return keys_[i].state == State::free ? 0 : keys_[i].state == State::waiting ? 2 : 1;
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i == spared || (with_pages && keys_[i].state != State::waiting)) continue;
    if (best == count || rank(i) < rank(best) || (rank(i) == rank(best) && keys_[i].last_use < keys_[best].last_use))
      best = i;
  }
  return best;
}

std::uint32_t FragmentTable::open(const Segment& fragment, std::uint64_t hash, std::uint64_t time_ns,
                                  Outcome& outcome) noexcept {
  const std::uint32_t index = victim(static_cast<std::uint32_t>(keys_.size()), false);
  if (keys_[index].state == State::waiting) outcome.evicted += datagrams_[index].frames;
  give_up(index, State::free, outcome);
  start(index, fragment, hash, time_ns);
  return index;
}

void FragmentTable::start(std::uint32_t index, const Segment& fragment, std::uint64_t hash,
                          std::uint64_t time_ns) noexcept {
  keys_[index] = {hash, time_ns, ++uses_, State::waiting};
  if (index == datagrams_.size()) datagrams_.emplace_back();  // in the order of their places, for victim() says so
  Datagram& datagram = datagrams_[index];
  datagram.first = fragment;
  datagram.last_ns = time_ns;
  datagram.bytes = 0;
  datagram.one_window = true;
  datagram.frames = 0;
  datagram.total = 0;
  datagram.end = 0;
  datagram.blocks = 0;
  datagram.digest_count = 0;
  datagram.pages.fill(kNoPage);
  for (auto& bits : datagram.present) bits.fill(0);
}

bool FragmentTable::is_copy(const Datagram& datagram, const Segment& fragment, std::uint64_t time_ns) noexcept {
  if (age(datagram.last_ns, time_ns) > kDuplicateNs) return false;
  const auto known = std::min<std::size_t>(datagram.digest_count, kDigests);
  const auto end = datagram.digests.begin() + static_cast<std::ptrdiff_t>(known);
  return std::find(datagram.digests.begin(), end, fragment.header_digest) != end;
}

void FragmentTable::release_pages(Datagram& datagram) noexcept {
  for (std::uint16_t& number : datagram.pages) {
    if (number == kNoPage) continue;
    free_pages_.push_back(number);  // within the capacity that the constructor filled
    number = kNoPage;
  }
}

void FragmentTable::give_up(std::uint32_t index, State next, Outcome& outcome) noexcept {
  if (keys_[index].state == State::waiting) {
    Datagram& datagram = datagrams_[index];
    release_pages(datagram);
    outcome.dropped += datagram.frames;
    held_ -= datagram.frames;
    datagram.frames = 0;
  }
  keys_[index].state = next;
}

FragmentTable::Fit FragmentTable::fit(const Datagram& datagram, const Segment& fragment) const noexcept {
  const std::uint32_t end = fragment.fragment_offset + fragment.payload_wire;
  Fit how;
  // A second end, or octets behind the end, are of another datagram.
  if (datagram.total != 0 && (fragment.more_fragments ? end > datagram.total : end != datagram.total))
    return {.conflict = true};
  if (!fragment.more_fragments && end < datagram.end) return {.conflict = true};
  std::uint32_t last_page = kPages;
  for (std::uint32_t at = 0; at < fragment.payload_wire; at += kBlock) {
    const std::uint32_t place = fragment.fragment_offset + at;
    const std::uint32_t number = place / kPage;
    const std::uint32_t block = place % kPage / kBlock;
    if ((datagram.present[number][block / 64] >> block % 64 & 1) == 0) {
      how.adds = true;
      if (datagram.pages[number] == kNoPage && number != last_page) ++how.new_pages;
      last_page = number;
      continue;
    }
    const std::uint32_t size = std::min(kBlock, fragment.payload_wire - at);
    if (std::memcmp(page(datagram.pages[number]) + place % kPage, fragment.payload + at, size) != 0)
      return {.conflict = true};
  }
  return how;
}

bool FragmentTable::room_for(std::uint32_t new_pages, std::uint32_t index, Outcome& outcome) noexcept {
  while (free_pages_.size() < new_pages) {
    const std::uint32_t other = victim(index, true);
    if (other == keys_.size()) return false;
    outcome.evicted += datagrams_[other].frames;
    give_up(other, State::free, outcome);
  }
  return true;
}

void FragmentTable::store(Datagram& datagram, const Segment& fragment) noexcept {
  for (std::uint32_t at = 0; at < fragment.payload_wire; at += kBlock) {
    const std::uint32_t place = fragment.fragment_offset + at;
    const std::uint32_t number = place / kPage;
    const std::uint32_t block = place % kPage / kBlock;
    std::uint64_t& bits = datagram.present[number][block / 64];
    if ((bits >> block % 64 & 1) != 0) continue;
    bits |= std::uint64_t{1} << block % 64;
    ++datagram.blocks;
    if (datagram.pages[number] == kNoPage) {
      datagram.pages[number] = free_pages_.back();
      free_pages_.pop_back();
    }
    std::memcpy(page(datagram.pages[number]) + place % kPage, fragment.payload + at,
                std::min(kBlock, fragment.payload_wire - at));
  }
  const std::uint32_t end = fragment.fragment_offset + fragment.payload_wire;
  datagram.end = std::max(datagram.end, end);
  if (!fragment.more_fragments) datagram.total = end;
  if (fragment.fragment_offset == 0) datagram.first = fragment;
}

void FragmentTable::remember(Datagram& datagram, const Segment& fragment, std::uint64_t time_ns) noexcept {
  datagram.digests[datagram.digest_count++ % kDigests] = fragment.header_digest;
  datagram.last_ns = time_ns;
}

void FragmentTable::finish(std::uint32_t index, Outcome& outcome) noexcept {
  Datagram& datagram = datagrams_[index];
  for (std::uint32_t at = 0; at < datagram.total; at += kPage)
    std::memcpy(whole_.get() + at, page(datagram.pages[at / kPage]), std::min(kPage, datagram.total - at));
  whole_first_ = datagram.first;
  whole_first_.payload = nullptr;  // its frame may be gone
  outcome.what = What::whole;
  outcome.payload = {whole_.get(), datagram.total};
  outcome.first = &whole_first_;
  outcome.completed = datagram.frames;
  outcome.bytes = datagram.bytes;
  outcome.one_window = datagram.one_window;
  held_ -= datagram.frames;
  release_pages(datagram);
  keys_[index].state = State::done;
}

}  // namespace uptake
