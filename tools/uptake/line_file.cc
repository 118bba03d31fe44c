#include "tools/uptake/line_file.h"

#include <fcntl.h>
#include <poll.h>
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

bool is_regular(int fd) noexcept {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

LineFile::LineFile(std::string path, int stop_fd, int closing_fd)
    : path_(std::move(path)),
      stop_fd_(stop_fd),
      closing_fd_(closing_fd),
      fd_(path_ == "-" ? STDOUT_FILENO : open(O_TRUNC)) {
  if (fd_ < 0) {
    fail(Why::cannot_create, errno, "check that its folder exists and may be written");
    return;
  }
  in_pieces_ = !is_regular(fd_);
  if (path_ != "-" && !in_pieces_) (void)fchmod(fd_, kOwnerAlone);
}

int LineFile::open(int more_flags) const noexcept {
  return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | more_flags, kOwnerAlone);
}

void LineFile::reopen() {
  if (path_ == "-" || fd_ < 0) return;
  const int fd = open(0);
  if (fd < 0) {
    misplaced_ = output_failure(Why::cannot_create, path_, errno, "events go on in the old file; check the folder");
    return;
  }
  ::close(std::exchange(fd_, fd));
  in_pieces_ = !is_regular(fd_);
}

/// Waits for the reader of a pipe; once `stopping`, which a stop sets, not for long.
bool LineFile::may_write(bool& stopping) const noexcept {
  for (;;) {
    const auto unless_stopping = [stopping](int fd) { return pollfd{stopping ? -1 : fd, POLLIN, 0}; };
    std::array<pollfd, 3> all{{{fd_, POLLOUT, 0}, unless_stopping(stop_fd_), unless_stopping(closing_fd_)}};
    const int ready = poll(all.data(), all.size(), stopping ? kPatienceMs : -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || all[0].revents != 0) return ready > 0;
    stopping = true;
  }
}

void LineFile::write(const std::string& lines) {
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

void LineFile::fail(Why why, int error, const char* hint) {
  if (!failure_) failure_ = output_failure(why, path_, error, hint);
}

void LineFile::close() {
  if (fd_ >= 0 && path_ != "-" && ::close(fd_) != 0) fail(Why::cannot_write, errno, "check the space left");
  fd_ = -1;
}

}  // namespace uptake
