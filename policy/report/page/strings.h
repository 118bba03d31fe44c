#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uptake::page {

/// Filling: what stands in a string in the place of {name}.
struct Filling {
  const char* name;
  std::string value;
};

/// A figure, a range or a day that no line breaks in: "0-56 %", "2026-11-24".
[[nodiscard]] std::string unbroken(std::string_view words);

/// Strings: all that the page says of itself, in one language.
class Strings {
 public:
  /// Nothing where there is no such language: "en", "nl", "pt", "es".
  [[nodiscard]] static std::optional<Strings> of(std::string_view language);
  [[nodiscard]] static std::vector<std::string> languages();

  [[nodiscard]] const std::string& language() const noexcept { return language_; }
  /// Throws std::out_of_range for a key that is not there.
  [[nodiscard]] const std::string& operator[](std::string_view key) const;
  [[nodiscard]] std::string say(std::string_view key, std::initializer_list<Filling> fillings) const;
  /// The string, or nullptr: of what plugins and other versions of uptake bring there is none.
  [[nodiscard]] const std::string* find(std::string_view key) const;
  /// A number, share or range as reports print it, with the signs of the language, "1,234.5" or "1.234,5", and
  /// unbroken.
  [[nodiscard]] std::string number(std::string text) const;
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const noexcept { return strings_; }

 private:
  std::string language_;
  std::map<std::string, std::string, std::less<>> strings_;  ///< "section.key"
};

}  // namespace uptake::page
