#include <fmt/format.h>

#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "dataplane/plugins.h"
#include "policy/catalogue/catalogue.h"
#include "policy/correlate/correlators.h"
#include "policy/privacy/statement.h"
#include "policy/report/catalogue_text.h"
#include "policy/report/explain.h"
#include "tools/uptake/arguments.h"
#include "tools/uptake/compare_files.h"
#include "tools/uptake/exit.h"
#include "tools/uptake/explanation.h"
#include "tools/uptake/export_files.h"
#include "tools/uptake/merge_files.h"
#include "tools/uptake/output.h"
#include "tools/uptake/page_file.h"
#include "tools/uptake/run.h"
#include "tools/uptake/target_files.h"
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

int print_or_stop(const uptake::Either<std::string>& text) {
  if (const Refusal* refusal = std::get_if<Refusal>(&text)) return uptake::stop_with(*refusal);
  return print(std::get<std::string>(text));
}

/// What a command that reads no traffic prints by the catalogue, which holds what the plugins bring.
uptake::Either<std::string> words_of(const Command& command, const uptake::Catalogue& catalogue) {
  switch (command.verb) {
    case Command::Verb::catalogue_json:
      return uptake::render_catalogue_json(catalogue);
    case Command::Verb::explain:
      return uptake::explanation(catalogue, command.words);
    case Command::Verb::publish:
      return uptake::export_files(command.exported, catalogue);
    case Command::Verb::report:
      return uptake::write_page(command.report, catalogue);
    case Command::Verb::targets:
      return uptake::hold_targets(
          {command.options.inputs, command.report.query, command.report.offered, command.json}, catalogue);
    default:
      return uptake::render_catalogue(catalogue);
  }
}

int tell_of_catalogue(const Command& command) {
  const bool page = command.verb == Command::Verb::report;
  const uptake::Either<uptake::Plugins> loaded =
      uptake::Plugins::load(page ? command.report.plugins : command.options.plugins);
  if (const Refusal* refusal = std::get_if<Refusal>(&loaded)) return uptake::stop_with(*refusal);
  const auto& plugins = std::get<uptake::Plugins>(loaded);
  const uptake::Registry registry(uptake::dissectors_with(plugins.dissectors()),
                                  uptake::fact_rows(uptake::correlators()));
  const uptake::Catalogue catalogue =
      uptake::standard_catalogue(registry, uptake::default_profile(), plugins.areas());
  return print_or_stop(words_of(command, catalogue));
}

/// Exit::configuration where nothing could be compared: the text says why.
int compare_cards(const Command& command) {
  const uptake::Either<uptake::Compared> compared =
      uptake::compare_files(command.options.inputs, command.report.query, command.options.all);
  if (const Refusal* refusal = std::get_if<Refusal>(&compared)) return uptake::stop_with(*refusal);
  const auto& [text, any] = std::get<uptake::Compared>(compared);
  const int printed = print(text);
  return printed != code(Exit::ok) || any ? printed : code(Exit::configuration);
}

int obey(const Command& command) {
  switch (command.verb) {
    case Command::Verb::read:
    case Command::Verb::dnssec_records:
      return uptake::run_read(command.options);
    case Command::Verb::live:
      return uptake::run_live(command.options);
    case Command::Verb::catalogue:
    case Command::Verb::catalogue_json:
    case Command::Verb::explain:
    case Command::Verb::publish:
    case Command::Verb::targets:
      return tell_of_catalogue(command);
    case Command::Verb::compare:
      return compare_cards(command);
    case Command::Verb::report:
      return command.report.html_file.empty() ? uptake::run_report(command.report) : tell_of_catalogue(command);
    case Command::Verb::verify:
      return print_or_stop(uptake::verify_files(command.exported.folder, command.exported.signers));
    case Command::Verb::merge:
      return print_or_stop(uptake::merge_files(command.merged));
    case Command::Verb::privacy_statement:
      return print(uptake::privacy_statement());
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
