#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "policy/refusal.h"
#include "tools/uptake/line_file.h"
#include "tools/uptake/line_queue.h"

namespace uptake {

/// EventFile: where the lines of events go while a run goes on: a file that only its owner reads, for events name
/// people, or standard output for "-". Thread-safe.
class EventFile {
 public:
  /// What happens while whoever reads is behind: of_reader waits for him, of_clock drops lines.
  enum class Pace : std::uint8_t { of_reader, of_clock };
  using Make = LineQueue::Make;

  /// Opens the file, which loses what it held. `stop_fd` ends a wait for a reader who does not come.
  EventFile(std::string path, Pace pace, int stop_fd);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  /// Takes whole lines; false when they are dropped.
  [[nodiscard]] bool write(const std::string& lines);
  /// Takes lines that are made later, of_clock by the thread that writes them; until then they count as `bytes`.
  /// False when they are dropped.
  [[nodiscard]] bool write_later(std::size_t bytes, Make make);
  /// Goes on in a new file of the same name: the old one was given another. Between two calls of write().
  void reopen() noexcept;
  /// Writes what still waits.
  void close();
  [[nodiscard]] std::optional<Refusal> failure() const;

 private:
  void write_now(const std::string& lines);
  void reopen_if_asked();
  void work();

  const Pace pace_;
  std::atomic<bool> reopen_asked_{false};
  int closing_fd_;                 ///< can be read once it closes; of_clock
  mutable std::mutex file_mutex_;  ///< guards `file_`
  LineFile file_;
  LineQueue queue_;  ///< of_clock
  std::thread thread_;
};

}  // namespace uptake
