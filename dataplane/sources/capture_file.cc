#include "dataplane/sources/capture_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <variant>

#include "dataplane/sources/order_clock.h"

namespace uptake {
namespace {

constexpr int kPipeBytes = 1 << 20;  // the most that an unprivileged process may ask for: pipe(7), pipe-max-size

Refusal refusal_of(int error) {
  const std::string what = std::strerror(error);
  if (error == ENOENT || error == ENOTDIR) return {Why::no_input, "no such file"};
  if (error == EMFILE || error == ENFILE) return {Why::busy, what};
  if (error == EACCES || error == EPERM) return {Why::permission, "permission denied"};
  return {Why::no_input, what};
}

/// Opens an input. A named pipe is waited for until someone writes to it, or `stop_fd` can be read.
int open_input(const char* path, int stop_fd) noexcept {
  struct stat status {};
  const bool is_pipe = stat(path, &status) == 0 && S_ISFIFO(status.st_mode);
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC | (is_pipe ? O_NONBLOCK : 0));
  if (!is_pipe || fd < 0) return fd;
  std::array<pollfd, 2> both{{{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
  while (poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  (void)fcntl(fd, F_SETFL, 0);
  return fd;
}

}  // namespace

CaptureFile::~CaptureFile() {
  if (path() != "-") close(fd_);
}

Either<std::unique_ptr<CaptureFile>> CaptureFile::open(const std::string& path, const FileOptions& options) {
  const int fd = path == "-" ? STDIN_FILENO : open_input(path.c_str(), options.stop_fd);
  if (fd < 0) return refusal_of(errno);
  std::unique_ptr<CaptureFile> file(new CaptureFile(path, fd, options));
  if (std::optional<Refusal> refusal = file->recognise(options)) return *std::move(refusal);
  return file;
}

std::optional<Refusal> CaptureFile::recognise(const FileOptions& options) {
  struct stat status {};
  if (fstat(fd_, &status) != 0) return refusal_of(errno);
  // Standard input may be a regular file that someone has read a part of: only what is left counts.
  regular_ = S_ISREG(status.st_mode) && lseek(fd_, 0, SEEK_CUR) == 0 && status.st_size > 0;
  file_bytes_ = regular_ ? static_cast<std::uint64_t>(status.st_size) : 0;
  if (regular_) (void)posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  if (S_ISFIFO(status.st_mode)) (void)fcntl(fd_, F_SETPIPE_SZ, kPipeBytes);

  Either<StreamedCapture> opened = StreamedCapture::open(fd_, options);
  if (Refusal* const refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  capture_ = std::get<StreamedCapture>(std::move(opened));
  return std::nullopt;
}

/// It has fewer octets than when it was opened.
bool CaptureFile::shrank() const noexcept {
  struct stat status {};
  return regular_ && fstat(fd_, &status) == 0 && static_cast<std::uint64_t>(status.st_size) < file_bytes_;
}

bool CaptureFile::next(Chunk& chunk, std::uint64_t first_ordinal) {
  chunk.frames.clear();
  if (end_.reached()) return false;
  const bool more = capture_->next(chunk, first_ordinal, end_);
  if (end_.reached() && shrank()) end_.damaged(stored_done(), "the file shrank while it was read");
  return more;
}

std::optional<std::uint64_t> CaptureFile::first_time() {
  constexpr std::size_t kFrames = 3;  // of which two agree
  FrameList frames(kFrames);
  capture_->first_frames(frames);
  OrderClock clock;
  clock.stamp({frames.data(), frames.size()});
  for (const Frame& frame : frames)
    if (frame.packet_ns != 0) return frame.packet_ns;
  return frames.empty() ? std::nullopt : std::optional(frames.front().time_ns);
}

}  // namespace uptake
