#include "policy/report/page/strings.h"

#include <fmt/args.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include <stdexcept>

#include "policy/embedded.h"

namespace uptake::page {

std::optional<Strings> Strings::of(std::string_view language) {
  for (const EmbeddedText& file : embedded_strings()) {
    if (file.name != language) continue;
    Strings strings;
    strings.language_ = language;
    const toml::table document = toml::parse(file.text);
    for (const auto& [section, keys] : document)
      for (const auto& [key, value] : *keys.as_table())
        strings.strings_[fmt::format("{}.{}", section.str(), key.str())] = value.value_or(std::string{});
    return strings;
  }
  return std::nullopt;
}

std::vector<std::string> Strings::languages() {
  std::vector<std::string> names;
  for (const EmbeddedText& file : embedded_strings()) names.emplace_back(file.name);
  return names;
}

const std::string* Strings::find(std::string_view key) const {
  const auto found = strings_.find(key);
  return found == strings_.end() ? nullptr : &found->second;
}

const std::string& Strings::operator[](std::string_view key) const {
  const std::string* found = find(key);
  if (found == nullptr) throw std::out_of_range(fmt::format("no string \"{}\" in {}", key, language_));
  return *found;
}

std::string Strings::say(std::string_view key, std::initializer_list<Filling> fillings) const {
  fmt::dynamic_format_arg_store<fmt::format_context> values;
  for (const Filling& filling : fillings) values.push_back(fmt::arg(filling.name, filling.value));
  return fmt::vformat((*this)[key], values);
}

std::string Strings::number(std::string text) const {
  if ((*this)["format.decimal"] == ",")
    for (char& c : text) c = c == '.' ? ',' : c == ',' ? '.' : c;
  return unbroken(text);
}

std::string unbroken(std::string_view words) {
  constexpr std::string_view kSpace = "\u00a0";
  constexpr std::string_view kJoiner = "\u2060";
  std::string whole;
  for (const char c : words) {
    if (c == ' ')
      whole += kSpace;
    else
      whole += c;
    if (c == '-') whole += kJoiner;
  }
  return whole;
}

}  // namespace uptake::page
