#include "tools/uptake/event_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "tools/uptake/output.h"

namespace uptake {
namespace {

constexpr mode_t kOwnerAlone = 0600;
/// How long a reader may still be waited for once the run was asked to stop.
constexpr int kPatienceMs = 1000;
/// What waits takes this beside its own bytes: its place in the queue, and what it is held by.
constexpr std::size_t kWaiting = 128;

bool is_regular(int fd) noexcept {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

EventFile::EventFile(std::string path, Pace pace, int stop_fd)
    : path_(std::move(path)), pace_(pace), stop_fd_(stop_fd), fd_(path_ == "-" ? STDOUT_FILENO : open(O_TRUNC)) {
  if (fd_ < 0) {
    fail(Why::cannot_create, errno, "check that its folder exists and may be written");
    return;
  }
  in_pieces_ = !is_regular(fd_);
  if (path_ != "-" && !in_pieces_) (void)fchmod(fd_, kOwnerAlone);
  if (pace_ == Pace::of_reader) return;
  closing_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  thread_ = std::thread([this] { work(); });
}

EventFile::~EventFile() { close(); }

int EventFile::open(int more_flags) const noexcept {
  return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | more_flags, kOwnerAlone);
}

bool EventFile::write(const std::string& lines) {
  if (pace_ == Pace::of_clock) return write_later(lines.size(), [lines](std::string& out) { out += lines; });
  const std::lock_guard lock(file_mutex_);
  write_now(lines);
  return true;
}

bool EventFile::write_later(std::size_t bytes, Make make) {
  if (pace_ == Pace::of_reader) {
    std::string lines;
    make(lines);
    return write(lines);
  }
  bytes += kWaiting;
  {
    const std::lock_guard lock(queue_mutex_);
    if (queue_bytes_ + bytes > kQueueBytes) return false;
    queue_.push_back(std::move(make));
    queue_bytes_ += bytes;
  }
  changed_.notify_one();
  return true;
}

void EventFile::reopen() noexcept {
  reopen_asked_.store(true);
  changed_.notify_one();
  // Where someone writes just now, it is done behind that.
  const std::unique_lock lock(file_mutex_, std::try_to_lock);
  if (lock) open_anew();
}

void EventFile::open_anew() {
  if (!reopen_asked_.exchange(false) || path_ == "-" || fd_ < 0) return;
  const int fd = open(0);
  if (fd < 0) {
    misplaced_ = output_failure(Why::cannot_create, path_, errno, "events go on in the old file; check the folder");
    return;
  }
  ::close(std::exchange(fd_, fd));
  in_pieces_ = !is_regular(fd_);
}

void EventFile::work() {
  std::string lines;
  std::deque<Make> taken;
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(queue_mutex_);
      changed_.wait(lock, [this] { return !queue_.empty() || closing_ || reopen_asked_.load(); });
      last = closing_;
      taken.swap(queue_);
      queue_bytes_ = 0;
    }
    // One at a time: lines take more than what they are made of.
    for (const Make& make : taken) {
      make(lines);
      const std::lock_guard lock(file_mutex_);
      write_now(lines);
      lines.clear();
    }
    if (taken.empty()) {
      const std::lock_guard lock(file_mutex_);
      open_anew();
    }
    taken.clear();
  }
}

/// Waits for the reader of a pipe. Once the run was asked to stop, or has ended, not for long.
bool EventFile::may_write(bool& stopping) const noexcept {
  for (;;) {
    const auto unless_stopping = [stopping](int fd) { return pollfd{stopping ? -1 : fd, POLLIN, 0}; };
    std::array<pollfd, 3> all{{{fd_, POLLOUT, 0}, unless_stopping(stop_fd_), unless_stopping(closing_fd_)}};
    const int ready = poll(all.data(), all.size(), stopping ? kPatienceMs : -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || all[0].revents != 0) return ready > 0;
    stopping = true;
  }
}

void EventFile::write_now(const std::string& lines) {
  open_anew();
  bool stopping = false;
  for (std::size_t at = 0; at < lines.size() && !failure_ && !reader_gone_;) {
    if (in_pieces_ && !may_write(stopping)) return fail(Why::cannot_write, ETIMEDOUT, "nobody reads it");
    const std::size_t most = in_pieces_ ? std::min<std::size_t>(lines.size() - at, PIPE_BUF) : lines.size() - at;
    const ssize_t written = ::write(fd_, lines.data() + at, most);
    if (written >= 0) {
      at += static_cast<std::size_t>(written);
    } else if (errno == EPIPE) {
      reader_gone_ = true;  // he has seen enough
    } else if (errno != EINTR && errno != EAGAIN) {
      fail(Why::cannot_write, errno, "check the space left");
    }
  }
}

void EventFile::fail(Why why, int error, const char* hint) {
  if (!failure_) failure_ = output_failure(why, path_, error, hint);
}

void EventFile::close() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(queue_mutex_);
      closing_ = true;
    }
    changed_.notify_one();
    const std::uint64_t one = 1;
    if (closing_fd_ >= 0) (void)!::write(closing_fd_, &one, sizeof one);
    thread_.join();
  }
  const std::lock_guard lock(file_mutex_);
  if (fd_ >= 0 && path_ != "-" && ::close(fd_) != 0) fail(Why::cannot_write, errno, "check the space left");
  fd_ = -1;
  if (closing_fd_ >= 0) ::close(std::exchange(closing_fd_, -1));
}

std::optional<Refusal> EventFile::failure() const {
  const std::lock_guard lock(file_mutex_);
  return failure_ ? failure_ : misplaced_;
}

}  // namespace uptake
