#include "tools/uptake/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <vector>

#include "dataplane/flows/flow_hash.h"
#include "dataplane/prefix_text.h"
#include "dataplane/setup.h"
#include "dataplane/sources/inputs.h"
#include "policy/catalogue/catalogue.h"
#include "policy/report/card_formats.h"
#include "tools/uptake/help.h"
#include "tools/uptake/option_words.h"
#include "tools/uptake/query_words.h"
#include "tools/uptake/values.h"
#include "tools/uptake/words.h"

namespace uptake {
namespace {

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }
bool asks_for_help(std::span<const std::string> words) { return std::ranges::any_of(words, is_help); }
Command help_with(std::string text) { return {Command::Verb::help, {}, std::move(text), {}}; }

// The values of the options as typed; option_words.h sorts the words, values.h reads them.
struct Typed {
  std::string window, subscriber, workers, max_flows, max_loss, duration, cores, only, keep;
  std::vector<std::string> labels;
};

std::vector<OptionWord> words_of_records(RunOptions& options, Typed& typed) {
  return {
      {"--out", &options.records_file},
      {"--workers", &typed.workers},
      {"--trust-anchor", &options.trust_anchor},
      {"--dnssec-records", &options.dnssec_records},
      {"--plugin", &options.plugins},
      {"--max-flows", &typed.max_flows},
      {"-r", &options.inputs},
      {"--recursive", &options.recursive},
  };
}

std::vector<OptionWord> words_of_runs(Command::Verb verb, RunOptions& options, Typed& typed) {
  std::vector<OptionWord> words = {
      {"--workers", &typed.workers},
      {"--window", &typed.window},
      {"--customers", &options.customers_file},
      {"--subscriber", &typed.subscriber},
      {"--nat64", &options.nat64},
      {"--profile", &options.profile},
      {"--plugin", &options.plugins},
      {"--ca-file", &options.ca_file},
      {"--trust-anchor", &options.trust_anchor},
      {"--dnssec-records", &options.dnssec_records},
      {"--max-flows", &typed.max_flows},
      {"--max-loss", &typed.max_loss},
      {"--store", &options.store_file},
      {"--keep", &typed.keep},
      {"--run-info", &options.run_info_file},
      {"--events", &options.events_file},
      {"--key-file", &options.key_file},
      {"--client-groups", &options.client_groups_file},
      {"--all", &options.all},
      {"--only", &typed.only},
      {"--label", &typed.labels},
      {"-q,--quiet", &options.quiet},
  };
  for (const CardFormat& format : card_formats())
    words.push_back({format.option, &options.card_files[format.option]});
  if (verb == Command::Verb::read) {
    words.insert(words.end(), {{"-r", &options.inputs}, {"--recursive", &options.recursive}});
    return words;
  }
  words.insert(words.end(), {
                                {"--save-dnssec-records", &options.records_file},
                                {"-i,--port", &options.ports},
                                {"--list", &options.list_ports},
                                {"--cores", &typed.cores},
                                {"--duration", &typed.duration},
                                {"--eal", &options.eal},
                            });
  return words;
}

std::vector<OptionWord> option_words(Command::Verb verb, RunOptions& options, Typed& typed) {
  return verb == Command::Verb::dnssec_records ? words_of_records(options, typed)
                                               : words_of_runs(verb, options, typed);
}

// One option's value, or a Refusal that says what the option takes.
template <class T, class Field>
std::optional<Refusal> take(std::string_view option, const std::string& text, const std::optional<T>& value,
                            std::string_view takes, Field& field) {
  if (text.empty()) return std::nullopt;
  if (!value) return usage(fmt::format("{}: \"{}\" is not understood; give {}", option, text, takes));
  field = Field(*value);
  return std::nullopt;
}

std::optional<Refusal> check_nat64(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const Either<Prefix> parsed = parse_nat64(text);
    if (const Refusal* refusal = std::get_if<Refusal>(&parsed))
      return Refusal{Why::usage, fmt::format("\"{}\" is not understood", text), "--nat64", refusal->hint};
  }
  return std::nullopt;
}

