#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "dataplane/port_run.h"
#include "dataplane/sources/port.h"
#include "tools/uptake/attendant.h"
#include "tools/uptake/run.h"
#include "tools/uptake/run_setup.h"
#include "tools/uptake/signals.h"

namespace uptake {
namespace {

constexpr std::uint64_t kFlows = 4U << 20;

Attendant::Duties duties_of(const RunOptions& options, const PortRun& run, const Ports& ports, EventOutput& events) {
  using std::chrono::steady_clock;
  // The pace since the line before.
  auto before = std::make_shared<std::pair<steady_clock::time_point, std::uint64_t>>(steady_clock::now(), 0);
  const auto counted = [&run, &ports, before] {
    const auto now = steady_clock::now();
    const std::uint64_t received = run.received();
    const double seconds = std::max(0.001, std::chrono::duration<double>(now - before->first).count());
    const double pace = static_cast<double>(received - before->second) / seconds;
    *before = {now, received};
    return pulse_words(run.pulse(), pace, ports.loss().sum());
  };
  Attendant::Duties duties;
  duties.silent = options.quiet;
  duties.bar_every = std::chrono::seconds(1);
  duties.words_every = std::chrono::minutes(1);
  duties.bar = [counted](unsigned width) { return counted().substr(0, width); };
  duties.words = duties.status = counted;
  duties.reopen = [&events] { events.reopen(); };
  return duties;
}

}  // namespace

int run_live(const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const RunSetup setup(options, KeyDefault::fresh, kFlows);
  if (setup.failure()) {
    fmt::print(stderr, "uptake: {}\n", setup.failure()->line);
    return code(setup.failure()->exit);
  }
  PortError error;
  const std::unique_ptr<Ports> ports =
      Ports::open({options.ports, options.cores, options.workers, options.eal}, error);
  if (!ports) {
    fmt::print(stderr, "uptake: {}\n", error.what);
    return code(error.permission ? Exit::permission : Exit::no_input);
  }
  CardOutput cards(options, setup.catalogue(), setup.profile().name());
  if (const std::optional<Failure> failure = cards.failure()) {
    fmt::print(stderr, "uptake: {}\n", failure->line);
    return code(failure->exit);
  }
  const std::atomic<bool>& stop = stop_on_signal();
  ShardSet shards(setup.engine());
  EventOutput events(options, setup.registry(), ports->workers(), EventFile::Pace::of_clock);
  RunFacts facts;
  Publisher publisher(setup.engine(), ports->workers(), Publisher::Pace::of_clock,
                      [&](const WindowCard& window) { cards.show(window); });
  PortRun run(setup.engine(), shards, *ports, publisher, events.events(), events.log());
  if (!options.quiet)
    fmt::print(stderr, "uptake: listening on {} port(s); Ctrl-C ends it and prints the score card\n",
               options.ports.size());
  {
    const Attendant attendant(duties_of(options, run, *ports, events), look_at_terminal(STDERR_FILENO));
    facts.frames = run.run(stop, options.duration_ns);
  }
  publisher.finish();
  facts.inputs = options.ports;
  facts.lost = run.lost().sum();
  facts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  facts.workers = ports->workers();
  facts.flow_bytes = shards.flow_bytes();
  facts.flow_capacity = shards.flow_capacity();
  facts.pool_bytes = shards.pool_bytes();
  return conclude(options, publisher.ledger(), facts, cards, events);
}

}  // namespace uptake
