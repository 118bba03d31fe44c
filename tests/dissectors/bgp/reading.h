#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "dissectors/bgp/bgp.h"
#include "tests/dissectors/bgp/builder.h"

namespace uptake::bgp::test {

/// What was noted: fact and value.
struct Noted {
  std::uint16_t fact;
  std::uint64_t value;
  friend bool operator==(const Noted&, const Noted&) = default;
};

/// Talk: one session offered to the dissector as the worker offers it.
class Talk {
 public:
  Talk() { notes_->take_exhibits(*room_, kWanted, packet_ns_); }

  /// Offers octets; `missing` more were on the wire. What is not taken is offered again, with more.
  Result say(Side from, const Wire& octets, std::uint32_t missing = 0) {
    std::vector<std::uint8_t>& held = held_[static_cast<std::size_t>(from)];
    held.insert(held.end(), octets.begin(), octets.end());
    Result result;
    do {
      const auto exact = std::make_unique<std::uint8_t[]>(held.size());
      std::copy(held.begin(), held.end(), exact.get());
      Payload payload;
      payload.bytes = {exact.get(), held.size()};
      payload.wire = static_cast<std::uint32_t>(held.size()) + missing;
      payload.stream = true;
      payload.begun = begun;
      payload.from = from;
      payload.family = family;
      payload.lost = std::exchange(lost, Ending::closed);
      payload.hop_limit = ttl;
      payload.tcp_options = options;
      payload.client_port = 40000;
      payload.server_port = 179;
      static const Subject nobody;
      notes_->about(nobody, 0);
      Carried carried;
      Call call{payload, *notes_, carried, nullptr};
      result = Dissector::dissect(call, memory);
      collect();
      held.erase(held.begin(), held.begin() + result.consumed);
    } while (result.verdict == Verdict::keep_going && result.consumed > 0 && !held.empty());
    return result;
  }
  Result client(const Wire& octets) { return say(Side::client, octets); }
  Result server(const Wire& octets) { return say(Side::server, octets); }
  /// Both OPENs and KEEPALIVEs.
  Talk& establish(const Wire& one = open(64496), const Wire& other = open(64497)) {
    client(one);
    server(other + keepalive());
    client(keepalive());
    return *this;
  }
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
  [[nodiscard]] SessionBits session() const {
    const auto all = values(kSession);
    return all.size() == 1 ? SessionBits::unpack(all[0]) : SessionBits{};
  }
  [[nodiscard]] UpdateBits update() const {
    const auto all = values(kUpdate);
    return all.empty() ? UpdateBits{} : UpdateBits::unpack(all.back());
  }
  [[nodiscard]] NotificationBits told() const {
    const auto all = values(kNotification);
    return all.empty() ? NotificationBits{} : NotificationBits::unpack(all.back());
  }
  [[nodiscard]] std::uint64_t dropped() const { return notes_->dropped() + notes_->exhibits_dropped(); }

  bool begun = true;
  Family family = Family::v4;
  Ending lost = Ending::closed;
  std::uint8_t ttl = 1;
  Wire options;
  Dialogue memory;
  std::vector<Noted> noted;
  std::vector<std::pair<std::uint64_t, Wire>> shown;  ///< UPDATEs
  std::string words;                                  ///< of the last NOTIFICATION

 private:
  void collect() {
    for (const Observation& one : notes_->observations()) {
      noted.push_back({one.fact, one.value});
      const Bytes name = notes_->subjects()[one.subject].name;
      if (one.fact == kNotification) words.assign(name.begin(), name.end());
    }
    for (const Exhibit& one : notes_->exhibits())
      if (one.kind == kUpdateShown) shown.emplace_back(one.value, Wire(one.bytes.begin(), one.bytes.end()));
    notes_->clear();
  }
  static constexpr std::array<std::uint8_t, kKindCount> kWanted = {1, 1};
  std::uint64_t packet_ns_ = 0;
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  std::array<std::vector<std::uint8_t>, 2> held_;
};

/// The routes of a shown UPDATE: "+198.18.1.0/24", "-..." when withdrawn, "#7" behind with a Path Identifier.
inline std::vector<std::string> routes_of(const std::pair<std::uint64_t, Wire>& shown) {
  std::vector<std::string> found;
  Update update;
  if (!read_update(shown.second, Reading::of(UpdateBits::unpack(shown.first)), update)) return {"unreadable"};
  update.each_route([&](const Prefix& prefix, bool announced) {
    std::string text = announced ? "+" : "-";
    const std::size_t parts = prefix.address.family == Family::v4 ? 4 : 8;
    constexpr char kDigits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < parts; ++i) {
      text += kDigits[prefix.address.octets[i] >> 4];
      text += kDigits[prefix.address.octets[i] & 15];
    }
    text += '/' + std::to_string(prefix.length);
    if (prefix.has_path_id) text += '#' + std::to_string(prefix.path_id);
    found.push_back(text);
  });
  return found;
}

}  // namespace uptake::bgp::test
