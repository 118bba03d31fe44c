#include "tools/uptake/store/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace uptake::store {

Either<WriterLock> WriterLock::take(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return Refusal{Why::cannot_create, "is no results store of uptake", path, "name a file"};
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) {
    const int error = errno;
    return Refusal{error == EACCES || error == EPERM || error == EROFS ? Why::permission : Why::cannot_create,
                   fmt::format("cannot be opened ({})", std::strerror(error)), path,
                   "check that its folder exists and may be written"};
  }
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return WriterLock(fd);
  close(fd);
  return Refusal{Why::cannot_create, "another uptake writes to it", path, "let that end, or name another file"};
}

WriterLock::~WriterLock() {
  if (fd_ >= 0) close(fd_);
}

WriterLock::WriterLock(WriterLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

}  // namespace uptake::store
