#include "tools/uptake/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "dataplane/correlation.h"
#include "dataplane/publisher.h"
#include "dataplane/runtime.h"
#include "dataplane/sources/file_source.h"
#include "dataplane/sources/input_key.h"
#include "policy/correlate/correlators.h"
#include "tools/uptake/attendant.h"
#include "tools/uptake/privileges.h"
#include "tools/uptake/progress.h"
#include "tools/uptake/run_setup.h"
#include "tools/uptake/signals.h"
#include "tools/uptake/tell.h"

namespace uptake {
namespace {

constexpr std::uint64_t kFlows = 1U << 20;

Attendant::Duties duties_of(const RunOptions& options, const Source& source, const FileRun& run,
                            EventOutput& events) {
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [start] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  };
  const auto counted = [&run, elapsed] {
    const Pulse pulse = run.pulse();
    const double seconds = std::max(0.001, static_cast<double>(elapsed().count()) / 1000);
    return pulse_words(pulse, static_cast<double>(pulse.frames) / seconds, std::nullopt);
  };
  Attendant::Duties duties;
  duties.silent = options.quiet;
  duties.bar = [=, &source](unsigned width) {
    const Progress progress = source.progress();
    // How much a pipe still holds is not known: what was found says more.
    return progress.bytes_total == 0 ? counted().substr(0, width) : progress_bar(progress, elapsed(), width);
  };
  duties.words = [=, &source] { return progress_words(source.progress(), elapsed()); };
  duties.status = [=, &source] {
    return fmt::format("{}; {}", progress_words(source.progress(), elapsed()), counted());
  };
  duties.reopen = [&events] { events.reopen(); };
  return duties;
}

}  // namespace

int run_read(const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  drop_privileges();
  RunSetup setup(options, KeyDefault::of_input, kFlows);
  if (setup.failure()) {
    tell(setup.failure()->line);
    return code(setup.failure()->exit);
  }
  const std::atomic<bool>& stop = stop_on_signal();
  FileOptions how;
  how.recursive = options.recursive;
  how.stop_fd = stop_fd();
  OpenedFiles opened = open_files(options.inputs, how);
  if (opened.error && stop.load())
    opened.error = OpenError{"read", "interrupted before a capture began", "let it run on", code(Exit::damaged)};
  if (opened.error) {
    tell(opened.error->message());
    return opened.error->exit_code;
  }
  CardOutput cards(options, setup.catalogue(), setup.profile().name());
  if (const std::optional<Failure> failure = cards.failure()) {
    tell(failure->line);
    return code(failure->exit);
  }
  cards.know_inputs(opened.source->paths().size());
  ShardSet shards(setup.engine());
  EventOutput events(options, setup.registry(), options.workers, EventFile::Pace::of_reader);
  if (const std::optional<Failure> failure = first_failure(options, events)) {
    tell(failure->line);
    return code(failure->exit);
  }
  const Digests::Key key = key_of(*opened.source);
  if (options.key_file.empty()) setup.take_key(key);
  Publisher publisher(setup.engine(), options.workers, Publisher::Pace::of_sink,
                      [&](const WindowCard& window) { cards.show(window); });
  const auto correlation =
      start_correlation(setup.engine(), correlators(), options.workers, publisher, Correlation::Pace::of_joins);
  RunFacts facts;
  {
    FileRun run(setup.engine(), shards, options.workers, publisher, events.events(), events.log(), correlation.get());
    const Attendant attendant(duties_of(options, *opened.source, run, events), look_at_terminal(STDERR_FILENO));
    facts.frames = run.run(*opened.source, stop);
  }
  facts.interrupted = stop.load();
  if (facts.interrupted) cards.interrupt();
  cards.know_damage(opened.source->paths(), opened.source->damages());
  publisher.finish();
  facts.inputs = opened.source->paths();
  facts.workers = options.workers;
  facts.damages = opened.source->damages();
  facts.notes = opened.notes;
  if (const std::size_t files = opened.source->crowded_out(); files > 0)
    facts.notes.push_back(
        fmt::format("{} files overlap more others than can be merged: their frames were read late", files));
  facts.measure(start, shards, publisher);
  return conclude(options, publisher.ledger(), facts, cards, events);
}

}  // namespace uptake
