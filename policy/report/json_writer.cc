#include "policy/report/json_writer.h"

#include "policy/report/format.h"

namespace uptake::report {

void JsonWriter::new_line() {
  out_ += '\n';
  out_.append(static_cast<std::size_t>(depth_) * 2, ' ');
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  if (inline_from_ == 0 && depth_ > 0) new_line();
  if (inline_from_ != 0 && !first_) out_ += ' ';
  first_ = false;
}

void JsonWriter::start(std::string_view key) {
  separate();
  append_json_string(out_, key);
  out_ += ": ";
}

void JsonWriter::open(char bracket, Layout layout) {
  separate();
  open_behind_key(bracket, layout);
}

void JsonWriter::open_behind_key(char bracket, Layout layout) {
  out_ += bracket;
  ++depth_;
  if (layout == Layout::inline_ && inline_from_ == 0) inline_from_ = depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  const bool in_line = inline_from_ != 0;
  if (inline_from_ == depth_) inline_from_ = 0;
  --depth_;
  if (!in_line && !first_) new_line();
  out_ += bracket;
  first_ = false;
  if (depth_ == 0) out_ += '\n';
}

void JsonWriter::text(std::string_view key, std::string_view value) {
  start(key);
  append_json_string(out_, value);
}

void JsonWriter::item(std::string_view value) {
  separate();
  append_json_string(out_, value);
}

void JsonWriter::number(std::string_view key, std::uint64_t value) {
  start(key);
  append_decimal(out_, value);
}

void JsonWriter::flag(std::string_view key, bool value) {
  start(key);
  out_ += value ? "true" : "false";
}

void JsonWriter::null(std::string_view key) {
  start(key);
  out_ += "null";
}

void JsonWriter::time(std::string_view key, std::uint64_t time_ns) {
  start(key);
  out_ += '"';
  append_time(out_, time_ns, TimeDigits::seconds);
  out_ += '"';
}

void JsonWriter::share(std::string_view key, std::uint64_t part, std::uint64_t whole) {
  start(key);
  append_share(out_, part, whole);
}

void JsonWriter::bounds(std::uint64_t pass, std::uint64_t hidden, std::uint64_t all) {
  if (all == 0) return null("bounds");
  std::string low;
  std::string high;
  append_share(low, pass, all);
  append_share(high, pass + hidden, all);
  pair("bounds", low, high);
}

void JsonWriter::pair(std::string_view key, std::string_view low, std::string_view high) {
  start(key);
  out_ += '[';
  out_ += low;
  out_ += ", ";
  out_ += high;
  out_ += ']';
}

void JsonWriter::numbers(std::string_view key, std::span<const std::uint64_t> values) {
  start(key);
  out_ += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i != 0) out_ += ", ";
    append_decimal(out_, values[i]);
  }
  out_ += ']';
}

}  // namespace uptake::report
