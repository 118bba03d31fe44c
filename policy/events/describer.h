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
  /// Text from the wire: whatever it holds, the line stays ASCII and one line.
  void text(std::string_view key, Bytes value) { name(key, value); }
  virtual void open_list(std::string_view key);
  virtual void item(std::string_view text);
  virtual void item(std::uint64_t value);
  /// A list as an item of a list; close_list() ends it.
  virtual void open_inner_list();
  /// An object as an item of a list, whose fields follow until close_object().
  virtual void open_object();
  virtual void close_object();
  virtual void close_list();

 private:
  void open_field(std::string_view key);
  void open_item();
  std::string& line_;
  bool first_field_ = true;
  bool first_item_ = true;
};

/// EventLines: appends whole events of one type about one subject.
class EventLines {
 public:
  /// All are borrowed.
  EventLines(std::string& out, std::string_view type, const Subject& subject) noexcept
      : out_(out), type_(type), subject_(subject) {}

  /// Begins a line, whose fields are appended to what is returned: about() first. close() ends it.
  [[nodiscard]] std::string& open();
  /// Type and subject.
  void about(EventFields& fields) const;
  void close() { out_ += "}\n"; }

 private:
  std::string& out_;
  const std::string_view type_;
  const Subject& subject_;
};

/// Shown: an Exhibit as its describer sees it. Borrowed.
struct Shown {
  std::uint64_t value = 0;
  Bytes bytes;
  const Subject& subject;
};

/// EventDescriber: how one fact of a dissector is written as an event: its type, and its value by field. Facts
/// without a describer are no events. With `show` it is a kind of Exhibits that is written, as any number of events.
/// With `tells` only values of which that is true are.
struct EventDescriber {
  std::string_view dissector;
  std::uint16_t fact;  ///< that dissector's own number, or that of its kind
  std::string_view type;
  void (*describe)(std::uint64_t value, EventFields& fields);
  void (*show)(const Shown& shown, EventLines& lines) = nullptr;
  bool (*tells)(std::uint64_t value) noexcept = nullptr;
};

}  // namespace uptake
