#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dissectors/observation.h"

namespace uptake {

/// EventFields: appends the fields of one JSON object to a line. Keys, words and items are the program's own text,
/// without quotes, backslashes or control characters; what came from the wire goes into name(). Its functions are
/// virtual so that a plugin finds them without being linked to the program.
class EventFields {
 public:
  explicit EventFields(std::string& line) noexcept : line_(line) {}
  virtual ~EventFields() = default;
  EventFields(const EventFields&) = delete;
  EventFields& operator=(const EventFields&) = delete;

  virtual void word(std::string_view key, std::string_view text);
  virtual void number(std::string_view key, std::uint64_t value);
  virtual void flag(std::string_view key, bool value);
  /// A code point of a registry: "0x1301".
  virtual void code_point(std::string_view key, std::uint16_t value);
  virtual void name(std::string_view key, Bytes presentation);
  virtual void address(std::string_view key, const Address& value);
  virtual void time(std::string_view key, std::uint64_t time_ns);
  virtual void open_list(std::string_view key);
  virtual void item(std::string_view text);
  virtual void close_list();

 private:
  void open_field(std::string_view key);
  std::string& line_;
  bool first_field_ = true;
  bool first_item_ = true;
};

/// EventDescriber: how one fact of a dissector is written as an event: its type, and its value by field.
/// Facts without a describer are no events.
struct EventDescriber {
  std::string_view dissector;
  std::uint16_t fact;  ///< that dissector's own number
  std::string_view type;
  void (*describe)(std::uint64_t value, EventFields& fields);
};

}  // namespace uptake
