#include "dataplane/sources/byte_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace uptake {

Bytes FileStream::peek() {
  while (head_end_ < sizeof head_) {
    const std::size_t got = fill(std::span(head_).subspan(head_end_));
    if (got == 0) break;
    head_end_ += got;
  }
  return {head_, head_end_};
}

void FileStream::skip(std::size_t count) {
  const std::size_t peeked = std::min(count, head_end_ - head_at_);
  std::memmove(head_, head_ + head_at_ + peeked, head_end_ - head_at_ - peeked);
  head_end_ -= head_at_ + peeked;
  head_at_ = 0;
  std::array<std::uint8_t, 4096> passed;
  for (std::size_t left = count - peeked; left > 0;) {
    const std::size_t got = fill(std::span(passed).first(std::min(left, passed.size())));
    if (got == 0) return;
    left -= got;
  }
}

std::size_t FileStream::read(std::span<std::uint8_t> into) {
  std::size_t have = std::min(into.size(), head_end_ - head_at_);
  if (have > 0) std::memcpy(into.data(), head_ + head_at_, have);
  head_at_ += have;
  // A pipe hands out little at a time: take what is there already, but do not wait once there is something.
  while (have < into.size()) {
    if (have > sizeof head_) {
      pollfd ready{fd_, POLLIN, 0};
      if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLIN) == 0) break;
    }
    const std::size_t got = fill(into.subspan(have));
    if (got == 0) break;
    have += got;
  }
  return have;
}

/// Waits until there is something to read, or the run is asked to stop.
bool FileStream::stopped() const noexcept {
  if (stop_fd_ < 0) return false;
  std::array<pollfd, 2> both{{{fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
  while (poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  return both[1].revents != 0;
}

std::size_t FileStream::fill(std::span<std::uint8_t> into) {
  if (!ended_) ended_ = stopped();
  if (ended_) return 0;
  ssize_t got = 0;
  do {
    got = ::read(fd_, into.data(), into.size());
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    stored_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  ended_ = true;
  if (got < 0) fail("reading failed: " + std::generic_category().message(errno));
  return 0;
}

}  // namespace uptake
