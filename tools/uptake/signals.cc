#include "tools/uptake/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace uptake {
namespace {

std::atomic<bool> stop_asked{false};
std::atomic<bool> reopen_asked{false};
std::atomic<bool> status_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void ring(int fd) noexcept {
  const std::uint64_t one = 1;
  (void)!write(fd, &one, sizeof one);  // it is full only when it can be read already
}

/// Bell: a descriptor that can be read once it was rung.
struct Bell {
  Bell() : fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  int fd;
};

Bell& stop_bell() {
  static Bell bell;
  return bell;
}
Bell& news_bell() {
  static Bell bell;
  return bell;
}

void on_signal(int number) noexcept {
  const int error = errno;
  if (number == SIGHUP || number == SIGUSR1) {
    (number == SIGHUP ? reopen_asked : status_asked).store(true, std::memory_order_relaxed);
    ring(news_bell().fd);
  } else {
    stop_asked.store(true, std::memory_order_relaxed);
    ring(stop_bell().fd);
  }
  errno = error;
}

void install(int number, int flags) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = flags | SA_RESTART;
  sigaction(number, &action, nullptr);
}

}  // namespace

const std::atomic<bool>& stop_on_signal() {
  static const bool installed = [] {
    (void)stop_bell();  // made before a handler may ring it
    (void)news_bell();
    install(SIGINT, static_cast<int>(SA_RESETHAND));
    install(SIGTERM, static_cast<int>(SA_RESETHAND));
    install(SIGHUP, 0);
    install(SIGUSR1, 0);
    return true;
  }();
  (void)installed;
  return stop_asked;
}

int stop_fd() { return stop_bell().fd; }

Asked wait_for_signal(std::chrono::milliseconds most) {
  pollfd news{news_bell().fd, POLLIN, 0};
  if (poll(&news, 1, static_cast<int>(most.count())) > 0) {
    std::uint64_t rings = 0;
    (void)!read(news.fd, &rings, sizeof rings);
  }
  return {reopen_asked.exchange(false), status_asked.exchange(false)};
}

void wake() noexcept { ring(news_bell().fd); }

}  // namespace uptake
