#include "dataplane/fragments/fragment_table.h"

#include <cassert>
#include <cstring>

namespace uptake {
namespace {

/// Only sorts out what cannot be the same datagram: same_datagram() compares the whole key.
std::uint64_t hash_of(const Segment& fragment) noexcept {
  std::uint64_t words[4];
  std::memcpy(words, fragment.source.octets.data(), 16);
  std::memcpy(words + 2, fragment.destination.octets.data(), 16);
  std::uint64_t hash = fragment.ip_id ^ std::uint64_t{fragment.outer} << 32;
  for (const std::uint64_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15 ^ hash >> 29;
  return hash;
}

/// RFC 791 section 3.2 counts the protocol in, RFC 8200 section 4.5 does not. Hosts in different VLANs or tunnels may
/// have the same addresses.
bool same_datagram(const Segment& a, const Segment& b) noexcept {
  return a.ip_id == b.ip_id && a.source == b.source && a.destination == b.destination && a.outer == b.outer &&
         (a.source.family == Family::v6 || a.protocol == b.protocol);
}

/// The fragment was captured whole and may be a part of a datagram.
bool is_usable(const Segment& fragment) noexcept {
  return fragment.payload_captured == fragment.payload_wire && fragment.payload_wire > 0 &&
         fragment.fragment_offset + fragment.payload_wire <= 65535;
}

}  // namespace

FragmentTable::FragmentTable(Limits limits)
    : timeout_ns_(limits.timeout_ns),
      index_(limits.datagrams),
      slab_(limits.bytes),
      whole_(std::make_unique_for_overwrite<std::uint8_t[]>(std::size_t{PartialPayload::kPages} * PageSlab::kPage)) {
  assert(limits.datagrams > 0 && slab_.free_pages() >= PartialPayload::kPages);
  datagrams_.reserve(limits.datagrams);
}

FragmentTable::Outcome FragmentTable::add(const Segment& fragment, std::uint64_t time_ns,
                                          std::uint64_t window) noexcept {
  Outcome outcome;
  outcome.dropped = expire(time_ns);
  outcome.what = take(fragment, time_ns, window, outcome);
  if (outcome.what == What::dropped) ++outcome.dropped;
  return outcome;
}

/// Finds the fragment's datagram, or begins one, and says what becomes of the fragment.
FragmentTable::What FragmentTable::take(const Segment& fragment, std::uint64_t time_ns, std::uint64_t window,
                                        Outcome& outcome) noexcept {
  std::uint32_t place = index_.find(
      hash_of(fragment), [&](std::uint32_t i) noexcept { return same_datagram(datagrams_[i].first, fragment); });
  if (place != DatagramIndex::kNone && index_.state(place) != State::waiting) {
    const RecentFragments& recent = datagrams_[place].recent;
    if (recent.holds(fragment.header_digest, time_ns)) return What::duplicate;
    if (index_.state(place) == State::dead && !recent.are_stale(time_ns)) return What::dropped;
    index_.set_state(place, State::free);  // the identification is used again
    place = DatagramIndex::kNone;
  }
  if (place == DatagramIndex::kNone) {
    place = index_.cheapest();
    if (index_.state(place) == State::waiting) outcome.evicted += datagrams_[place].frames;
    give_up(place, State::free, outcome);
    start(place, fragment, time_ns);
  }
  index_.touch(place);
  if (is_usable(fragment)) return hold(place, fragment, time_ns, window, outcome);
  give_up(place, State::dead, outcome);
  datagrams_[place].recent.add(fragment.header_digest, time_ns);
  return What::dropped;
}

/// Adds a usable fragment to the datagram at `place`, where it fits.
FragmentTable::What FragmentTable::hold(std::uint32_t place, const Segment& fragment, std::uint64_t time_ns,
                                        std::uint64_t window, Outcome& outcome) noexcept {
  Datagram& datagram = datagrams_[place];
  PartialPayload::Fit fit = datagram.payload.fit(fragment, slab_);
  outcome.conflict = fit.conflict;
  if (fit.conflict) {
    if (!datagram.recent.are_stale(time_ns)) return What::dropped;
    give_up(place, State::free, outcome);
    start(place, fragment, time_ns);
    fit = datagram.payload.fit(fragment, slab_);
  }
  if (!fit.adds) return What::duplicate;
  if (!make_room(fit.new_pages, place, outcome)) {
    give_up(place, State::dead, outcome);
    return What::dropped;
  }
  datagram.payload.store(fragment, slab_);
  datagram.recent.add(fragment.header_digest, time_ns);
  if (fragment.fragment_offset == 0) datagram.first = fragment;
  if (datagram.frames == 0) datagram.window = window;
  datagram.one_window = datagram.one_window && datagram.window == window;
  datagram.bytes += fragment.ip_length;
  ++datagram.frames;
  ++held_;
  if (!datagram.payload.is_whole()) return What::held;
  finish(place, outcome);
  return What::whole;
}

std::uint32_t FragmentTable::expire(std::uint64_t time_ns) noexcept {
  Outcome outcome;
  for (std::uint32_t i = 0; i < index_.size(); ++i)
    if (index_.overdue(i, time_ns, timeout_ns_)) give_up(i, State::free, outcome);
  return outcome.dropped;
}

std::uint32_t FragmentTable::drain() noexcept {
  Outcome outcome;
  for (std::uint32_t i = 0; i < index_.size(); ++i) give_up(i, State::free, outcome);
  return outcome.dropped;
}

/// Begins a datagram at a free place. DatagramIndex::cheapest() takes unused places in their order, so that a new one
/// is always the next of `datagrams_`.
void FragmentTable::start(std::uint32_t place, const Segment& fragment, std::uint64_t time_ns) noexcept {
  index_.start(place, hash_of(fragment), time_ns);
  if (place == datagrams_.size()) datagrams_.emplace_back();
  Datagram& datagram = datagrams_[place];
  datagram.first = fragment;
  datagram.payload.clear();
  datagram.recent.clear(time_ns);
  datagram.bytes = 0;
  datagram.one_window = true;
  datagram.frames = 0;
}

void FragmentTable::give_up(std::uint32_t place, State next, Outcome& outcome) noexcept {
  if (index_.state(place) == State::waiting) {
    Datagram& datagram = datagrams_[place];
    datagram.payload.give_back(slab_);
    outcome.dropped += datagram.frames;
    held_ -= datagram.frames;
    datagram.frames = 0;
  }
  index_.set_state(place, next);
}

/// Gives up other datagrams than the one at `place` until so many pages are free; false when that is not enough.
bool FragmentTable::make_room(std::uint32_t new_pages, std::uint32_t place, Outcome& outcome) noexcept {
  while (slab_.free_pages() < new_pages) {
    const std::uint32_t other = index_.oldest_waiting(place);
    if (other == DatagramIndex::kNone) return false;
    outcome.evicted += datagrams_[other].frames;
    give_up(other, State::free, outcome);
  }
  return true;
}

void FragmentTable::finish(std::uint32_t place, Outcome& outcome) noexcept {
  Datagram& datagram = datagrams_[place];
  whole_first_ = datagram.first;
  whole_first_.payload = nullptr;  // its frame may be gone
  outcome.payload = {whole_.get(), datagram.payload.copy_to(whole_.get(), slab_)};
  outcome.first = &whole_first_;
  outcome.completed = datagram.frames;
  outcome.bytes = datagram.bytes;
  outcome.one_window = datagram.one_window;
  held_ -= datagram.frames;
  datagram.payload.give_back(slab_);
  index_.set_state(place, State::done);
}

}  // namespace uptake
