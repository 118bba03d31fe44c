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

std::size_t name_at(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? 0 : slash + 1;
}

std::string folder_of(const std::string& path) {
  const std::string folder = path.substr(0, name_at(path));
  return folder.empty() ? "." : folder;
}

// In the folder of `path`, so that rename() stays within one file system.
std::string temporary_name(const std::string& path, std::string_view end) {
  return fmt::format("{}.{}.{}", path.substr(0, name_at(path)), path.substr(name_at(path)), end);
}

/// The path of a descriptor under /proc, which linkat() takes to name a file that has no name.
std::string name_of_descriptor(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

bool writes_in_place(const std::string& path) {
  struct stat status {};
  return path == "-" || (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode));
}

// The mode of a result: that of the file it replaces, else an ordinary file's. Until it has its name it is private.
mode_t wanted_mode(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return status.st_mode & 0777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), in_place_(writes_in_place(path_)) {
  if (path_ == "-") {
    file_ = stdout;
    return;
  }
  create();
}

void OutputFile::create() {
  if (in_place_) {
    file_ = std::fopen(path_.c_str(), "we");
    if (file_ == nullptr) fail(Why::cannot_create, errno, "name a file");
    return;
  }
  int fd = open_unnamed();
  if (fd < 0) {
    temporary_ = temporary_name(path_, "XXXXXX");
    fd = mkostemp(temporary_.data(), O_CLOEXEC);
  }
  if (fd < 0) {
    temporary_.clear();
    fail(Why::cannot_create, errno, "check that its folder exists and may be written");
    return;
  }
  if (fchmod(fd, wanted_mode(path_)) != 0 || (file_ = fdopen(fd, "w")) == nullptr) {
    const int error = errno;
    close(fd);
    fail(Why::cannot_create, error, "check its folder");
  }
}

/// Some file systems have no files without a name, and without /proc none can be given later.
int OutputFile::open_unnamed() noexcept {
  const int fd = open(folder_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0 || access(name_of_descriptor(fd).c_str(), F_OK) == 0) return fd;
  close(fd);
  return -1;
}

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::fail(Why why, int error, std::string_view hint) {
  if (error == EPIPE && in_place_) reader_left_ = true;
  if (!failure_ && !reader_left_) failure_ = output_failure(why, path_, error, hint);
}

void OutputFile::write(std::string_view bytes) {
  if (failure_ || reader_left_ || bytes.empty()) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size())
    fail(Why::cannot_write, errno, "check the space left, or who reads it");
}

void OutputFile::flush() {
  if (failure_ || file_ == nullptr) return;
  if (std::fflush(file_) != 0) fail(Why::cannot_write, errno, "check the space left, or who reads it");
}

void OutputFile::commit() {
  if (failure_ || file_ == nullptr) return;
  bool good = std::fflush(file_) == 0;
  if (good && !in_place_) good = fsync(fileno(file_)) == 0;
  if (!good) fail(Why::cannot_write, errno, "check the space left, or who reads it");
  if (!failure_ && !in_place_ && !give_name()) fail(Why::cannot_create, errno, "check its folder");
  if (file_ != stdout && std::fclose(file_) != 0) fail(Why::cannot_write, errno, "check the space left");
  file_ = nullptr;
}

/// Puts the file in the place of what `path_` names. linkat() replaces nothing, so it takes a second name and
/// rename().
bool OutputFile::give_name() noexcept {
  if (temporary_.empty()) {
    const std::string descriptor = name_of_descriptor(fileno(file_));
    const auto link_to = [&](const std::string& name) {
      return linkat(AT_FDCWD, descriptor.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
    };
    if (link_to(path_)) return true;
    constexpr unsigned kTries = 100;
    for (unsigned i = 0; errno == EEXIST && i < kTries; ++i) {
      std::string name = temporary_name(path_, fmt::format("{}-{}", getpid(), i));
      if (link_to(name)) {
        temporary_ = std::move(name);
        break;
      }
    }
    if (temporary_.empty()) return false;
  }
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return false;
  temporary_.clear();
  return true;
}

Refusal output_failure(Why why, const std::string& path, int error, std::string_view hint) {
  const std::string_view what = why == Why::cannot_write ? "cannot be written to the end" : "cannot be created";
  if (error == EACCES || error == EPERM) why = Why::permission;
  return {why, fmt::format("{} ({})", what, std::strerror(error)), path == "-" ? "standard output" : path,
          std::string(hint)};
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::optional<Refusal> cannot_write(const std::string& path) {
  if (path.empty()) return std::nullopt;
  if (!writes_in_place(path)) return OutputFile(path).failure();
  const bool writable = path == "-" ? (fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) != O_RDONLY
                                    : !is_folder(path) && access(path.c_str(), W_OK) == 0;
  if (writable) return std::nullopt;
  return Refusal{errno == EACCES ? Why::permission : Why::cannot_create, "cannot be written",
                 path == "-" ? "standard output" : path, "name a file"};
}

std::optional<Refusal> write_whole(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
  return file.failure();
}

}  // namespace uptake
