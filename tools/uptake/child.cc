#include "tools/uptake/child.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace uptake {
namespace {

/// POSIX lets posix_spawn() say by the child's end, too, that there is no such program.
constexpr int kNoProgram = 127;

/// MemoryFile: a file without a name, which takes whatever a child writes while nobody reads; a pipe would fill up.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : fd_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  /// Puts a text into it, to be read from its beginning.
  [[nodiscard]] bool fill(std::string_view text) const noexcept {
    while (fd_ >= 0 && !text.empty()) {
      const ssize_t wrote = write(fd_, text.data(), text.size());
      if (wrote < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return fd_ >= 0 && lseek(fd_, 0, SEEK_SET) == 0;
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = pread(fd_, part.data(), part.size(), static_cast<off_t>(text.size()))) > 0;)
      text.append(part.data(), static_cast<std::size_t>(got));
    return text;
  }

 private:
  int fd_;
};

/// Plan: what a child begins with: its three descriptors, and SIGPIPE and SIGXFSZ, which this process ignores, as
/// they are by default.
class Plan {
 public:
  Plan() noexcept {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~Plan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  void give(int own, int childs) noexcept { posix_spawn_file_actions_adddup2(&actions_, own, childs); }
  /// 0, or an error of errno.
  [[nodiscard]] int start(std::vector<char*>& words, pid_t& child) const noexcept {
    return posix_spawnp(&child, words[0], &actions_, &attributes_, words.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

std::optional<Finished> run_child(const std::vector<std::string>& words, std::string_view input) {
  const MemoryFile in("input");
  const MemoryFile out("output");
  const MemoryFile errors("errors");
  if (!in.fill(input) || out.fd() < 0 || errors.fd() < 0) return std::nullopt;
  Plan plan;
  plan.give(in.fd(), STDIN_FILENO);
  plan.give(out.fd(), STDOUT_FILENO);
  plan.give(errors.fd(), STDERR_FILENO);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (const int error = plan.start(arguments, child); error != 0) {
    errno = error;
    return std::nullopt;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return std::nullopt;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoProgram) {
    errno = ENOENT;
    return std::nullopt;
  }
  return Finished{WIFEXITED(status) && WEXITSTATUS(status) == 0, out.text(), errors.text()};
}

}  // namespace uptake
