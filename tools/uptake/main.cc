#include <fmt/format.h>

#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/correlate/correlators.h"
#include "policy/report/catalogue_text.h"
#include "policy/report/explain.h"
#include "tools/uptake/arguments.h"
#include "tools/uptake/exit.h"
#include "tools/uptake/explanation.h"
#include "tools/uptake/output.h"
#include "tools/uptake/run.h"
#include "tools/uptake/tell.h"

namespace {

using uptake::Command;
using uptake::Exit;
using uptake::Refusal;

int stop(Exit exit, std::string_view line) {
  uptake::tell(line);
  return code(exit);
}

int print(std::string_view text) {
  const std::optional<Refusal> refusal = uptake::write_whole("-", text);
  return refusal ? uptake::stop_with(*refusal) : code(Exit::ok);
}

int print_catalogue(bool json) {
  const uptake::Registry registry = uptake::whole_registry();
  const uptake::Catalogue catalogue = uptake::standard_catalogue(registry);
  return print(json ? uptake::render_catalogue_json(catalogue) : uptake::render_catalogue(catalogue));
}

int explain(const std::string& words) {
  const uptake::Registry registry = uptake::whole_registry();
  const uptake::Either<std::string> text = uptake::explanation(uptake::standard_catalogue(registry), words);
  if (const Refusal* refusal = std::get_if<Refusal>(&text)) return uptake::stop_with(*refusal);
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
  uptake::prepare_process();
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const uptake::Either<Command> command = uptake::parse_arguments(words);
    if (const Refusal* refusal = std::get_if<Refusal>(&command)) return uptake::stop_with(*refusal);
    return obey(std::get<Command>(command));
  } catch (const std::bad_alloc&) {
    return stop(Exit::system, "out of memory; lower --max-flows or --workers");
  } catch (const std::system_error& error) {
    return stop(Exit::system, fmt::format("the system refuses ({}); lower --workers", error.what()));
  } catch (const std::exception& error) {
    return stop(Exit::internal, fmt::format("internal error ({}); please report it", error.what()));
  }
}
