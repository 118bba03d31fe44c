#include "tools/uptake/event_output.h"

#include "tools/uptake/output.h"
#include "tools/uptake/signals.h"

namespace uptake {

EventOutput::EventOutput(const RunOptions& options, const Setup& setup, unsigned workers, EventFile::Pace pace) {
  if (options.events_file.empty()) return;
  events_ = std::make_unique<Events>(setup.registry(), setup.events());
  file_ = std::make_unique<EventFile>(options.events_file, pace, stop_fd());
  log_ = std::make_unique<EventLog>(
      workers, *events_, [this](const std::string& lines) { return file_->write(lines); },
      [this](std::size_t bytes, EventLog::Make make) { return file_->write_later(bytes, std::move(make)); },
      EventLog::Joins::some);
}

std::optional<Refusal> EventOutput::failure() const { return file_ ? file_->failure() : std::nullopt; }

std::optional<Refusal> first_failure(const RunOptions& options, const EventOutput& events) {
  if (std::optional<Refusal> failure = events.failure()) return failure;
  if (!options.quiet)
    if (std::optional<Refusal> failure = cannot_write("-")) return failure;
  if (std::optional<Refusal> failure = cannot_write(options.records_file)) return failure;
  return cannot_write(options.run_info_file);
}

std::optional<Refusal> EventOutput::close() {
  if (!file_) return std::nullopt;
  file_->close();
  return file_->failure();
}

}  // namespace uptake
