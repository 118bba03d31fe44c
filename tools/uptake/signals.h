#pragma once

#include <atomic>
#include <chrono>

namespace uptake {

/// Set by SIGINT and SIGTERM: the run stops and shows what was read. A second signal ends the process. The first call
/// installs the handlers.
[[nodiscard]] const std::atomic<bool>& stop_on_signal();
/// A descriptor that can be read once a stop was asked for; for whoever waits for another one.
[[nodiscard]] int stop_fd();

/// Asked: what signals have asked for since the last time someone looked.
struct Asked {
  bool reopen = false;  ///< SIGHUP: the file of events has a new name
  bool status = false;  ///< SIGUSR1
};
/// Waits for SIGHUP, SIGUSR1, wake() or the end of the time.
[[nodiscard]] Asked wait_for_signal(std::chrono::milliseconds most);
/// Ends a wait of another thread.
void wake() noexcept;

}  // namespace uptake