std::optional<Refusal> read_labels(const std::vector<std::string>& texts, std::vector<Label>& labels) {
  for (const std::string& text : texts) {
    std::optional<Label> label = parse_label(text);
    if (!label)
      return usage(fmt::format("--label: \"{}\" is not understood; give {}", printable(text),
                               "key=value, the key of a-z, 0-9, \"_\", \"-\" and \".\": operator=ISP-A"));
    const auto same = [&](const Label& other) { return other.key == label->key; };
    if (std::ranges::any_of(labels, same))
      return usage(fmt::format("--label: {} is given twice; leave one", label->key));
    labels.push_back(std::move(*label));
  }
  return std::nullopt;
}

std::string themes_known() {
  std::string known = "one of:";
  for (const Theme& theme : standard_themes()) known += fmt::format(" {}", name_of(theme));
  return known;
}

std::optional<Refusal> read_values(const Typed& typed, RunOptions& options) {
  const std::array<std::optional<Refusal>, 11> refusals = {
      take("--workers", typed.workers, parse_count(typed.workers, 1, kShards),
           "a number from 1 to 16 (the work is cut into 16 shards)", options.workers),
      take("--window", typed.window, parse_window(typed.window),
           "a span that divides a day or whole days: 1m, 5m, 15m, 1h, 6h, 1d, 7d", options.window_ns),
      take("--subscriber", typed.subscriber, parse_subscriber(typed.subscriber),
           "two prefix lengths, IPv4 and IPv6: 32,56", options.subscriber),
      check_nat64(options.nat64),
      read_labels(typed.labels, options.labels),
      take("--only", typed.only, parse_theme(typed.only), themes_known(), options.only),
      take("--keep", typed.keep, parse_keep(typed.keep),
           "how long windows, hours and days are kept, none shorter than the one before: 2d,31d,ever", options.keep),
      take("--max-flows", typed.max_flows, parse_count(typed.max_flows, kFewestFlows, kMostFlows),
           "a number from 1000 to 1000M: 500k, 2M", options.max_flows),
      take("--max-loss", typed.max_loss, parse_percent(typed.max_loss), "a percentage from 0 to 100: 0.1",
           options.max_loss_percent),
      take("--duration", typed.duration, parse_span(typed.duration), "a span: 30s, 10m, 1h", options.duration_ns),
      take("--cores", typed.cores, parse_cores(typed.cores), "core numbers, each once: 2,4-7", options.cores),
  };
  for (const std::optional<Refusal>& refusal : refusals)
    if (refusal) return refusal;
  return std::nullopt;
}

/// Every file that a run reads, those in directories too.
std::vector<std::string> read_files(const RunOptions& options) {
  std::vector<std::string> files;
  for (const Input& input : expand_inputs(options.inputs, options.recursive).files) files.push_back(input.path);
  for (const std::string* file : {&options.customers_file, &options.key_file, &options.client_groups_file,
                                  &options.profile, &options.ca_file, &options.trust_anchor, &options.dnssec_records})
    if (!file->empty()) files.push_back(*file);
  files.insert(files.end(), options.plugins.begin(), options.plugins.end());
  return files;
}

/// Standard input may be a file that the shell opened.
bool overwrites(const std::string& output, const std::string& input) {
  if (input != "-") return same_place(output, input);
  const std::string standard_input = "/proc/self/fd/0";
  std::error_code ignored;
  return std::filesystem::is_regular_file(standard_input, ignored) && same_place(output, standard_input);
}

std::optional<Refusal> check_store(const RunOptions& options) {
  constexpr std::uint64_t kDay = 86'400'000'000'000;
  if (options.store_file.empty())
    return options.keep
               ? std::optional(usage("--keep: says how long a store keeps its periods; give --store as well"))
               : std::nullopt;
  if (options.store_file == "-") return usage("--store: standard output can hold no store; name a file");
  if (options.window_ns == 0 || options.window_ns > kDay)
    return usage("--store: takes windows of a day or less; give --window as well: 5m, 1h, 1d");
  return std::nullopt;
}

