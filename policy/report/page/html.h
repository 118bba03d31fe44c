#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace uptake::page {

/// Attribute: of an element; the value may be any text.
struct Attribute {
  std::string_view name;
  std::string value;
};

/// Html: a piece of a page, whole elements and text. Only the functions below make one, so all that comes from
/// outside is escaped and all that is opened is closed.
class Html {
 public:
  Html() = default;
  Html& operator+=(const Html& more) {
    source_ += more.source_;
    return *this;
  }
  friend Html operator+(Html first, const Html& second) { return first += second; }
  [[nodiscard]] bool empty() const noexcept { return source_.empty(); }
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  friend Html text(std::string_view words);
  friend Html element(std::string_view name, std::initializer_list<Attribute> attributes, const Html& inside);
  friend Html leaf(std::string_view name, std::initializer_list<Attribute> attributes);
  friend Html style_sheet(std::string_view css);

  std::string source_;
};

[[nodiscard]] Html text(std::string_view words);
[[nodiscard]] Html element(std::string_view name, std::initializer_list<Attribute> attributes, const Html& inside);
[[nodiscard]] inline Html element(std::string_view name, const Html& inside) { return element(name, {}, inside); }
/// An element that holds nothing: <meta/>, <rect/>.
[[nodiscard]] Html leaf(std::string_view name, std::initializer_list<Attribute> attributes);
/// <style>; `css` is ours: it is not escaped.
[[nodiscard]] Html style_sheet(std::string_view css);

}  // namespace uptake::page
