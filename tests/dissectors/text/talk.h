#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dissectors/dissector.h"

namespace uptake::test {

/// Talk: one flow of a text protocol offered to its dissector as the listener offers it, claims first. Each offer is
/// an exact copy on the heap, so that a sanitizer sees a read past the end.
template <class D>
class Talk {
 public:
  using Noted = std::pair<std::uint16_t, std::uint64_t>;

  bool from_start = true;
  std::uint16_t server_port = 25;
  std::size_t piece = 1U << 16;  ///< octets of one offer at most

  Talk& client(std::string_view text) { return say(Side::client, text); }
  Talk& server(std::string_view text) { return say(Side::server, text); }
  Talk& say(Side from, std::string_view text) {
    for (std::size_t at = 0; at < text.size(); at += piece) offer(from, text.substr(at, piece));
    return *this;
  }
  /// One offer; `cut` octets behind it were not captured.
  Talk& offer(Side from, std::string_view text, std::uint32_t cut = 0) {
    Direction& own = sides_[index(from)];
    if (own.over || handed_over) return *this;
    own.held += text;
    const bool before = claimed_;
    if (!claimed_ && !claim(own, from)) return *this;
    if (!before) claimed_at_first_ = !passed_over_;
    read(own, from, cut);
    return *this;
  }
  /// What one side says next is missing.
  Talk& lose(Side from, Ending why = Ending::gap) {
    Direction& own = sides_[index(from)];
    own.held.clear();
    own.lost = why;
    own.behind_hole = true;
    return *this;
  }
  Talk& finish(Ending ending = Ending::closed) {
    if (!claimed_ || handed_over || concluded) return *this;
    notes_->about(subject_, 0);
    D::finish(memory, ending, *notes_);
    collect();
    return *this;
  }

  [[nodiscard]] std::vector<std::uint64_t> values(std::uint16_t fact) const {
    std::vector<std::uint64_t> found;
    for (const Noted& one : noted)
      if (one.first == fact) found.push_back(one.second);
    return found;
  }
  [[nodiscard]] bool claimed() const { return claimed_; }
  /// Nothing was passed over before it was claimed.
  [[nodiscard]] bool claimed_at_first() const { return claimed_at_first_; }
  /// Octets of a side that were not taken.
  [[nodiscard]] const std::string& held(Side from) const { return sides_[index(from)].held; }

  std::vector<Noted> noted;
  typename D::Memory memory{};
  Result result;
  Claim answer = Claim::no;
  bool handed_over = false;
  bool concluded = false;
  std::uint64_t dropped = 0;  ///< notes for which there was no room

 private:
  struct Direction {
    std::string held;
    Ending lost = Ending::closed;
    bool behind_hole = false;
    bool over = false;
  };
  static std::size_t index(Side side) { return side == Side::client ? 0 : 1; }

  Payload payload(const Direction& own, Side from, const std::uint8_t* exact, std::uint32_t cut) const {
    Payload made;
    made.bytes = {exact, own.held.size()};
    made.wire = static_cast<std::uint32_t>(own.held.size()) + cut;
    made.stream = true;
    made.from_start = from_start && !own.behind_hole;
    made.begun = from_start;
    made.lost = own.lost;
    made.from = from;
    made.client_port = 40000;
    made.server_port = server_port;
    return made;
  }
  static std::unique_ptr<std::uint8_t[]> exact_copy(const Direction& own) {
    auto exact = std::make_unique<std::uint8_t[]>(own.held.size());
    std::copy(own.held.begin(), own.held.end(), exact.get());
    return exact;
  }
  bool claim(Direction& own, Side from) {
    const auto exact = exact_copy(own);
    answer = D::claims(payload(own, from, exact.get(), 0));
    claimed_ = is_mine(answer);
    // What nobody claims is passed over, and the next payload asked about.
    if (answer == Claim::no) own.held.clear();
    passed_over_ = passed_over_ || answer == Claim::no;
    return claimed_;
  }
  /// Passes over what is not known to be a line, behind a hole.
  bool resume(Direction& own, Side from) {
    const auto exact = exact_copy(own);
    Payload there = payload(own, from, exact.get(), 0);
    there.claimed = true;
    const Claim claim = D::claims(there);
    if (claim == Claim::need_more) return false;
    if constexpr (requires { D::search(there); }) {
      const std::uint32_t at = is_mine(claim) ? 0 : D::search(there);
      own.held.erase(0, at);
    }
    return !own.held.empty();
  }
  void read(Direction& own, Side from, std::uint32_t cut) {
    if (own.lost != Ending::closed && !resume(own, from)) return;
    do {
      const auto exact = exact_copy(own);
      notes_->about(subject_, 0);
      result = D::dissect(payload(own, from, exact.get(), cut), memory, *notes_);
      own.lost = Ending::closed;
      collect();
      own.held.erase(0, result.consumed);
    } while (result.verdict == Verdict::keep_going && result.consumed > 0 && !own.held.empty());
    handed_over = result.verdict == Verdict::hand_over || result.verdict == Verdict::pass_on;
    concluded = result.verdict == Verdict::concluded;
    if (concluded) sides_[0].over = sides_[1].over = true;
    if (result.verdict == Verdict::truncated) lose(from, Ending::truncated);
  }
  void collect() {
    for (const Observation& one : notes_->observations()) noted.emplace_back(one.fact, one.value);
    dropped += notes_->dropped();
    notes_->clear();
  }

  Subject subject_;
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  std::array<Direction, 2> sides_;
  bool claimed_ = false;
  bool claimed_at_first_ = false;
  bool passed_over_ = false;
};

}  // namespace uptake::test
