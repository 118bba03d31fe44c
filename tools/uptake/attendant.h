#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "dataplane/pulse.h"
#include "tools/uptake/terminal.h"

namespace uptake {

/// What a run has counted so far in plain words: packets a second, what was lost when that is known, flows, IPv6,
/// TLS 1.3, what is not read.
[[nodiscard]] std::string pulse_words(const Pulse& pulse, double packets_per_second,
                                      std::optional<std::uint64_t> lost);

/// Attendant: a thread beside a run. It shows progress on standard error (on a terminal in one changing line, else in
/// a line now and then) and serves SIGHUP and SIGUSR1. When the thread cannot be made the run goes on without. Its
/// end leaves no half line behind.
class Attendant {
 public:
  struct Duties {
    std::function<std::string(unsigned width)> bar;  ///< for a terminal, at most `width` columns
    std::function<std::string()> words;              ///< for a log
    std::function<std::string()> status;             ///< for SIGUSR1
    std::function<void()> reopen;                    ///< for SIGHUP
    std::chrono::milliseconds bar_every{200};
    std::chrono::milliseconds words_every{10'000};
    bool silent = false;  ///< shows nothing by itself
  };
  Attendant(Duties duties, const Terminal& terminal);
  ~Attendant();
  Attendant(const Attendant&) = delete;
  Attendant& operator=(const Attendant&) = delete;

 private:
  void attend();
  void show();

  const Duties duties_;
  const Terminal terminal_;
  bool line_stands_ = false;  ///< of a terminal
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace uptake
