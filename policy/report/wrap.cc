#include "policy/report/wrap.h"

namespace uptake::report {

void append_wrapped(std::string& out, std::string_view first, std::string_view text, std::size_t width) {
  const std::size_t indent = first.size();
  out += first;
  std::size_t column = indent;
  bool fresh = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) continue;
    if (!fresh && column + 1 + word.size() > width) {
      out += '\n';
      out.append(indent, ' ');
      column = indent;
      fresh = true;
    }
    if (!fresh) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    fresh = false;
  }
  out += '\n';
}

}  // namespace uptake::report
