#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "dissectors/cursor.h"

namespace uptake {

/// TextCursor: reads borrowed octets line by line. A line ends with LF, as a rule with CRLF (RFC 5321 section 2.3.8),
/// and is given without it. Nobody waits for the end of a line of more than kMostLine octets.
class TextCursor {
 public:
  static constexpr std::size_t kMostLine = 2048;

  enum class Status : std::uint8_t {
    line,        ///< a line was read
    incomplete,  ///< its end is not there yet; nothing was read
    too_long,    ///< its first kMostLine octets were read; skip_line() passes the rest
  };

  explicit TextCursor(Bytes bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] bool empty() const noexcept { return at_ == bytes_.size(); }
  [[nodiscard]] Bytes rest() const noexcept { return bytes_.subspan(at_); }
  [[nodiscard]] std::uint32_t consumed() const noexcept { return static_cast<std::uint32_t>(at_); }

  [[nodiscard]] Status line(Bytes& text) noexcept {
    const Bytes near = rest().first(std::min(rest().size(), kMostLine));
    const std::size_t end = end_of_line(near);
    if (end == near.size()) {
      if (near.size() < kMostLine) return Status::incomplete;
      text = near;
      at_ += near.size();
      return Status::too_long;
    }
    at_ += end + 1;
    text = near.first(end);
    if (end > 0 && text[end - 1] == '\r') text = text.first(end - 1);
    return Status::line;
  }
  /// Passes over the rest of a line. False when its end is not there yet: then all is passed over.
  [[nodiscard]] bool skip_line() noexcept {
    const std::size_t end = end_of_line(rest());
    const bool found = end < rest().size();
    at_ += end + (found ? 1 : 0);
    return found;
  }
  void skip(std::size_t octets) noexcept { at_ += std::min(octets, rest().size()); }

 private:
  [[nodiscard]] static std::size_t end_of_line(Bytes bytes) noexcept {
    if (bytes.empty()) return 0;
    const void* const found = std::memchr(bytes.data(), '\n', bytes.size());
    if (found == nullptr) return bytes.size();
    return static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
  }

  Bytes bytes_;
  std::size_t at_ = 0;
};

/// Where the first line behind the first LF stands that `begins` says yes to; the size of the octets when none does.
template <class Begins>
[[nodiscard]] std::uint32_t find_line(Bytes bytes, Begins begins) noexcept {
  TextCursor cursor(bytes);
  while (cursor.skip_line())
    if (!cursor.empty() && begins(cursor.rest())) return cursor.consumed();
  return static_cast<std::uint32_t>(bytes.size());
}

[[nodiscard]] constexpr std::uint8_t upper(std::uint8_t octet) noexcept {
  return octet >= 'a' && octet <= 'z' ? static_cast<std::uint8_t>(octet - 'a' + 'A') : octet;
}
/// Whether the octets begin with `word`, which is in upper case, in whatever case they are.
[[nodiscard]] constexpr bool begins_with(Bytes text, std::string_view word) noexcept {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (upper(text[i]) != static_cast<std::uint8_t>(word[i])) return false;
  return true;
}
[[nodiscard]] constexpr bool is_word(Bytes text, std::string_view word) noexcept {
  return text.size() == word.size() && begins_with(text, word);
}
/// Whether more octets may make `text` begin with `word`.
[[nodiscard]] constexpr bool may_become(Bytes text, std::string_view word) noexcept {
  return text.size() < word.size() && begins_with(text, word.substr(0, text.size()));
}
/// Takes the next word off a line, and the blanks in front of it; empty at its end.
[[nodiscard]] constexpr Bytes next_word(Bytes& line) noexcept {
  std::size_t begin = 0;
  while (begin < line.size() && (line[begin] == ' ' || line[begin] == '\t')) ++begin;
  std::size_t end = begin;
  while (end < line.size() && line[end] != ' ' && line[end] != '\t') ++end;
  const Bytes word = line.subspan(begin, end - begin);
  line = line.subspan(end);
  return word;
}

}  // namespace uptake
