#include "tools/uptake/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace uptake {
namespace {

// In the folder of `path`, so that rename() stays within one file system.
std::string temporary_pattern(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(0, name) + '.' + path.substr(name) + ".XXXXXX";
}

bool in_place(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

// mkstemp() makes private files; results are ordinary ones. A file that is replaced keeps its mode.
mode_t wanted_mode(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return status.st_mode & 0777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (path_ == "-") {
    file_ = stdout;
    return;
  }
  create();
}

void OutputFile::create() {
  if (in_place(path_)) {
    file_ = std::fopen(path_.c_str(), "we");
    if (file_ == nullptr) fail(Exit::cannot_create, errno, "name a file");
    return;
  }
  temporary_ = temporary_pattern(path_);
  const int fd = mkostemp(temporary_.data(), O_CLOEXEC);
  if (fd < 0) {
    temporary_.clear();
    fail(Exit::cannot_create, errno, "check that its folder exists and may be written");
    return;
  }
  if (fchmod(fd, wanted_mode(path_)) != 0 || (file_ = fdopen(fd, "w")) == nullptr) {
    const int error = errno;
    close(fd);
    fail(Exit::cannot_create, error, "check its folder");
  }
}

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::fail(Exit exit, int error, std::string_view hint) {
  if (failure_) return;
  if (error == EACCES || error == EPERM) exit = Exit::permission;
  const std::string_view place = path_ == "-" ? std::string_view("standard output") : std::string_view(path_);
  const std::string_view what = exit == Exit::cannot_write ? "cannot be written to the end" : "cannot be created";
  failure_ = Failure{exit, fmt::format("{}: {} ({}); {}", place, what, std::strerror(error), hint)};
}

void OutputFile::write(std::string_view bytes) {
  if (failure_ || bytes.empty()) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size())
    fail(Exit::cannot_write, errno, "check the space left, or who reads it");
}

void OutputFile::flush() {
  if (failure_ || file_ == nullptr) return;
  if (std::fflush(file_) != 0) fail(Exit::cannot_write, errno, "check the space left, or who reads it");
}

void OutputFile::commit() {
  if (failure_ || file_ == nullptr) return;
  const bool renames = !temporary_.empty();
  bool good = std::fflush(file_) == 0;
  if (good && renames) good = fsync(fileno(file_)) == 0;
  if (!good) fail(Exit::cannot_write, errno, "check the space left, or who reads it");
  if (file_ != stdout && std::fclose(file_) != 0) fail(Exit::cannot_write, errno, "check the space left");
  file_ = nullptr;
  if (failure_ || !renames) return;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    fail(Exit::cannot_create, errno, "check its folder");
    return;
  }
  temporary_.clear();
}

std::optional<Failure> write_whole(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
  return file.failure();
}

}  // namespace uptake
