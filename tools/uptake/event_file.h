#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "policy/refusal.h"

namespace uptake {

/// EventFile: where the lines of events go while a run goes on: a file that only its owner reads, for events name
/// people, or standard output for "-". Thread-safe.
class EventFile {
 public:
  /// While whoever reads is behind: files wait for him; ports do not, and lines are dropped.
  enum class Pace : std::uint8_t { of_reader, of_clock };
  static constexpr std::size_t kQueueBytes = std::size_t{8} << 20;  ///< waiting, of_clock

  /// Opens the file, which loses what it held. `stop_fd` ends a wait for a reader who does not come.
  EventFile(std::string path, Pace pace, int stop_fd);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  /// Takes whole lines; false when they are dropped.
  [[nodiscard]] bool write(const std::string& lines);
  /// Makes lines when they are written.
  using Make = std::function<void(std::string& lines)>;
  /// Takes lines that are made later, of_clock by the thread that writes them; until then they count as `bytes`.
  /// False when they are dropped.
  [[nodiscard]] bool write_later(std::size_t bytes, Make make);
  /// Goes on in a new file of the same name: the old one was given another. Between two calls of write().
  void reopen() noexcept;
  /// Writes what still waits.
  void close();
  [[nodiscard]] std::optional<Refusal> failure() const;

 private:
  [[nodiscard]] int open(int more_flags) const noexcept;
  void open_anew();
  void write_now(const std::string& lines);
  [[nodiscard]] bool may_write(bool& stopping) const noexcept;
  void work();
  void fail(Why why, int error, const char* hint);

  const std::string path_;
  const Pace pace_;
  const int stop_fd_;
  std::atomic<bool> reopen_asked_{false};

  mutable std::mutex file_mutex_;  ///< guards what stands up to the empty line
  int fd_ = -1;
  bool in_pieces_ = false;  ///< a pipe or the like: what is written at once must not block
  bool reader_gone_ = false;
  std::optional<Refusal> failure_;
  std::optional<Refusal> misplaced_;  ///< why events go on in the old file

  std::mutex queue_mutex_;  ///< guards the queue, of_clock
  std::condition_variable changed_;
  std::deque<Make> queue_;
  std::size_t queue_bytes_ = 0;
  bool closing_ = false;
  int closing_fd_ = -1;  ///< can be read once it closes
  std::thread thread_;
};

}  // namespace uptake
