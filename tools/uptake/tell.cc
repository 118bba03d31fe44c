#include "tools/uptake/tell.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <string>

#include "policy/report/printable.h"
#include "tools/uptake/exit.h"

namespace uptake {
namespace {

void write_all(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t wrote = write(STDERR_FILENO, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

[[noreturn]] void end_process() noexcept {
  Exit exit = Exit::internal;
  try {
    if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
    write_all("uptake: internal error; please report it\n");
  } catch (const std::bad_alloc&) {
    exit = Exit::system;
    write_all("uptake: out of memory; lower --max-flows or --workers\n");
  } catch (const std::exception& error) {
    tell(error.what());
  } catch (...) {
    write_all("uptake: internal error; please report it\n");
  }
  _exit(code(exit));
}

}  // namespace

int stop_with(const Refusal& refusal) {
  tell(refusal.line());
  return code(exit_of(refusal.why));
}

void tell(std::string_view line) noexcept {
  try {
    write_all("uptake: " + report::printable(line) + "\n");
  } catch (const std::bad_alloc&) {
    write_all("uptake: out of memory\n");
  }
}

void prepare_process() noexcept {
  // Opened the wrong way round, so that reading or writing there fails.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(fd, F_GETFD) == -1) (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  // A reader that goes away, or a limit on the size of files, is an error like any other and not the end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_terminate(end_process);
}

}  // namespace uptake
