#include "policy/events/events.h"

#include "policy/measure.h"

namespace uptake {
namespace {

std::string_view transport_name(std::uint8_t protocol) {
  if (protocol == 6) return "tcp";
  if (protocol == 17) return "udp";
  return "other";
}

void append_subject(EventFields& fields, const Subject& subject) {
  fields.time("time", subject.time_ns);
  fields.number("frame", subject.ordinal + 1);
  fields.word("transport", transport_name(subject.transport));
  fields.address("client", subject.client);
  fields.number("client_port", subject.client_port);
  fields.address("server", subject.server);
  fields.number("server_port", subject.server_port);
  fields.word("direction", name_of(subject.direction));
  if (!subject.name.empty()) fields.name("name", subject.name);
}

}  // namespace

Events::Events(const Registry& registry, std::span<const EventDescriber> describers)
    : by_fact_(registry.fact_count()) {
  for (const EventDescriber& describer : describers) {
    const std::size_t fact = std::size_t{registry.base(describer.dissector)} + describer.fact;
    if (fact < by_fact_.size()) by_fact_[fact] = describer;
  }
}

bool Events::append(std::string& out, const Observation& observation, const Subject& subject) const {
  if (!has(observation.fact)) return false;
  const EventDescriber& describer = by_fact_[observation.fact];
  out += '{';
  EventFields fields(out);
  fields.word("type", describer.type);
  append_subject(fields, subject);
  describer.describe(observation.value, fields);
  out += "}\n";
  return true;
}

bool Events::append(std::string& out, const Event& event) const {
  Subject subject = event.subject;
  subject.name = {reinterpret_cast<const std::uint8_t*>(event.name.data()), event.name.size()};
  return append(out, event.observation, subject);
}

}  // namespace uptake
