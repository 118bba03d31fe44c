#include "policy/events/describer.h"

#include "policy/measure.h"
#include "policy/report/format.h"

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

// Keys and words are the program's own text, so nothing in them needs escaping.
void EventFields::open_field(std::string_view key) {
  line_ += first_field_ ? "\"" : ",\"";
  first_field_ = false;
  line_ += key;
  line_ += "\":";
}

void EventFields::word(std::string_view key, std::string_view text) {
  open_field(key);
  line_ += '"';
  line_ += text;
  line_ += '"';
}

void EventFields::number(std::string_view key, std::uint64_t value) {
  open_field(key);
  report::append_decimal(line_, value);
}

void EventFields::flag(std::string_view key, bool value) {
  open_field(key);
  line_ += value ? "true" : "false";
}

void EventFields::code_point(std::string_view key, std::uint16_t value) {
  open_field(key);
  line_ += '"';
  report::append_code_point(line_, value);
  line_ += '"';
}

void EventFields::name(std::string_view key, Bytes presentation) {
  open_field(key);
  report::append_json_name(line_, presentation);
}

void EventFields::address(std::string_view key, const Address& value) {
  open_field(key);
  line_ += '"';
  report::append_address(line_, value);
  line_ += '"';
}

void EventFields::time(std::string_view key, std::uint64_t time_ns) {
  open_field(key);
  line_ += '"';
  report::append_time(line_, time_ns, report::TimeDigits::nanoseconds);
  line_ += '"';
}

void EventFields::open_list(std::string_view key) {
  open_field(key);
  line_ += '[';
  first_item_ = true;
}

void EventFields::open_item() {
  if (!first_item_) line_ += ',';
  first_item_ = false;
}

void EventFields::item(std::string_view text) {
  open_item();
  line_ += '"';
  line_ += text;
  line_ += '"';
}

void EventFields::item(std::uint64_t value) {
  open_item();
  report::append_decimal(line_, value);
}

void EventFields::open_inner_list() {
  open_item();
  line_ += '[';
  first_item_ = true;
}

void EventFields::open_object() {
  open_item();
  line_ += '{';
  first_field_ = true;
}

void EventFields::close_object() {
  line_ += '}';
  first_field_ = false;
}

void EventFields::close_list() {
  line_ += ']';
  first_item_ = false;
}

std::string& EventLines::open() {
  out_ += '{';
  return out_;
}

void EventLines::about(EventFields& fields) const {
  fields.word("type", type_);
  append_subject(fields, subject_);
}

}  // namespace uptake
