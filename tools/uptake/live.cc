#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/port_run.h"
#include "dataplane/sources/port.h"
#include "tools/uptake/run.h"
#include "tools/uptake/run_setup.h"
#include "tools/uptake/signals.h"

namespace uptake {
namespace {

constexpr std::uint64_t kFlows = 4U << 20;

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
  cards.know_inputs(options.ports.size());
  std::vector<CardPort> of_card;
  for (const std::string& port : options.ports) of_card.push_back({port, std::nullopt});
  cards.know_ports(std::move(of_card));
  const std::atomic<bool>& stop = stop_on_signal();
  ShardSet shards(setup.engine());
  EventOutput events(options, setup.registry(), ports->workers());
  RunFacts facts;
  Publisher publisher(setup.engine(), ports->workers(), Publisher::Pace::of_clock,
                      [&](const WindowCard& window) { cards.show(window); });
  PortRun run(setup.engine(), shards, *ports, publisher, events.events(), events.log());
  if (!options.quiet)
    fmt::print(stderr, "uptake: listening on {} port(s); Ctrl-C ends it and prints the score card\n",
               options.ports.size());
  facts.frames = run.run(stop, options.duration_ns);
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
