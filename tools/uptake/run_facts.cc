#include "tools/uptake/run_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/uptake/exit.h"
#include "tools/uptake/output.h"
#include "tools/uptake/tell.h"

namespace uptake {
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
  info["frames_lost_before"] = facts.lost_before;
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
  info["cards_dropped_at_end"] = facts.cards_dropped;
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

void complain_of_losses(Exit& worst, const RunOptions& options, const RunFacts& facts, const Ledger& ledger) {
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
  const std::uint64_t before = by_ports.value_or(0) + facts.lost_before;
  const std::uint64_t lost = before + ledger.ended[static_cast<std::size_t>(Disposition::overload)];
  if (lost == 0) return;
  const double percent = 100.0 * static_cast<double>(lost) / static_cast<double>(facts.frames + before);
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
  cards_dropped = publisher.untold();
}

int conclude(const RunOptions& options, const Ledger& ledger, const RunFacts& facts, CardOutput& cards,
             StoreOutput& store, EventOutput& events) {
  Exit worst = Exit::ok;
  for (const Refusal& failure : cards.finish()) complain(worst, exit_of(failure.why), failure.line());
  if (const auto failure = store.finish(facts.damages.size(), options.quiet))
    complain(worst, exit_of(failure->why), failure->line());
  if (const auto failure = events.close()) complain(worst, exit_of(failure->why), failure->line());
  if (!options.run_info_file.empty()) {
    const auto failure = write_whole(options.run_info_file, run_info(options, facts));
    if (failure) complain(worst, exit_of(failure->why), failure->line());
  }
  if (!options.records_file.empty())
    if (const auto failure = write_whole(options.records_file, facts.records))
      complain(worst, exit_of(failure->why), failure->line());
  for (const std::string& note : facts.notes)
    if (!options.quiet) tell("note: " + note);
  for (const Damage& damage : facts.damages)
    complain(worst, Exit::damaged,
             damage.whole ? fmt::format("{}: {}; the other inputs are counted", damage.path, damage.what)
                          : fmt::format("{}: damaged at octet {}: {}; what came before it is counted", damage.path,
                                        damage.offset, damage.what));
  if (facts.interrupted) complain(worst, Exit::damaged, "interrupted; what was read until then is counted");
  complain_of_losses(worst, options, facts, ledger);
  if (facts.cards_dropped > 0)
    tell(
        fmt::format("the cards of the last {} windows were dropped, for whoever takes them was behind; their figures "
                    "are lost",
                    facts.cards_dropped));
  if (!ledger.closes() || ledger.frames != facts.frames)
    complain(worst, Exit::internal,
             fmt::format("the ledger does not close: {} frames read, {} ended; please report it", facts.frames,
                         ledger.frames));
  return code(worst);
}

}  // namespace uptake
