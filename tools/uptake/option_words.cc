#include "tools/uptake/option_words.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "tools/uptake/words.h"

// The only file that includes CLI11, which takes longer to compile than all checks of the values.
namespace uptake {
namespace {

void add(CLI::App& app, const OptionWord& option) {
  const std::string names(option.names);
  if (auto* const* text = std::get_if<std::string*>(&option.place)) {
    app.add_option(names, **text);
    return;
  }
  if (auto* const* texts = std::get_if<std::vector<std::string>*>(&option.place)) {
    app.add_option(names, **texts)->allow_extra_args(false);
    return;
  }
  app.add_flag(names, *std::get<bool*>(option.place));
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

Refusal unknown_option(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known{"--help"};
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const std::string_view near = nearest(word, known);
  if (!near.empty()) return {Why::usage, fmt::format("{}: no such option; did you mean {}?", word, near)};
  return {Why::usage, fmt::format("{}: no such option; uptake {} --help lists them", word, app.get_name())};
}

}  // namespace

Either<std::vector<std::string>> sort_words(std::string_view verb, std::span<const OptionWord> options,
                                            std::span<const std::string> words) {
  CLI::App app("", std::string(verb));
  app.set_help_flag();
  app.allow_extras();
  for (const OptionWord& option : options) add(app, option);
  try {
    // CLI11 takes the words in reverse order.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    return Refusal{Why::usage, fmt::format("{}; uptake {} --help lists the options", one_line(error.what()), verb)};
  }
  // CLI11 leaves here what is neither an option nor its value: inputs and filter words, and unknown options.
  std::vector<std::string> plain = app.remaining();
  for (const std::string& word : plain)
    if (word.size() > 1 && word[0] == '-') return unknown_option(app, word);
  return plain;
}

}  // namespace uptake
