#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uptake::report {

/// JsonWriter: appends JSON in the order of its calls, indented; an object or list opened `inline_` stays on one
/// line. The caller closes what it opens, in reverse order.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) noexcept : out_(out) {}

  enum class Layout : std::uint8_t { lines, inline_ };

  void open_object(Layout layout = Layout::lines) { open('{', layout); }
  void open_object(std::string_view key, Layout layout = Layout::lines) { start(key), open_behind_key('{', layout); }
  void close_object() { close('}'); }
  void open_list(std::string_view key, Layout layout = Layout::lines) { start(key), open_behind_key('[', layout); }
  void close_list() { close(']'); }

  void text(std::string_view key, std::string_view value);
  /// A text of a list.
  void item(std::string_view value);
  void number(std::string_view key, std::uint64_t value);
  void flag(std::string_view key, bool value);
  void null(std::string_view key);
  /// A time since 1970 as RFC 3339, whole seconds, or null.
  void time(std::string_view key, std::uint64_t time_ns);
  /// part / whole to six digits.
  void share(std::string_view key, std::uint64_t part, std::uint64_t whole);
  /// "bounds": the shares of `all` if whatever is hidden failed, and if it passed; null when `all` is 0.
  void bounds(std::uint64_t pass, std::uint64_t hidden, std::uint64_t all);
  /// A list of two numbers written elsewhere.
  void pair(std::string_view key, std::string_view low, std::string_view high);
  void numbers(std::string_view key, std::span<const std::uint64_t> values);

 private:
  void separate();
  void start(std::string_view key);
  void open(char bracket, Layout layout);
  void open_behind_key(char bracket, Layout layout);
  void close(char bracket);
  void new_line();

  std::string& out_;
  int depth_ = 0;
  int inline_from_ = 0;  // depth of the outermost inline container; 0: none
  bool first_ = true;
};

}  // namespace uptake::report
