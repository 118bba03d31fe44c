#include "tools/uptake/run.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "dataplane/publisher.h"
#include "dataplane/runtime.h"
#include "dataplane/sources/file_source.h"
#include "tools/uptake/progress.h"
#include "tools/uptake/run_setup.h"
#include "tools/uptake/signals.h"

namespace uptake {
namespace {

constexpr std::uint64_t kFlows = 1U << 20;

}  // namespace

int run_read(const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const RunSetup setup(options, KeyDefault::published, kFlows);
  if (setup.failure()) {
    fmt::print(stderr, "uptake: {}\n", setup.failure()->line);
    return code(setup.failure()->exit);
  }
  const std::atomic<bool>& stop = stop_on_signal();
  FileOptions how;
  how.stop_fd = stop_fd();
  OpenedFiles opened = open_files(options.inputs, how);
  if (opened.error && stop.load())
    opened.error = OpenError{"interrupted before a capture began", code(Exit::damaged)};
  if (opened.error) {
    fmt::print(stderr, "uptake: {}\n", opened.error->message);
    return opened.error->exit_code;
  }
  CardOutput cards(options, setup.catalogue(), setup.profile().name());
  if (const std::optional<Failure> failure = cards.failure()) {
    fmt::print(stderr, "uptake: {}\n", failure->line);
    return code(failure->exit);
  }
  cards.know_inputs(opened.source->paths().size());
  ShardSet shards(setup.engine());
  EventOutput events(options, setup.registry(), options.workers);
  Publisher publisher(setup.engine(), options.workers, Publisher::Pace::of_sink,
                      [&](const WindowCard& window) { cards.show(window); });
  RunFacts facts;
  {
    FileRun run(setup.engine(), shards, options.workers, publisher, events.events(), events.log());
    std::optional<ProgressMeter> meter;
    if (!options.quiet) meter.emplace(*opened.source, look_at_terminal(STDERR_FILENO));
    facts.frames = run.run(*opened.source, stop);
  }
  facts.interrupted = stop.load();
  if (facts.interrupted) cards.interrupt();
  cards.know_damage(opened.source->paths(), opened.source->damages());
  publisher.finish();
  facts.inputs = opened.source->paths();
  facts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  facts.workers = options.workers;
  facts.flow_bytes = shards.flow_bytes();
  facts.flow_capacity = shards.flow_capacity();
  facts.pool_bytes = shards.pool_bytes();
  facts.damages = opened.source->damages();
  facts.notes = opened.notes;
  return conclude(options, publisher.ledger(), facts, cards, events);
}

}  // namespace uptake
