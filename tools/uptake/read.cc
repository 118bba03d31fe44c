#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "dataplane/runtime.h"
#include "dataplane/sources/file_source.h"
#include "dataplane/sources/input_key.h"
#include "tools/uptake/attendant.h"
#include "tools/uptake/feed.h"
#include "tools/uptake/fingerprint.h"
#include "tools/uptake/privileges.h"
#include "tools/uptake/progress.h"
#include "tools/uptake/run.h"
#include "tools/uptake/signals.h"

namespace uptake {
namespace {

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

/// FileFeed: capture files, directories and pipes.
class FileFeed final : public Feed {
 public:
  explicit FileFeed(const RunOptions& options) : options_(options) {}

  [[nodiscard]] bool live() const noexcept override { return false; }
  [[nodiscard]] std::optional<Refusal> open() override;
  [[nodiscard]] unsigned workers() const noexcept override { return options_.workers; }
  [[nodiscard]] std::size_t inputs() const noexcept override { return opened_.source->paths().size(); }
  void key(Setup& setup) override { setup.take_key(key_of(*opened_.source)); }
  [[nodiscard]] std::string input() override { return Fingerprint().add(key_of(*opened_.source)).digits(); }
  [[nodiscard]] bool cut_short() const noexcept override { return stop_on_signal().load(); }
  void run(const RunParts& parts, RunFacts& facts) override;

 private:
  const RunOptions& options_;
  OpenedFiles opened_;
};

std::optional<Refusal> FileFeed::open() {
  const std::atomic<bool>& stop = stop_on_signal();
  FileOptions how;
  how.recursive = options_.recursive;
  if (options_.workers > 1) how.buffer_bytes = FileOptions::kShared;
  how.stop_fd = stop_fd();
  opened_ = open_files(options_.inputs, how);
  if (opened_.refusal && stop.load())
    return Refusal{Why::interrupted, "interrupted before a capture began", "read", "let it run on"};
  return opened_.refusal;
}

void FileFeed::run(const RunParts& parts, RunFacts& facts) {
  FileSource& source = *opened_.source;
  const std::atomic<bool>& stop = stop_on_signal();
  {
    FileRun run(parts.engine, parts.shards, options_.workers, parts.publisher, parts.events.events(),
                parts.events.log(), parts.correlation);
    const Attendant attendant(duties_of(options_, source, run, parts.events), look_at_terminal(STDERR_FILENO));
    facts.frames = run.run(source, stop);
  }
  facts.interrupted = stop.load();
  if (facts.interrupted) parts.cards.interrupt();
  facts.inputs = source.paths();
  facts.damages = source.damages();
  facts.lost_before = source.lost();
  parts.cards.know_damage(facts.inputs, facts.damages);
  parts.cards.know_lost(facts.lost_before);
  facts.notes = opened_.notes;
  if (const std::size_t files = source.crowded_out(); files > 0)
    facts.notes.push_back(
        fmt::format("{} files overlap more others than can be merged: their frames were read late", files));
}

}  // namespace

int run_read(const RunOptions& options) {
  drop_privileges();
  FileFeed feed(options);
  return run_with(options, feed);
}

}  // namespace uptake
