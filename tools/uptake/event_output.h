#pragma once

#include <memory>
#include <optional>

#include "dataplane/event_log.h"
#include "dataplane/setup.h"
#include "policy/events/events.h"
#include "policy/refusal.h"
#include "tools/uptake/event_file.h"
#include "tools/uptake/options.h"

namespace uptake {

/// EventOutput: the events of a run on their way to a file, when they were asked for.
class EventOutput {
 public:
  EventOutput(const RunOptions& options, const Setup& setup, unsigned workers, EventFile::Pace pace);
  [[nodiscard]] const Events* events() const noexcept { return events_.get(); }
  [[nodiscard]] EventLog* log() const noexcept { return log_.get(); }
  /// Why the file cannot be written, as far as that is known.
  [[nodiscard]] std::optional<Refusal> failure() const;
  /// The file was given another name; events go on in a new one.
  void reopen() noexcept {
    if (file_) file_->reopen();
  }
  /// Ends the file; why that failed, if it did.
  [[nodiscard]] std::optional<Refusal> close();

 private:
  std::unique_ptr<Events> events_;
  std::unique_ptr<EventFile> file_;
  std::unique_ptr<EventLog> log_;
};

/// Why an output of the run cannot be written: known before any work is done.
[[nodiscard]] std::optional<Refusal> first_failure(const RunOptions& options, const EventOutput& events);

}  // namespace uptake
