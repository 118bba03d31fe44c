#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "dissectors/dissector.h"

namespace uptake::test {

/// Offering: both directions of one lasting stream, offered to its dissector as the listener offers them. Each offer
/// is an exact copy on the heap, so that a sanitizer sees a read past the end. All `kKinds` of Exhibits are wanted.
template <class D, std::size_t kKinds>
class Offering {
 public:
  using Octets = std::vector<std::uint8_t>;

  /// What was noted: fact and value.
  struct Noted {
    std::uint16_t fact;
    std::uint64_t value;
    friend bool operator==(const Noted&, const Noted&) = default;
  };
  /// What was shown: an Exhibit.
  struct Shown {
    std::uint16_t kind;
    std::uint64_t value;
    Octets bytes;
    friend bool operator==(const Shown&, const Shown&) = default;
  };

  explicit Offering(std::uint16_t port) : server_port(port) { notes_->take_exhibits(*room_, kWanted, kTime); }
  Offering(Offering&&) noexcept = default;
  virtual ~Offering() = default;

  /// Offers octets; `cut` more were on the wire. What is not taken is offered again, with more.
  Result offer(Side from, Bytes octets, std::uint32_t cut = 0) {
    Octets& held = held_[static_cast<std::size_t>(from)];
    held.insert(held.end(), octets.begin(), octets.end());
    Result result;
    do {
      const auto exact = std::make_unique<std::uint8_t[]>(held.size());
      std::copy(held.begin(), held.end(), exact.get());
      Payload payload;
      payload.bytes = {exact.get(), held.size()};
      payload.wire = static_cast<std::uint32_t>(held.size()) + cut;
      payload.stream = true;
      payload.from = from;
      payload.lost = std::exchange(lost, Ending::closed);
      payload.client_port = 40000;
      payload.server_port = server_port;
      prepare(payload);
      notes_->about(kNobody, 0);
      Carried carried;
      Call call{payload, *notes_, carried, nullptr};
      if constexpr (requires { D::dissect(call, memory); })
        result = D::dissect(call, memory);
      else
        result = D::dissect(payload, memory, *notes_);
      const auto size = static_cast<std::uint32_t>(held.size());
      passed = result.consumed - std::min(result.consumed, size);
      most_noted = std::max(most_noted, notes_->observations().size());
      collect();
      held.erase(held.begin(), held.begin() + std::min(result.consumed, size));
    } while (result.verdict == Verdict::keep_going && result.consumed > 0 && !held.empty());
    return result;
  }
  void finish(Ending ending = Ending::closed) {
    notes_->about(kNobody, 0);
    D::finish(memory, ending, *notes_);
    collect();
  }

  [[nodiscard]] std::vector<std::uint64_t> values(std::uint16_t fact) const {
    std::vector<std::uint64_t> found;
    for (const Noted& one : noted)
      if (one.fact == fact) found.push_back(one.value);
    return found;
  }
  /// The last value of a fact, unpacked; as new when there is none.
  template <class Bits>
  [[nodiscard]] Bits last(std::uint16_t fact) const {
    const std::vector<std::uint64_t> all = values(fact);
    return all.empty() ? Bits{} : Bits::unpack(all.back());
  }
  [[nodiscard]] std::uint64_t dropped() const { return notes_->dropped() + notes_->exhibits_dropped(); }

  std::vector<Noted> noted;
  std::vector<Shown> shown;
  typename D::Memory memory{};
  Ending lost = Ending::closed;
  std::uint16_t server_port;
  std::uint32_t passed = 0;  ///< octets behind the last offer that are passed over
  std::size_t most_noted = 0;

 private:
  /// Says of a payload what is the protocol's own.
  virtual void prepare(Payload& payload) const = 0;
  /// Sees a note and whom it is about.
  virtual void hear(const Observation&, const Subject&) {}
  /// Exhibits of which kinds stand in `shown`.
  [[nodiscard]] virtual bool keeps(std::uint16_t) const { return true; }

  void collect() {
    for (const Observation& one : notes_->observations()) {
      noted.push_back({one.fact, one.value});
      hear(one, notes_->subjects()[one.subject]);
    }
    for (const Exhibit& one : notes_->exhibits())
      if (keeps(one.kind)) shown.push_back({one.kind, one.value, {one.bytes.begin(), one.bytes.end()}});
    notes_->clear();
  }

  static constexpr auto kWanted = [] {
    std::array<std::uint8_t, kKinds> all{};
    all.fill(1);
    return all;
  }();
  static constexpr std::uint64_t kTime = 0;

  inline static const Subject kNobody{};
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  std::array<Octets, 2> held_;
};

}  // namespace uptake::test
