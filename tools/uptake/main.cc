#include <fmt/format.h>

#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/report/catalogue_text.h"
#include "tools/uptake/arguments.h"
#include "tools/uptake/output.h"
#include "tools/uptake/run.h"
#include "tools/uptake/tell.h"

namespace {

using uptake::Command;
using uptake::Exit;
using uptake::Failure;

int stop(const Failure& failure) {
  uptake::tell(failure.line);
  return code(failure.exit);
}

int print(std::string_view text) {
  const std::optional<Failure> failure = uptake::write_whole("-", text);
  return failure ? stop(*failure) : code(Exit::ok);
}

int print_catalogue() {
  const uptake::Registry registry(uptake::dissectors());
  return print(uptake::render_catalogue(uptake::standard_catalogue(registry)));
}

int obey(const Command& command) {
  switch (command.verb) {
    case Command::Verb::read:
      return uptake::run_read(command.options);
    case Command::Verb::live:
      return uptake::run_live(command.options);
    case Command::Verb::catalogue:
      return print_catalogue();
    case Command::Verb::version:
      return print("uptake " UPTAKE_VERSION "\n");
    case Command::Verb::help:
      return print(command.help);
  }
  return code(Exit::internal);
}

}  // namespace

int main(int argc, char** argv) {
  uptake::prepare_process();
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const uptake::Either<Command> command = uptake::parse_arguments(words);
    if (const Failure* failure = std::get_if<Failure>(&command)) return stop(*failure);
    return obey(std::get<Command>(command));
  } catch (const std::bad_alloc&) {
    return stop({Exit::system, "out of memory; lower --max-flows or --workers"});
  } catch (const std::system_error& error) {
    return stop({Exit::system, fmt::format("the system refuses ({}); lower --workers", error.what())});
  } catch (const std::exception& error) {
    return stop({Exit::internal, fmt::format("internal error ({}); please report it", error.what())});
  }
}
