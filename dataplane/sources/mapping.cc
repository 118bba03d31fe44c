#include "dataplane/sources/mapping.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

namespace uptake {
namespace {

/// Guarded: a mapped range that the SIGBUS handler may patch. `begin` is 0 in a free entry, 1 while it changes.
struct Guarded {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> lost{false};
};

constexpr std::size_t kGiveBack = 24U << 20;  // released octets that are given back at once: some windows
constexpr std::size_t kMaxMappings = 256;
constexpr std::uintptr_t kBusy = 1;
// The handler reads it at any time, so it has static storage and only lock-free members.
constinit std::array<Guarded, kMaxMappings> guarded{};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);
struct sigaction previous_action;
std::uintptr_t page_mask = 0;  // set before the handler is installed: sysconf is not for handlers

void pass_on(int signal, siginfo_t* info, void* context) {
  if ((previous_action.sa_flags & SA_SIGINFO) != 0 && previous_action.sa_sigaction != nullptr) {
    previous_action.sa_sigaction(signal, info, context);
    return;
  }
  if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(signal);
    return;
  }
  // The faulting instruction runs again on return, and ends the process as it would have without this handler.
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGBUS, &standard, nullptr);
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  const auto fault = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Guarded& entry : guarded) {
    const std::uintptr_t begin = entry.begin.load(std::memory_order_acquire);
    const std::uintptr_t end = entry.end.load(std::memory_order_relaxed);
    if (begin <= kBusy || fault < begin || fault >= end) continue;
    // Whatever follows the fault is missing too, so one call mends the rest of the mapping.
    const std::uintptr_t page = fault & page_mask;
    void* zeros = mmap(reinterpret_cast<void*>(page), end - page, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    entry.lost.store(true, std::memory_order_relaxed);
    errno = saved_errno;
    if (zeros != MAP_FAILED) return;
    break;
  }
  errno = saved_errno;
  pass_on(signal, info, context);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_mask = ~(std::uintptr_t{page_bytes()} - 1);
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous_action);
  });
}

/// The index of an entry for [data, data + size), or kMaxMappings when all are taken.
std::size_t guard(const std::uint8_t* data, std::size_t size) {
  for (std::size_t slot = 0; slot < kMaxMappings; ++slot) {
    std::uintptr_t free = 0;
    if (!guarded[slot].begin.compare_exchange_strong(free, kBusy)) continue;
    const auto begin = reinterpret_cast<std::uintptr_t>(data);
    guarded[slot].lost.store(false, std::memory_order_relaxed);
    guarded[slot].end.store(begin + size, std::memory_order_relaxed);
    guarded[slot].begin.store(begin, std::memory_order_release);
    return slot;
  }
  return kMaxMappings;
}

}  // namespace

std::size_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

std::shared_ptr<Mapping> Mapping::map(int fd, std::uint64_t offset, std::size_t bytes) {
  if (bytes == 0) return nullptr;
  install_handler();
  void* data = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(offset));
  if (data == MAP_FAILED) return nullptr;
  // Asks for read-ahead, where the file is not in memory yet. MADV_POPULATE_READ was measured to cost more than the
  // faults it saves, because the kernel maps sixteen pages a fault anyway.
  (void)madvise(data, bytes, MADV_SEQUENTIAL);
  const auto* first = static_cast<const std::uint8_t*>(data);
  const std::size_t whole = (bytes + page_bytes() - 1) / page_bytes() * page_bytes();
  const std::size_t slot = guard(first, whole);
  if (slot == kMaxMappings) {
    munmap(data, bytes);
    return nullptr;
  }
  return std::shared_ptr<Mapping>(new Mapping(first, bytes, slot));
}

Mapping::~Mapping() {
  guarded[slot_].begin.store(kBusy);
  munmap(const_cast<std::uint8_t*>(data_), size_);
  guarded[slot_].begin.store(0);
}

Bytes Mapping::part(std::size_t from, std::size_t bytes) const noexcept {
  const auto block = [this](std::size_t at) {
    return std::min(size_, (at + kFaultBlock - 1) / kFaultBlock * kFaultBlock);
  };
  return {data_ + block(from), block(from + bytes) - block(from)};
}

bool Mapping::lost() const noexcept { return guarded[slot_].lost.load(std::memory_order_relaxed); }

// madvise() interrupts every core that may have the pages in its TLB, so it is called for some windows at once.
void Mapping::release(std::size_t from, std::size_t bytes) noexcept {
  if (from != released_to_) released_from_ = from;
  released_to_ = from + bytes;
  if (released_to_ - released_from_ < kGiveBack) return;
  // From the start of the fault block: the next window's first fault has mapped the whole block again.
  const std::size_t first = released_from_ / kFaultBlock * kFaultBlock;
  const std::size_t last = std::min(size_, released_to_);
  if (first < last) (void)madvise(const_cast<std::uint8_t*>(data_) + first, last - first, MADV_DONTNEED);
  released_from_ = released_to_;
}

}  // namespace uptake
