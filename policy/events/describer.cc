#include "policy/events/describer.h"

#include "policy/report/format.h"

namespace uptake {

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

void EventFields::item(std::string_view text) {
  line_ += first_item_ ? "\"" : ",\"";
  first_item_ = false;
  line_ += text;
  line_ += '"';
}

void EventFields::close_list() { line_ += ']'; }

}  // namespace uptake
