#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "dissectors/rtr/records.h"
#include "dissectors/rtr/rtr.h"
#include "tests/dissectors/rtr/builder.h"

namespace uptake::rtr::test {

struct Noted {
  std::uint16_t fact;
  std::uint64_t value;
  friend bool operator==(const Noted&, const Noted&) = default;
};
struct Shown {
  std::uint16_t kind;
  std::uint64_t value;
  Octets bytes;
  friend bool operator==(const Shown&, const Shown&) = default;
};

/// Conversation: both directions of one session, offered as the listener offers them.
class Conversation {
 public:
  Conversation() { notes_->take_exhibits(*room_, wanted_, packet_ns_); }

  /// `cut`: octets behind these that were not captured.
  Result offer(Bytes octets, Side from, std::uint32_t cut = 0) {
    Octets& held = held_[from == Side::client ? 0 : 1];
    held.insert(held.end(), octets.begin(), octets.end());
    Result result;
    do {
      // A copy of its own on the heap, so that a sanitizer sees a read past the end.
      const auto exact = std::make_unique<std::uint8_t[]>(held.size());
      std::copy(held.begin(), held.end(), exact.get());
      Payload payload;
      payload.bytes = {exact.get(), held.size()};
      payload.wire = static_cast<std::uint32_t>(held.size()) + cut;
      payload.stream = true;
      payload.from_start = from_start;
      payload.from = from;
      payload.lost = std::exchange(lost, Ending::closed);
      payload.client_port = 40000;
      payload.server_port = server_port;
      payload.ticks = ticks;
      static const Subject nobody;
      notes_->about(nobody, 0);
      result = Dissector::dissect(payload, memory, *notes_);
      passed = result.consumed > held.size() ? result.consumed - static_cast<std::uint32_t>(held.size()) : 0;
      most_noted = std::max(most_noted, notes_->observations().size());
      collect();
      held.erase(held.begin(),
                 held.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(result.consumed, held.size())));
    } while (result.verdict == Verdict::keep_going && result.consumed > 0 && !held.empty());
    return result;
  }
  Result ask(const Octets& octets) { return offer(octets, Side::client); }
  Result tell(const Octets& octets) { return offer(octets, Side::server); }
  void finish(Ending ending = Ending::closed) {
    static const Subject nobody;
    notes_->about(nobody, 0);
    Dissector::finish(memory, ending, *notes_);
    collect();
  }

  [[nodiscard]] std::vector<std::uint64_t> values(std::uint16_t fact) const {
    std::vector<std::uint64_t> found;
    for (const Noted& one : noted)
      if (one.fact == fact) found.push_back(one.value);
    return found;
  }
  [[nodiscard]] TableBits table() const {
    const auto all = values(kTable);
    return all.empty() ? TableBits{} : TableBits::unpack(all.back());
  }
  [[nodiscard]] SessionBits session() {
    finish();
    return SessionBits::unpack(values(kSession).back());
  }
  [[nodiscard]] ExchangeBits exchange() {
    finish();
    return ExchangeBits::unpack(values(kExchange).back());
  }
  [[nodiscard]] std::uint64_t dropped() const { return notes_->dropped() + notes_->exhibits_dropped(); }

  std::vector<Noted> noted;
  std::vector<Shown> shown;
  Dissector::Memory memory;
  Ending lost = Ending::closed;
  bool from_start = true;
  std::uint16_t server_port = 323;
  std::uint32_t ticks = 1000;
  std::uint32_t passed = 0;  ///< octets behind the last offer that are passed over
  std::size_t most_noted = 0;

 private:
  void collect() {
    for (const Observation& one : notes_->observations()) noted.push_back({one.fact, one.value});
    for (const Exhibit& one : notes_->exhibits())
      shown.push_back({one.kind, one.value, {one.bytes.begin(), one.bytes.end()}});
    notes_->clear();
  }
  const std::vector<std::uint8_t> wanted_ = std::vector<std::uint8_t>(kKindCount, 1);
  const std::uint64_t packet_ns_ = 0;
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  Octets held_[2];
};

}  // namespace uptake::rtr::test
