#pragma once

#include <string>
#include <vector>

#include "dissectors/bgp/bgp.h"
#include "tests/dissectors/bgp/builder.h"
#include "tests/dissectors/offering.h"

namespace uptake::bgp::test {

/// Talk: both directions of one session.
class Talk final : public uptake::test::Offering<Dissector, kKindCount> {
 public:
  Talk() : Offering(179) {}

  Result client(const Wire& octets) { return offer(Side::client, octets); }
  Result server(const Wire& octets) { return offer(Side::server, octets); }
  /// Both OPENs and KEEPALIVEs.
  Talk& establish(const Wire& one = open(64496), const Wire& other = open(64497)) {
    client(one);
    server(other + keepalive());
    client(keepalive());
    return *this;
  }
  [[nodiscard]] SessionBits session() const {
    return values(kSession).size() == 1 ? last<SessionBits>(kSession) : SessionBits{};
  }
  [[nodiscard]] UpdateBits update() const { return last<UpdateBits>(kUpdate); }
  [[nodiscard]] NotificationBits told() const { return last<NotificationBits>(kNotification); }

  bool begun = true;
  Family family = Family::v4;
  std::uint8_t ttl = 1;
  std::uint64_t ticks = 0;
  Wire options;
  std::string words;  ///< of the last NOTIFICATION

 private:
  void prepare(Payload& payload) const override {
    payload.begun = begun;
    payload.family = family;
    payload.hop_limit = ttl;
    payload.ticks = static_cast<std::uint32_t>(ticks);
    payload.tcp_options = options;
  }
  void hear(const Observation& one, const Subject& subject) override {
    if (one.fact == kNotification) words.assign(subject.name.begin(), subject.name.end());
  }
  [[nodiscard]] bool keeps(std::uint16_t kind) const override { return kind == kUpdateShown; }
};
using Noted = Talk::Noted;

/// The routes of a shown UPDATE: "+198.18.1.0/24", "-..." when withdrawn, "#7" behind with a Path Identifier.
inline std::vector<std::string> routes_of(const Talk::Shown& shown) {
  std::vector<std::string> found;
  Update update;
  if (!read_update(shown.bytes, Reading::of(UpdateBits::unpack(shown.value)), update)) return {"unreadable"};
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
