#include "policy/events/bgp.h"

#include <array>
#include <cstring>
#include <string>

#include "dissectors/bgp/dialogue.h"
#include "policy/events/bgp_route.h"

namespace uptake {
namespace {

using bgp::Dialogue;
using bgp::Speaker;

constexpr std::array<std::string_view, 5> kRoleNames = {"provider", "rs", "rs-client", "customer", "peer"};

std::string_view sight_name(bgp::Sight sight) {
  constexpr std::array<std::string_view, 7> kNames = {"both", "one",       "none", "truncated",
                                                      "gap",  "malformed", "limit"};
  return kNames[static_cast<std::size_t>(sight)];
}

/// Keys of one end: "client_hold_time".
class Keys {
 public:
  explicit Keys(std::string_view end) : text_(end), size_(text_.size()) {}
  [[nodiscard]] std::string_view operator()(std::string_view name) {
    text_.resize(size_);
    text_ += name;
    return text_;
  }

 private:
  std::string text_;
  std::size_t size_;
};

void append_speaker(EventFields& fields, std::string_view end, const Speaker& speaker) {
  if (!speaker.is(Speaker::kOpen)) return;
  Keys key(end);
  fields.number(key("_as"), speaker.as);
  fields.number(key("_hold_time"), speaker.hold_time);
  fields.open_list(key("_capabilities"));
  for (std::size_t i = 0; i < bgp::kOther; ++i)
    if (speaker.lists(static_cast<bgp::Capability>(i))) fields.item(std::uint64_t{bgp::kCapabilityCodes[i]});
  fields.close_list();
  if (speaker.lists(bgp::kOther)) fields.flag(key("_other_capabilities"), true);
  fields.open_list(key("_families"));
  for (std::size_t i = 0; i < bgp::kOtherFamily; ++i)
    if (speaker.lists(static_cast<bgp::AddressFamily>(i))) fields.item(bgp::kFamilies[i].name);
  fields.close_list();
  if (speaker.lists(bgp::kOtherFamily)) fields.flag(key("_other_families"), true);
  if (!speaker.is(Speaker::kHasRole)) return;
  fields.word(key("_role"), speaker.role < kRoleNames.size() ? kRoleNames[speaker.role] : "unassigned");
}

void append_notification(EventFields& fields, const Dialogue& dialogue, Side by, Bytes words) {
  const Speaker& speaker = dialogue.speakers[static_cast<std::size_t>(by)];
  if (!speaker.is(Speaker::kNotified)) return;
  fields.open_object();
  fields.word("by", by == Side::client ? "client" : "server");
  fields.number("code", speaker.code);
  fields.number("subcode", speaker.subcode);
  if (speaker.is(Speaker::kTold)) fields.text("communication", words);
  fields.close_object();
}

void show_session(const Shown& shown, EventLines& lines) {
  Dialogue dialogue;
  if (shown.bytes.size() != sizeof dialogue) return;
  std::memcpy(&dialogue, shown.bytes.data(), sizeof dialogue);
  const bgp::SessionBits session = bgp::SessionBits::unpack(shown.value);
  EventFields fields(lines.open());
  lines.about(fields);
  fields.word("sight", sight_name(session.sight));
  fields.flag("established", session.established);
  if (session.guard != bgp::Guard::unknown) {
    fields.flag("md5", session.guard == bgp::Guard::md5);
    fields.flag("ao", session.guard == bgp::Guard::ao);
    fields.flag("gtsm", session.ttl == bgp::Ttl::most);
  }
  if (dialogue.opens()) fields.number("hold_time", hold_time_of(dialogue));
  append_speaker(fields, "client", dialogue.speakers[0]);
  append_speaker(fields, "server", dialogue.speakers[1]);
  fields.open_list("notifications");
  const Side first = dialogue.server_notified_first ? Side::server : Side::client;
  append_notification(fields, dialogue, first, shown.subject.name);
  append_notification(fields, dialogue, first == Side::client ? Side::server : Side::client, shown.subject.name);
  fields.close_list();
  lines.close();
}

constexpr EventDescriber kEvents[] = {
    {"bgp", bgp::kSessionShown, "bgp", nullptr, show_session},
    {"bgp", bgp::kUpdateShown, "route", nullptr, show_routes},
};

}  // namespace

std::span<const EventDescriber> bgp_events() noexcept { return kEvents; }

}  // namespace uptake
