#include "policy/events/rov.h"

#include <cstring>
#include <string>

#include "policy/correlate/routes/facts.h"
#include "policy/correlate/routes/rov/facts.h"
#include "policy/report/format.h"

namespace uptake {
namespace {

using rov::Validity;

std::string_view validity_name(Validity validity) noexcept {
  if (rov::is_invalid(validity)) return "invalid";
  return validity == Validity::valid ? "valid" : "not-found";
}

void show_route(const Shown& shown, EventLines& lines) {
  rov::JudgedRoute route;
  if (shown.bytes.size() != sizeof route) return;
  std::memcpy(&route, shown.bytes.data(), sizeof route);
  const Validity validity = rov::validity_of(shown.value);
  const Subject& subject = shown.subject;
  EventFields fields(lines.open());
  lines.about(fields);
  fields.address("from", route.from_server ? subject.server : subject.client);
  fields.address("to", route.from_server ? subject.client : subject.server);
  std::string prefix;
  report::append_address(prefix, route.prefix.address);
  prefix += '/';
  report::append_decimal(prefix, route.prefix.length);
  fields.word("prefix", prefix);
  if (route.prefix.has_path_id) fields.number("path_id", route.prefix.path_id);
  if (route.origin.kind == rov::Origin::Kind::as) fields.number("origin_as", route.origin.as);
  fields.word("validity", validity_name(validity));
  if (rov::is_invalid(validity))
    fields.word("invalid_by", validity == Validity::invalid_length ? "length" : "origin");
  lines.close();
}

constexpr EventDescriber kEvents[] = {{"routes", routes::kJudged, "rov", nullptr, show_route}};

}  // namespace

std::span<const EventDescriber> rov_events() noexcept { return kEvents; }

}  // namespace uptake