std::optional<Refusal> check_outputs(const RunOptions& options) {
  if (std::optional<Refusal> refusal = check_store(options)) return refusal;
  std::vector<std::pair<std::string_view, const std::string*>> outputs = {
      {"the DNSSEC records", &options.records_file},
      {"--run-info", &options.run_info_file},
      {"--store", &options.store_file},
      {"--events", &options.events_file},
  };
  for (const auto& [option, path] : options.card_files) outputs.emplace_back(option, &path);
  const std::vector<std::string> inputs = read_files(options);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& [option, path] = outputs[i];
    if (path->empty()) continue;
    for (std::size_t j = 0; j < i; ++j)
      if (same_place(*path, *outputs[j].second))
        return usage(
            fmt::format("{} and {} both write to \"{}\"; give each its own file", outputs[j].first, option, *path));
    if (*path == "-") continue;
    for (const std::string& input : inputs)
      if (overwrites(*path, input))
        return usage(
            fmt::format("{}: \"{}\" is also an input and would be overwritten; name another file", option, *path));
  }
  return std::nullopt;
}

std::optional<Refusal> finish_read(std::vector<std::string> words, std::string behind_dashes, RunOptions& options) {
  if (words.empty() && options.inputs.empty()) return usage("no input; name a capture file, a directory or \"-\"");
  // As in tcpdump, what stands beside -r is the filter, unless it can be nothing but another file.
  const std::size_t inputs = options.inputs.empty() ? count_inputs(words) : count_captures(words);
  if (const std::string* late = looks_like_capture(std::span(words).subspan(inputs)))
    return usage(fmt::format("{}: files stand before the filter; move it forward", *late));
  options.filter = joined(std::span(words).subspan(inputs));
  if (!options.filter.empty() && !behind_dashes.empty())
    return usage(fmt::format("\"{}\": no such file, and a filter follows \"--\"; check the name", options.filter));
  if (options.filter.empty()) options.filter = std::move(behind_dashes);
  words.resize(inputs);
  options.inputs.insert(options.inputs.end(), words.begin(), words.end());
  return check_outputs(options);
}

std::optional<Refusal> finish_live(const std::vector<std::string>& words, const std::string& behind_dashes,
                                   RunOptions& options) {
  if (options.list_ports) return std::nullopt;
  if (options.ports.empty())
    return usage(
        "live: no port; give -i eth1, or --port with a PCI address or a vdev; uptake live --list names them");
  for (const std::string& port : options.ports)
    if (port.empty()) return usage("--port: the name is empty; give an interface, a PCI address or a vdev");
  options.filter = joined(words);
  if (!options.filter.empty() && !behind_dashes.empty()) options.filter += ' ';
  options.filter += behind_dashes;
  return check_outputs(options);
}

/// Subcommand: one that reads traffic.
struct Subcommand {
  Command::Verb verb;
  std::string_view name;
  std::string (*help)();
};
constexpr std::array<Subcommand, 3> kSubcommands = {
    {{Command::Verb::read, "read", read_help},
     {Command::Verb::live, "live", live_help},
     {Command::Verb::dnssec_records, "dnssec-records", records_help}}};

const Subcommand& subcommand(Command::Verb verb) { return *std::ranges::find(kSubcommands, verb, &Subcommand::verb); }

