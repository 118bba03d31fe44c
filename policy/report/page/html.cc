#include "policy/report/page/html.h"

#include "policy/report/printable.h"

namespace uptake::page {
namespace {

void append_escaped(std::string& out, std::string_view words) {
  for (const char c : report::printable(words)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void append_opening(std::string& out, std::string_view name, std::initializer_list<Attribute> attributes) {
  out += '<';
  out += name;
  for (const Attribute& attribute : attributes) {
    out += ' ';
    out += attribute.name;
    out += "=\"";
    append_escaped(out, attribute.value);
    out += '"';
  }
}

}  // namespace

Html text(std::string_view words) {
  Html made;
  append_escaped(made.source_, words);
  return made;
}

Html element(std::string_view name, std::initializer_list<Attribute> attributes, const Html& inside) {
  Html made;
  append_opening(made.source_, name, attributes);
  made.source_ += '>';
  made.source_ += inside.source_;
  made.source_ += "</";
  made.source_ += name;
  made.source_ += '>';
  return made;
}

Html leaf(std::string_view name, std::initializer_list<Attribute> attributes) {
  Html made;
  append_opening(made.source_, name, attributes);
  made.source_ += "/>";
  return made;
}

Html style_sheet(std::string_view css) {
  Html made;
  made.source_ = "<style>";
  made.source_ += css;
  made.source_ += "</style>";
  return made;
}

}  // namespace uptake::page
