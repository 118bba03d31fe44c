#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "dissectors/dns/dns.h"
#include "tests/dissectors/dns/builder.h"

namespace uptake::dns::test {

/// What was noted: fact, value, name.
struct Noted {
  std::uint16_t fact;
  std::uint64_t value;
  std::string name;
  friend bool operator==(const Noted&, const Noted&) = default;
};

/// Table: the Exchanges of a shard with their memory.
struct Table {
  std::vector<Exchanges::Set> sets = std::vector<Exchanges::Set>(Exchanges::kSets);
  Exchanges exchanges{std::span<Exchanges::Set, Exchanges::kSets>(sets.data(), Exchanges::kSets)};
};

/// Conversation: one flow offered to the dissector as the worker offers it.
class Conversation {
 public:
  explicit Conversation(bool stream = false) : stream_(stream) {}

  /// Offers octets; `wire` 0: nothing was cut. On a stream what is not consumed is offered again, with more.
  Result offer(Bytes octets, std::uint32_t wire = 0, Side from = Side::client) {
    std::vector<std::uint8_t>& held = held_[from == Side::client ? 0 : 1];
    held.insert(held.end(), octets.begin(), octets.end());
    const auto missing = wire == 0 ? 0U : wire - static_cast<std::uint32_t>(octets.size());
    Result result;
    do {
      // A copy of its own on the heap, so that a sanitizer sees a read past the end.
      const auto exact = std::make_unique<std::uint8_t[]>(held.size());
      std::copy(held.begin(), held.end(), exact.get());
      Payload payload;
      payload.bytes = {exact.get(), held.size()};
      payload.wire = static_cast<std::uint32_t>(held.size()) + missing;
      payload.stream = stream_;
      payload.from = from;
      payload.client_port = 40000;
      payload.server_port = 53;
      payload.ticks = ticks;
      payload.flow = flow;
      payload.exchanges = table != nullptr ? &table->exchanges : nullptr;
      payload.translated = translated;
      Subject subject;
      subject.name = bytes_of("a name of an earlier message");
      notes_->about(subject, 0);
      result = Dissector::dissect(payload, memory, *notes_);
      collect();
      // More than there is: of a long message the rest is passed over.
      const std::size_t done = stream_ ? std::min<std::size_t>(result.consumed, held.size()) : held.size();
      held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(done));
    } while (stream_ && result.verdict == Verdict::keep_going && result.consumed > 0 && !held.empty());
    if (!stream_) memory = {};
    return result;
  }
  Result answer(Bytes octets, std::uint32_t wire = 0) { return offer(octets, wire, Side::server); }
  /// From now on somebody wants what is shown.
  void want_exhibits() { notes_->take_exhibits(*room_, kWanted, kTime); }
  void finish(Ending ending) {
    static const Subject nobody;
    notes_->about(nobody, 0);
    Dissector::finish(memory, ending, *notes_);
    collect();
  }

  [[nodiscard]] QueryBits query() const { return QueryBits::unpack(value(kQuery)); }
  [[nodiscard]] ResponseBits response() const { return ResponseBits::unpack(value(kResponse)); }
  /// Values of one fact in order.
  [[nodiscard]] std::vector<std::uint64_t> values(std::uint16_t fact) const {
    std::vector<std::uint64_t> found;
    for (const Noted& one : noted)
      if (one.fact == fact) found.push_back(one.value);
    return found;
  }
  /// Of the last note of a fact; ~0 when there is none.
  [[nodiscard]] std::uint64_t value(std::uint16_t fact) const {
    const auto all = values(fact);
    return all.empty() ? ~std::uint64_t{0} : all.back();
  }
  [[nodiscard]] std::uint64_t dropped() const { return notes_->dropped(); }
  [[nodiscard]] bool only_unreadable(Ending why) const {
    return noted == std::vector<Noted>{{kUnreadable, static_cast<std::uint64_t>(why), ""}};
  }

  /// What was shown: an Exhibit.
  struct Shown {
    std::uint64_t value;
    Octets bytes;
    friend bool operator==(const Shown&, const Shown&) = default;
  };

  std::vector<Noted> noted;
  std::vector<Shown> shown;
  Dissector::Memory memory;
  std::uint32_t ticks = 1000;
  std::uint64_t flow = 0x0123'4567'89ab'cdef;
  std::shared_ptr<Table> table = std::make_shared<Table>();  ///< that of its shard
  std::span<const AddressRange> translated;

 private:
  void collect() {
    for (const Observation& one : notes_->observations()) {
      const Bytes name = notes_->subjects()[one.subject].name;
      noted.push_back({one.fact, one.value, {reinterpret_cast<const char*>(name.data()), name.size()}});
    }
    for (const Exhibit& one : notes_->exhibits()) shown.push_back({one.value, {one.bytes.begin(), one.bytes.end()}});
    notes_->clear();
  }
  static constexpr std::uint8_t kWanted[kKindCount] = {1};
  static constexpr std::uint64_t kTime = 0;
  bool stream_;
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  std::vector<std::uint8_t> held_[2];
};

inline std::vector<std::uint64_t> list(std::initializer_list<std::uint64_t> values) { return values; }

}  // namespace uptake::dns::test