Either<Command> parse_run(Command::Verb verb, std::span<const std::string> words) {
  const Subcommand& called = subcommand(verb);
  const bool live = verb == Command::Verb::live;
  const auto dashes = std::find(words.begin(), words.end(), "--");
  const std::span<const std::string> before(words.begin(), dashes);
  if (asks_for_help(before)) return help_with(called.help());
  const std::string behind = dashes == words.end() ? std::string{} : joined(words.subspan(before.size() + 1));

  Command command{verb, {}, {}, {}};
  Typed typed;
  Either<std::vector<std::string>> plain =
      sort_words(called.name, option_words(verb, command.options, typed), before);
  if (Refusal* refusal = std::get_if<Refusal>(&plain)) return *refusal;
  if (std::optional<Refusal> refusal = read_values(typed, command.options)) return *refusal;
  std::vector<std::string>& rest = std::get<std::vector<std::string>>(plain);
  const std::optional<Refusal> refusal =
      live ? finish_live(rest, behind, command.options) : finish_read(std::move(rest), behind, command.options);
  if (refusal) return *refusal;
  if (verb == Command::Verb::dnssec_records) {
    command.options.quiet = true;
    if (command.options.records_file.empty()) command.options.records_file = std::string("-");
  }
  return command;
}

/// Takes the words of --plugin out of `words`. Refusal: it names nothing.
std::optional<Refusal> take_plugins(std::vector<std::string>& words, std::vector<std::string>& plugins) {
  constexpr std::string_view kOption = "--plugin";
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with("--plugin=")) {
      plugins.push_back(word.substr(kOption.size() + 1));
    } else if (word == kOption && i + 1 < words.size()) {
      plugins.push_back(words[++i]);
    } else if (word == kOption) {
      return usage("--plugin: names no file; give the path of a shared object");
    } else {
      rest.push_back(word);
    }
  }
  words = std::move(rest);
  return std::nullopt;
}

Either<Command> parse_without_options(Command::Verb verb, std::span<const std::string> words) {
  if (words.size() == 1) return Command{verb, {}, {}, {}};
  if (is_help(words[1])) return help_with(main_help());
  return usage(fmt::format("{}: takes no further words, got \"{}\"; leave it out", words[0], words[1]));
}

Either<Command> parse_catalogue(std::vector<std::string> words) {
  std::vector<std::string> plugins;
  if (std::optional<Refusal> refusal = take_plugins(words, plugins)) return *refusal;
  const bool json = words.size() == 2 && words[1] == "--json";
  if (json) words.pop_back();
  Either<Command> command =
      parse_without_options(json ? Command::Verb::catalogue_json : Command::Verb::catalogue, words);
  if (Command* parsed = std::get_if<Command>(&command)) parsed->options.plugins = std::move(plugins);
  return command;
}

Either<Command> parse_explain(std::vector<std::string> words) {
  std::vector<std::string> plugins;
  if (std::optional<Refusal> refusal = take_plugins(words, plugins)) return *refusal;
  if (words.size() < 2)
    return usage("explain: which measure? give its id, as tls.version.1_3; uptake catalogue lists them");
  if (is_help(words[1])) return help_with(main_help());
  Command command{Command::Verb::explain, {}, {}, joined(std::span(words).subspan(1))};
  command.options.plugins = std::move(plugins);
  return command;
}

Either<Command> parse_compare(std::span<const std::string> words) {
  if (asks_for_help(words)) return help_with(compare_help());
  Command command{Command::Verb::compare, {}, {}, {}};
  QueryWords query;
  std::vector<OptionWord> known{{"--all", &command.options.all}};
  query.add_to(known);
  Either<std::vector<std::string>> cards = sort_words("compare", known, words);
  if (Refusal* refusal = std::get_if<Refusal>(&cards)) return *refusal;
  command.options.inputs = std::get<std::vector<std::string>>(std::move(cards));
  const std::size_t count = command.options.inputs.size();
  if (count == 2 && !query.empty())
    return usage(
        "compare: a score card is a period as it is; only a store takes --from, --to, --month, --label and "
        "--profile");
  if (std::optional<Refusal> refusal = take_query("compare", query, command.report.query)) return *refusal;
  if (count == 2 || count == 3) return command;
  return usage(
      fmt::format("compare: takes two score cards, or a store and two parts of it, got {} words; see uptake "
                  "compare --help",
                  count));
}

