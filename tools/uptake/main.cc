#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/report/catalogue_text.h"
#include "policy/report/explain.h"
#include "tools/uptake/arguments.h"
#include "tools/uptake/explanation.h"
#include "tools/uptake/output.h"
#include "tools/uptake/run.h"

namespace {

using uptake::Command;
using uptake::Exit;
using uptake::Failure;

int stop(const Failure& failure) {
  fmt::print(stderr, "uptake: {}\n", failure.line);
  return code(failure.exit);
}

int print(std::string_view text) {
  const std::optional<Failure> failure = uptake::write_whole("-", text);
  return failure ? stop(*failure) : code(Exit::ok);
}

int print_catalogue(bool json) {
  const uptake::Registry registry(uptake::dissectors());
  const uptake::Catalogue catalogue = uptake::standard_catalogue(registry);
  return print(json ? uptake::render_catalogue_json(catalogue) : uptake::render_catalogue(catalogue));
}

int explain(const std::string& words) {
  const uptake::Registry registry(uptake::dissectors());
  const uptake::Either<std::string> text = uptake::explanation(uptake::standard_catalogue(registry), words);
  if (const Failure* failure = std::get_if<Failure>(&text)) return stop(*failure);
  return print(std::get<std::string>(text));
}

int obey(const Command& command) {
  switch (command.verb) {
    case Command::Verb::read:
      return uptake::run_read(command.options);
    case Command::Verb::live:
      return uptake::run_live(command.options);
    case Command::Verb::catalogue:
      return print_catalogue(false);
    case Command::Verb::catalogue_json:
      return print_catalogue(true);
    case Command::Verb::explain:
      return explain(command.words);
    case Command::Verb::version:
      return print("uptake " UPTAKE_VERSION "\n");
    case Command::Verb::help:
      return print(command.help);
  }
  return code(Exit::internal);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away is an error like any other: it ends in cannot_write, not in a signal.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const uptake::Either<Command> command = uptake::parse_arguments(words);
    if (const Failure* failure = std::get_if<Failure>(&command)) return stop(*failure);
    return obey(std::get<Command>(command));
  } catch (const std::exception& error) {
    return stop({Exit::internal, fmt::format("internal error ({}); please report it", error.what())});
  }
}
