#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "dataplane/sources/source.h"
#include "tools/uptake/terminal.h"

namespace uptake {

/// The bar of a terminal, at most `width` columns, without an end of line: share, bytes, packets/s, time left.
[[nodiscard]] std::string progress_bar(const Progress& progress, std::chrono::milliseconds elapsed, unsigned width);
/// The same in plain words, for a log.
[[nodiscard]] std::string progress_words(const Progress& progress, std::chrono::milliseconds elapsed);

/// ProgressMeter: shows on standard error how far a source is, from its own thread: a bar on a terminal, else a line
/// every 10 s; nothing where there is no thread for it. Ends with its life, leaving no half line behind. The source
/// must outlive it.
class ProgressMeter {
 public:
  ProgressMeter(const Source& source, const Terminal& terminal);
  ~ProgressMeter();
  ProgressMeter(const ProgressMeter&) = delete;
  ProgressMeter& operator=(const ProgressMeter&) = delete;

 private:
  void show();

  const Source& source_;
  const Terminal terminal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace uptake
