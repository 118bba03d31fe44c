#include "tools/uptake/event_file.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>
#include <utility>

namespace uptake {

EventFile::EventFile(std::string path, Pace pace, int stop_fd)
    : pace_(pace),
      closing_fd_(pace == Pace::of_clock ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1),
      file_(std::move(path), stop_fd, closing_fd_) {
  if (pace_ == Pace::of_clock && file_.is_open()) thread_ = std::thread([this] { work(); });
}

EventFile::~EventFile() { close(); }

bool EventFile::write(const std::string& lines) {
  if (pace_ == Pace::of_clock) return write_later(lines.size(), [lines](std::string& out) { out += lines; });
  const std::lock_guard lock(file_mutex_);
  write_now(lines);
  return true;
}

bool EventFile::write_later(std::size_t bytes, Make make) {
  if (pace_ == Pace::of_clock) return queue_.put(bytes, std::move(make));
  std::string lines;
  make(lines);
  return write(lines);
}

void EventFile::reopen() noexcept {
  reopen_asked_.store(true);
  queue_.wake();
  // Who holds the lock writes just now, and reopens before the next write.
  const std::unique_lock lock(file_mutex_, std::try_to_lock);
  if (lock) reopen_if_asked();
}

void EventFile::reopen_if_asked() {
  if (reopen_asked_.exchange(false)) file_.reopen();
}

void EventFile::write_now(const std::string& lines) {
  reopen_if_asked();
  file_.write(lines);
}

void EventFile::work() {
  std::string lines;
  std::deque<Make> taken;
  for (bool more = true; more;) {
    more = queue_.take(taken);
    // One at a time: lines take more than what they are made of.
    for (const Make& make : taken) {
      make(lines);
      const std::lock_guard lock(file_mutex_);
      write_now(lines);
      lines.clear();
    }
    if (taken.empty()) {
      const std::lock_guard lock(file_mutex_);
      reopen_if_asked();
    }
    taken.clear();
  }
}

void EventFile::close() {
  if (thread_.joinable()) {
    queue_.close();
    const std::uint64_t one = 1;
    if (closing_fd_ >= 0) (void)!::write(closing_fd_, &one, sizeof one);
    thread_.join();
  }
  const std::lock_guard lock(file_mutex_);
  file_.close();
  if (closing_fd_ >= 0) ::close(std::exchange(closing_fd_, -1));
}

std::optional<Refusal> EventFile::failure() const {
  const std::lock_guard lock(file_mutex_);
  return file_.failure();
}

}  // namespace uptake
