#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/tls/tls.h"

namespace uptake::tls::test {

using Octets = std::vector<std::uint8_t>;

/// What was noted: fact, value, name.
struct Noted {
  std::uint16_t fact;
  std::uint64_t value;
  std::string name;
  friend bool operator==(const Noted&, const Noted&) = default;
};

/// What was shown: kind, value, octets.
struct Shown {
  std::uint16_t kind;
  std::uint64_t value;
  Octets bytes;
  friend bool operator==(const Shown&, const Shown&) = default;
};

/// Conversation: one flow offered to the dissector as the worker offers it, claims first. Each offer is an exact
/// copy on the heap, so that a sanitizer sees a read past the end.
class Conversation {
 public:
  bool from_start = true;
  std::uint16_t server_port = 443;

  /// From now on somebody wants all Exhibits.
  void want_exhibits() {
    room_ = std::make_unique<ExhibitRoom>();
    notes_->take_exhibits(*room_, wanted_, packet_ns_);
  }
  void client(Bytes octets, std::uint32_t cut = 0) { offer(Side::client, octets, cut); }
  void server(Bytes octets, std::uint32_t cut = 0) { offer(Side::server, octets, cut); }

  /// One direction sends more; `cut` octets of it were not captured.
  void offer(Side from, Bytes octets, std::uint32_t cut = 0) {
    Direction& own = sides_[index(from)];
    if (own.over || refused_) return;
    own.held.insert(own.held.end(), octets.begin(), octets.end());
    if (!claimed_ && !claim(from, cut)) return;
    read(from, cut);
    const Side other = from == Side::client ? Side::server : Side::client;
    if (!sides_[index(other)].over && !sides_[index(other)].held.empty()) read(other, 0);
  }
  /// The worker gives a direction up.
  void lose(Side side, Ending ending) {
    sides_[index(side)].over = true;
    ending_ = ending;
  }
  void finish(Ending ending = Ending::closed) {
    if (!claimed_ || (sides_[0].self_over && sides_[1].self_over)) return;
    about();
    Dissector::finish(memory, ending == Ending::closed ? ending_ : ending, *notes_);
    collect();
  }

  [[nodiscard]] std::size_t count(std::uint16_t fact) const {
    return static_cast<std::size_t>(
        std::count_if(noted.begin(), noted.end(), [fact](const Noted& one) { return one.fact == fact; }));
  }
  [[nodiscard]] SessionBits session() const { return SessionBits::unpack(last(kSession).value); }
  [[nodiscard]] OfferBits offered() const { return OfferBits::unpack(last(kOffer).value); }
  [[nodiscard]] std::string name() const { return last(kOffer).name; }
  [[nodiscard]] bool claimed() const { return claimed_; }
  [[nodiscard]] bool over(Side side) const { return sides_[index(side)].over; }
  /// Octets that the worker has to keep.
  [[nodiscard]] std::size_t held(Side side) const { return sides_[index(side)].held.size(); }

  std::vector<Noted> noted;
  std::vector<Shown> shown;
  Dissector::Memory memory;
  Result result;
  Claim answer = Claim::no;

 private:
  struct Direction {
    Octets held;
    bool over = false;
    bool self_over = false;
  };
  static std::size_t index(Side side) { return side == Side::client ? 0 : 1; }

  Payload payload(Side from, const std::unique_ptr<std::uint8_t[]>& exact, std::uint32_t cut) {
    const Octets& held = sides_[index(from)].held;
    std::copy(held.begin(), held.end(), exact.get());
    Payload made;
    made.bytes = {exact.get(), held.size()};
    made.wire = static_cast<std::uint32_t>(held.size()) + cut;
    made.stream = true;
    made.from_start = from_start;
    made.from = from;
    made.client_port = 40000;
    made.server_port = server_port;
    return made;
  }
  bool claim(Side from, std::uint32_t cut) {
    const auto exact = std::make_unique<std::uint8_t[]>(sides_[index(from)].held.size());
    answer = Dissector::claims(payload(from, exact, cut));
    claimed_ = is_mine(answer);
    refused_ = answer == Claim::no;
    return claimed_;
  }
  void read(Side from, std::uint32_t cut) {
    Direction& own = sides_[index(from)];
    do {
      const auto exact = std::make_unique<std::uint8_t[]>(own.held.size());
      about();
      result = Dissector::dissect(payload(from, exact, cut), memory, *notes_);
      collect();
      own.held.erase(own.held.begin(), own.held.begin() + static_cast<std::ptrdiff_t>(result.consumed));
    } while (result.verdict == Verdict::keep_going && result.consumed > 0 && !own.held.empty());
    if (result.verdict == Verdict::keep_going || result.verdict == Verdict::need_more) return;
    own.over = own.self_over = true;
    if (result.verdict == Verdict::concluded) sides_[0] = sides_[1] = {{}, true, true};
  }
  void about() {
    // A name noted before belongs to what is noted later, too.
    subject_.name = {reinterpret_cast<const std::uint8_t*>(name_.data()), name_.size()};
    notes_->about(subject_, 0);
  }
  void collect() {
    for (const Observation& one : notes_->observations()) {
      const Bytes name = notes_->subjects()[one.subject].name;
      name_ = std::string(name.begin(), name.end());
      noted.push_back({one.fact, one.value, name_});
    }
    for (const Exhibit& one : notes_->exhibits())
      shown.push_back({one.kind, one.value, {one.bytes.begin(), one.bytes.end()}});
    notes_->clear();
  }
  [[nodiscard]] Noted last(std::uint16_t fact) const {
    for (auto it = noted.rbegin(); it != noted.rend(); ++it)
      if (it->fact == fact) return *it;
    return {fact, ~std::uint64_t{0}, "never noted"};
  }

  Subject subject_;
  std::string name_;
  const std::vector<std::uint8_t> wanted_ = std::vector<std::uint8_t>(kKindCount, 1);
  const std::uint64_t packet_ns_ = 0;
  std::unique_ptr<ExhibitRoom> room_;
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  Direction sides_[2];
  Ending ending_ = Ending::closed;
  bool claimed_ = false;
  bool refused_ = false;
};

}  // namespace uptake::tls::test