Either<Command> parse_targets(std::span<const std::string> words) {
  if (asks_for_help(words)) return help_with(targets_help());
  Command command{Command::Verb::targets, {}, {}, {}};
  QueryWords query;
  std::vector<OptionWord> known{
      {"--json", &command.json}, {"--offered", &command.report.offered}, {"--plugin", &command.options.plugins}};
  query.add_to(known);
  Either<std::vector<std::string>> plain = sort_words("targets", known, words);
  if (Refusal* refusal = std::get_if<Refusal>(&plain)) return *refusal;
  if (std::optional<Refusal> refusal = take_query("targets", query, command.report.query)) return *refusal;
  command.options.inputs = std::get<std::vector<std::string>>(std::move(plain));
  if (command.options.inputs.empty() || command.options.inputs.size() > 2)
    return usage(
        fmt::format("targets: takes a policy and a score card or store, got {} words; see uptake targets --help",
                    command.options.inputs.size()));
  if ((command.json || !command.report.offered.empty()) && command.options.inputs.size() == 1)
    return usage("targets: --json and --offered are of a policy held against a score card; give the card, too");
  return command;
}

Either<Command> parse_report_command(std::span<const std::string> words) {
  if (asks_for_help(words)) return help_with(report_help());
  Either<ReportOptions> options = parse_report(words);
  if (Refusal* refusal = std::get_if<Refusal>(&options)) return std::move(*refusal);
  return Command{Command::Verb::report, {}, {}, {}, std::get<ReportOptions>(std::move(options))};
}

Either<Command> parse_export_command(std::span<const std::string> words) {
  if (asks_for_help(words)) return help_with(export_help());
  Either<ExportOptions> options = parse_export(words);
  if (Refusal* refusal = std::get_if<Refusal>(&options)) return std::move(*refusal);
  Command command{Command::Verb::publish, {}, {}, {}};
  command.exported = std::get<ExportOptions>(std::move(options));
  command.options.plugins = command.exported.plugins;
  if (command.exported.verify) command.verb = Command::Verb::verify;
  return command;
}

Either<Command> parse_merge_command(std::span<const std::string> words) {
  if (asks_for_help(words)) return help_with(merge_help());
  Either<MergeOptions> options = parse_merge(words);
  if (Refusal* refusal = std::get_if<Refusal>(&options)) return std::move(*refusal);
  Command command{Command::Verb::merge, {}, {}, {}};
  command.merged = std::get<MergeOptions>(std::move(options));
  return command;
}

Either<Command> parse_statement(std::span<const std::string> words) {
  if (asks_for_help(words)) return help_with(main_help());
  if (std::optional<Refusal> refusal = check_statement(words)) return *std::move(refusal);
  return Command{Command::Verb::privacy_statement, {}, {}, {}};
}

}  // namespace

Either<Command> parse_arguments(std::span<const std::string> words) {
  if (words.empty()) return usage("no input; try: uptake capture.pcap, or uptake --help");
  if (std::find(words.begin(), words.end(), std::string{}) != words.end())
    return usage("a word is empty; a variable of the shell may not be set");
  const std::string& first = words[0];
  if (is_help(first) || first == "help") return help_with(main_help());
  if (first == "--version" || first == "-V") return Command{Command::Verb::version, {}, {}, {}};
  if (first == "version") return parse_without_options(Command::Verb::version, words);
  if (first == "catalogue") return parse_catalogue({words.begin(), words.end()});
  if (first == "report") return parse_report_command(words.subspan(1));
  if (first == "explain") return parse_explain({words.begin(), words.end()});
  if (first == "compare") return parse_compare(words.subspan(1));
  if (first == "targets") return parse_targets(words.subspan(1));
  if (first == "merge") return parse_merge_command(words.subspan(1));
  if (first == "privacy-statement") return parse_statement(words.subspan(1));
  if (first == "export") return parse_export_command(words.subspan(1));
  for (const Subcommand& called : kSubcommands)
    if (first == called.name) return parse_run(called.verb, words.subspan(1));
  return parse_run(Command::Verb::read, words);
}

}  // namespace uptake
