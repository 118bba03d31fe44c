#include "dataplane/pipeline.h"

#include <utility>

namespace uptake {

void Pipeline::work(unsigned index) {
  std::uint64_t pauses = 0;
  Come come;
  for (std::uint64_t next = 0;;) {
    const int seen = changes_.load(std::memory_order_acquire);
    const std::uint64_t ahead = read_.load(std::memory_order_acquire) - next;
    if (ahead == 0) tell(index, come);
    if (ahead <= kReadAhead && read_one(index, ahead == 0)) continue;
    if (part(next).dealt.load(std::memory_order_acquire) == next + 1) {
      take(index, next++, come);
      if (++come.untold == kTold) tell(index, come);
      continue;
    }
    tell(index, come);
    if (ended_.load(std::memory_order_acquire) && next == read_.load(std::memory_order_acquire)) return;
    if (const std::uint64_t now = pauses_.load(std::memory_order_relaxed); std::exchange(pauses, now) != now)
      workers_[index]->look_up(true);
    changes_.wait(seen, std::memory_order_acquire);
  }
}

void Pipeline::change() noexcept {
  changes_.fetch_add(1, std::memory_order_release);
  changes_.notify_all();
}

/// Lets the joins go on. Who may wait has told all.
void Pipeline::tell(unsigned index, Come& come) noexcept {
  if (std::exchange(come.untold, 0) != 0) workers_[index]->come_to(come.ordinal, come.packet_ns);
}

void Pipeline::take(unsigned index, std::uint64_t number, Come& come) {
  Part& own = part(number);
  workers_[index]->take(own.shares[index], own.chunk.frames);
  workers_[index]->advance(own.packet_ns);
  if (log_ != nullptr) log_->deliver(index, workers_[index]->events(), behind(own.chunk.frames));
  come.ordinal = behind(own.chunk.frames);
  come.packet_ns = own.packet_ns;
  workers_[index]->look_up();
  if (own.to_take.fetch_sub(1, std::memory_order_acq_rel) == 1) change();
}

/// Reads and deals the next part. False when another worker reads, no part is free, or the input has ended.
/// `may_wait`: for the input. Only a worker with nothing to take may, because windows close when parts are taken.
bool Pipeline::read_one(unsigned index, bool may_wait) {
  std::unique_lock lock = reader_.try_lock();
  if (!lock || ended_.load(std::memory_order_relaxed)) return false;
  const std::uint64_t number = read_.load(std::memory_order_relaxed);
  Part& own = part(number);
  if (own.to_take.load(std::memory_order_acquire) != 0) return false;
  if (!reader_.ready()) {
    if (!may_wait) return false;
    // It may be long until the next part: let every worker publish its pulse first.
    pauses_.fetch_add(1, std::memory_order_relaxed);
    change();
    workers_[index]->look_up(true);
  }
  const bool more = reader_.read(own);
  if (more) {
    own.to_take.store(static_cast<unsigned>(workers_.size()), std::memory_order_relaxed);
    read_.store(number + 1, std::memory_order_release);
  } else {
    ended_.store(true, std::memory_order_release);
  }
  lock.unlock();
  change();
  if (!more) return true;
  own.deal(engine_);
  own.dealt.store(number + 1, std::memory_order_release);
  change();
  return true;
}

}  // namespace uptake
