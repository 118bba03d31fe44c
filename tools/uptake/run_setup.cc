#include "tools/uptake/run_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/uptake/customers.h"
#include "tools/uptake/exit.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/signals.h"
#include "tools/uptake/tell.h"

namespace uptake {
namespace {

/// More than any profile or key file holds.
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

/// Frames of a port come nearly in order: its windows need not stay open for longer.
constexpr std::uint64_t kLiveGraceNs = 2'000'000'000;

/// The key of the flow table: derived, so that one key file gives all.
FlowHash::Key flow_key(const Digests& digests) {
  FlowHash::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string label = fmt::format("flow table {}", i);
    key[i] = digests.name({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()});
  }
  return key;
}

}  // namespace

RunSetup::RunSetup(const RunOptions& options, KeyDefault key, std::uint64_t default_flows) {
  load(options, key, default_flows);
}

void RunSetup::load(const RunOptions& options, KeyDefault key, std::uint64_t default_flows) {
  if ((refusal_ = load_profile(options.profile))) return;
  if ((refusal_ = load_key(options.key_file, key))) return;
  if (!options.customers_file.empty()) {
    Either<std::vector<CustomerPrefix>> read = read_customers(options.customers_file, options.subscriber);
    if (Refusal* refusal = std::get_if<Refusal>(&read)) {
      refusal_ = *refusal;
      return;
    }
    std::vector<CustomerPrefix>& customers = std::get<std::vector<CustomerPrefix>>(read);
    std::vector<Prefix> prefixes;
    for (const CustomerPrefix& customer : customers) prefixes.push_back({customer.address, customer.bits});
    customers_ = PrefixSet(prefixes);
    ties_ = SubscriberTies(std::move(customers));
  }
  SubscriberLengths subscriber = options.subscriber;
  if (!ties_.empty()) subscriber.ties = &ties_;
  nat64_ = PrefixSet(options.nat64);
  if (!options.filter.empty()) {
    Either<Filter> compiled = Filter::compile(options.filter);
    if (Refusal* refusal = std::get_if<Refusal>(&compiled)) {
      refusal_ = *refusal;
      return;
    }
    filter_ = std::get<Filter>(std::move(compiled));
  }
  catalogue_ = std::make_unique<Catalogue>(standard_catalogue(registry_, *profile_));
  engine_ = std::make_unique<Engine>(
      Engine{registry_, *catalogue_, *digests_, customers_, FlowHash(flow_key(*digests_)), subscriber,
             options.window_ns, options.max_flows != 0 ? options.max_flows : default_flows,
             !options.events_file.empty(), filter_ ? &*filter_ : nullptr, key == KeyDefault::fresh,
             nat64_.empty() ? nullptr : &nat64_, key == KeyDefault::fresh ? kLiveGraceNs : 0});
}

void RunSetup::take_key(const Digests::Key& key) {
  *digests_ = Digests(key);
  engine_->hash = FlowHash(flow_key(*digests_));
}

std::optional<Refusal> RunSetup::load_profile(const std::string& name) {
  profile_ = find_profile(name);
  if (profile_ != nullptr) return std::nullopt;
  const Either<std::string> read = read_text(name, kMostBytes);
  const auto* text = std::get_if<std::string>(&read);
  if (text == nullptr) {
    std::string known;
    for (const EmbeddedProfile& profile : embedded_profiles()) known += fmt::format(" {}", profile.name);
    return Refusal{Why::configuration, fmt::format("profile {}: neither a file nor one of:{}", name, known)};
  }
  Either<Profile> parsed = Profile::parse(*text, name);
  if (const Refusal* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
  own_profile_ = std::get<Profile>(std::move(parsed));
  profile_ = &*own_profile_;
  return std::nullopt;
}

std::optional<Refusal> RunSetup::load_key(const std::string& file, KeyDefault key) {
  if (file.empty()) {
    digests_ = key == KeyDefault::fresh ? Digests::fresh() : Digests::published();
    return std::nullopt;
  }
  const Either<std::string> read = read_text(file, kMostBytes);
  const auto* text = std::get_if<std::string>(&read);
  if (text == nullptr) return Refusal{Why::no_input, fmt::format("key file {}: cannot be read", file)};
  digests_ = Digests::from_text(*text);
  if (digests_) return std::nullopt;
  return Refusal{Why::configuration, fmt::format("key file {}: 16 octets or 32 hexadecimal digits are wanted", file)};
}

EventOutput::EventOutput(const RunOptions& options, const Registry& registry, unsigned workers,
                         EventFile::Pace pace) {
  if (options.events_file.empty()) return;
  events_ = std::make_unique<Events>(registry);
  file_ = std::make_unique<EventFile>(options.events_file, pace, stop_fd());
  log_ = std::make_unique<EventLog>(workers, [this](const std::string& lines) { return file_->write(lines); });
}

std::optional<Refusal> EventOutput::failure() const { return file_ ? file_->failure() : std::nullopt; }

std::optional<Refusal> first_failure(const RunOptions& options, const EventOutput& events) {
  if (std::optional<Refusal> failure = events.failure()) return failure;
  // A folder of cards is tried with the name of one.
  if (is_folder(options.json_file))
    if (std::optional<Refusal> failure = cannot_write(options.json_file + "/card.json")) return failure;
  if (!options.quiet)
    if (std::optional<Refusal> failure = cannot_write("-")) return failure;
  return cannot_write(options.run_info_file);
}

std::optional<Refusal> EventOutput::close() {
  if (!file_) return std::nullopt;
  file_->close();
  return file_->failure();
}

namespace {

nlohmann::ordered_json port_info(const PortReport& port) {
  nlohmann::ordered_json info{{"name", port.name}, {"driver", port.driver}, {"lost", nullptr}, {"fault", nullptr}};
  if (port.lost) {
    info["lost"] = port.lost->sum();
    info["missed"] = port.lost->missed;
    info["errors"] = port.lost->errors;
    info["no_buffer"] = port.lost->no_buffer;
  }
  info["cut"] = port.cut;
  if (!port.fault.empty()) info["fault"] = port.fault;
  return info;
}

/// What the ports say of themselves; a file loses nothing.
void add_ports(nlohmann::ordered_json& info, const RunFacts& facts) {
  const std::optional<std::uint64_t> lost = lost_by(facts.ports);
  info["frames_lost_by_ports"] = nullptr;
  if (lost) info["frames_lost_by_ports"] = *lost;
  if (facts.ports.empty()) return;
  info["ports"] = nlohmann::ordered_json::array();
  for (const PortReport& port : facts.ports) info["ports"].push_back(port_info(port));
  info["loops"] = nlohmann::ordered_json::array();
  for (const LoopFacts& loop : facts.loops)
    info["loops"].push_back({{"core", loop.core},
                             {"share_of_core", loop.of_core},
                             {"longest_pause_ms", static_cast<double>(loop.longest_pause_ns) / 1e6}});
}

std::string run_info(const RunOptions& options, const RunFacts& facts) {
  nlohmann::ordered_json info;
  info["schema"] = "uptake-run/1";
  info["version"] = UPTAKE_VERSION;
  info["inputs"] = facts.inputs;
  info["filter"] = options.filter;
  info["profile"] = options.profile;
  info["interrupted"] = facts.interrupted;
  info["workers"] = facts.workers;
  info["frames"] = facts.frames;
  add_ports(info, facts);
  info["seconds"] = facts.seconds;
  info["frames_per_second"] = facts.seconds > 0 ? static_cast<double>(facts.frames) / facts.seconds : 0.0;
  info["memory"] = {{"flow_table_bytes", facts.flow_bytes},
                    {"flow_places", facts.flow_capacity},
                    {"bytes_per_tracked_flow", facts.flow_bytes * 2 / std::max<std::size_t>(1, facts.flow_capacity)},
                    {"handshake_pool_bytes", facts.pool_bytes}};
  info["values_displaced"] = facts.values_displaced;
  info["damage"] = nlohmann::ordered_json::array();
  for (const Damage& damage : facts.damages)
    info["damage"].push_back({{"path", damage.path}, {"offset", damage.offset}, {"what", damage.what}});
  info["notes"] = facts.notes;
  return info.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void complain(Exit& worst, Exit exit, const std::string& line) {
  tell(line);
  // A program error outweighs an output that failed, which outweighs a lossy or partial input.
  const auto weight = [](Exit e) { return e == Exit::internal ? 1000 : code(e); };
  if (worst == Exit::ok || weight(exit) > weight(worst)) worst = exit;
}

void complain_of_ports(Exit& worst, const RunOptions& options, const RunFacts& facts, const Ledger& ledger) {
  for (const PortReport& port : facts.ports)
    if (!port.fault.empty())
      complain(worst, Exit::damaged, fmt::format("{}: {}; what came before is counted", port.name, port.fault));
  for (const LoopFacts& loop : facts.loops)
    if (loop.too_little && !options.quiet)
      tell(fmt::format(
          "note: the worker on core {} had {:.0f} % of it, and once waited {:.0f} ms; frames are lost for "
          "less: give it a core where nothing else runs (--cores)",
          loop.core, 100 * loop.of_core, static_cast<double>(loop.longest_pause_ns) / 1e6));
  const std::optional<std::uint64_t> by_ports = lost_by(facts.ports);
  if (!by_ports && options.max_loss_percent < 100)
    complain(worst, Exit::lost,
             "how many frames were lost is not known, and --max-loss is asked for; use -i, whose "
             "kernel counts them");
  const std::uint64_t lost = by_ports.value_or(0) + ledger.ended[static_cast<std::size_t>(Disposition::overload)];
  if (lost == 0) return;
  const double percent = 100.0 * static_cast<double>(lost) / static_cast<double>(facts.frames + by_ports.value_or(0));
  if (percent > options.max_loss_percent)
    complain(worst, Exit::lost,
             fmt::format("{} frames lost, {:.3f} %, above --max-loss {} %", lost, percent, options.max_loss_percent));
  else if (!options.quiet)
    tell(fmt::format("note: {} frames lost, {:.3f} %", lost, percent));
}

}  // namespace

void RunFacts::measure(std::chrono::steady_clock::time_point start, const ShardSet& shards,
                       const Publisher& publisher) {
  seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  flow_bytes = shards.flow_bytes();
  flow_capacity = shards.flow_capacity();
  pool_bytes = shards.pool_bytes();
  values_displaced = publisher.displaced();
}

int conclude(const RunOptions& options, const Ledger& ledger, const RunFacts& facts, CardOutput& cards,
             EventOutput& events) {
  Exit worst = Exit::ok;
  for (const Refusal& failure : cards.finish()) complain(worst, exit_of(failure.why), failure.line());
  if (const auto failure = events.close()) complain(worst, exit_of(failure->why), failure->line());
  if (!options.run_info_file.empty()) {
    const auto failure = write_whole(options.run_info_file, run_info(options, facts));
    if (failure) complain(worst, exit_of(failure->why), failure->line());
  }
  for (const std::string& note : facts.notes)
    if (!options.quiet) tell("note: " + note);
  for (const Damage& damage : facts.damages)
    complain(worst, Exit::damaged,
             damage.whole ? fmt::format("{}: {}; the other inputs are counted", damage.path, damage.what)
                          : fmt::format("{}: damaged at octet {}: {}; what came before it is counted", damage.path,
                                        damage.offset, damage.what));
  if (facts.interrupted) complain(worst, Exit::damaged, "interrupted; what was read until then is counted");
  complain_of_ports(worst, options, facts, ledger);
  if (!ledger.closes() || ledger.frames != facts.frames)
    complain(worst, Exit::internal,
             fmt::format("the ledger does not close: {} frames read, {} ended; please report it", facts.frames,
                         ledger.frames));
  return code(worst);
}

}  // namespace uptake
