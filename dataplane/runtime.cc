#include "dataplane/runtime.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <thread>

#include "dataplane/sources/mapping.h"

namespace uptake {

namespace {

void stamp(std::span<Frame> frames, PacketClock& clock) {
  PacketClock own = clock;  // in registers: the times could be the clock, for all the compiler knows
  for (Frame& frame : frames) frame.packet_ns = own.read(frame.time_ns);
  clock = own;
}

/// The least ordinal behind these frames; 0 when there are none.
std::uint64_t behind(const FrameList& frames) noexcept { return frames.empty() ? 0 : frames.back().ordinal + 1; }

}  // namespace

FileRun::FileRun(const Engine& engine, ShardSet& shards, unsigned workers, ClosedWindows& closed,
                 const Events* events, EventLog* log, Correlation* correlation)
    : engine_(engine), log_(log), correlation_(correlation) {
  for (unsigned i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<Worker>(engine, shards, i, workers, closed, events, correlation));
}

std::uint64_t FileRun::run(Source& source, const std::atomic<bool>& stop) {
  clock_.begin(source.start_ns());
  const std::uint64_t frames = workers_.size() == 1 ? run_alone(source, stop) : run_together(source, stop);
  if (correlation_ != nullptr) correlation_->finish();
  return frames;
}

Pulse FileRun::pulse() const noexcept {
  Pulse sum;
  for (const auto& worker : workers_) sum.add(worker->pulse());
  return sum;
}

void FileRun::finish(unsigned index, std::uint64_t frames) {
  Worker& worker = *workers_[index];
  Frame last;
  last.ordinal = frames;
  last.time_ns = last.packet_ns = clock_.now();
  worker.finish(last);
  if (log_ != nullptr) log_->deliver(index, worker.events(), kInputEnd);
}

std::uint64_t FileRun::run_alone(Source& source, const std::atomic<bool>& stop) {
  Worker& worker = *workers_.front();
  worker.start();
  Chunk chunk;
  std::uint64_t frames = 0;
  while ((!stop.load(std::memory_order_relaxed) || source.held()) && source.next(chunk)) {
    frames += chunk.frames.size();
    stamp(chunk.frames, clock_);
    worker.take(chunk.frames);
    if (log_ != nullptr) log_->deliver(0, worker.events(), behind(chunk.frames));
    worker.come_to(behind(chunk.frames), clock_.now());
    worker.look_up(!source.ready());
  }
  finish(0, frames);
  return frames;
}

namespace {

/// Part: a chunk on its way: read, dealt to the workers by the shards of its frames, then taken by each.
struct Part {
  Chunk chunk;
  std::uint64_t packet_ns = 0;           ///< the packet time at its end
  std::vector<FrameList> shares;         ///< the frames that one worker takes, by worker
  std::atomic<std::uint64_t> dealt = 0;  ///< how many parts have been dealt once this one is
  std::atomic<unsigned> to_take = 0;     ///< workers that have not taken their share yet; at 0 the part is free
};

/// Pipeline: a ring of parts. Every worker takes its share of each, in order. The worker that has the least to take
/// reads on: one at a time and in input order, for only there records and packet time follow from what came before;
/// dealing needs nothing of the kind and goes on beside the next reading.
class Pipeline {
 public:
  Pipeline(const Engine& engine, std::span<const std::unique_ptr<Worker>> workers, Source& source, PacketClock& clock,
           EventLog* log, const std::atomic<bool>& stop)
      : engine_(engine),
        workers_(workers),
        source_(source),
        clock_(clock),
        log_(log),
        stop_(stop),
        parts_(workers.size() * 2 + kReadAhead + 1) {
    for (Part& part : parts_) part.shares.resize(workers.size());
  }

  /// One worker's way from the first part to the last.
  void work(unsigned index) {
    std::uint64_t pauses = 0;
    for (std::uint64_t next = 0;;) {
      const int seen = changes_.load(std::memory_order_acquire);
      const std::uint64_t ahead = read_.load(std::memory_order_acquire) - next;
      if (ahead <= kReadAhead && read_one(index, ahead == 0)) continue;
      if (part(next).dealt.load(std::memory_order_acquire) == next + 1) {
        take(index, next++);
        continue;
      }
      if (ended_.load(std::memory_order_acquire) && next == read_.load(std::memory_order_acquire)) return;
      if (const std::uint64_t now = pauses_.load(std::memory_order_relaxed); std::exchange(pauses, now) != now)
        workers_[index]->look_up(true);
      changes_.wait(seen, std::memory_order_acquire);
    }
  }

  /// What was read; known when work() returns.
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }

 private:
  /// A worker with more parts before it leaves the reading to others. With fewer, workers wait for each other more.
  static constexpr std::uint64_t kReadAhead = 3;

  [[nodiscard]] Part& part(std::uint64_t number) noexcept { return parts_[number % parts_.size()]; }

  void change() noexcept {
    changes_.fetch_add(1, std::memory_order_release);
    changes_.notify_all();
  }

  void take(unsigned index, std::uint64_t number) {
    Part& own = part(number);
    workers_[index]->take(own.shares[index], own.chunk.frames);
    workers_[index]->advance(own.packet_ns);
    if (log_ != nullptr) log_->deliver(index, workers_[index]->events(), behind(own.chunk.frames));
    workers_[index]->come_to(behind(own.chunk.frames), own.packet_ns);
    workers_[index]->look_up();
    if (own.to_take.fetch_sub(1, std::memory_order_acq_rel) == 1) change();
  }

  /// Reads and deals the next part. False when another worker reads, no part is free, or the input has ended. Only
  /// who has nothing to take `may_wait` for the input: windows close by what is taken.
  [[nodiscard]] bool read_one(unsigned index, bool may_wait) {
    std::unique_lock lock(reading_, std::try_to_lock);
    if (!lock || ended_.load(std::memory_order_relaxed)) return false;
    const std::uint64_t number = read_.load(std::memory_order_relaxed);
    Part& own = part(number);
    if (own.to_take.load(std::memory_order_acquire) != 0) return false;
    if (!source_.ready()) {
      if (!may_wait) return false;
      // It may be long until the next part: all look up before it.
      pauses_.fetch_add(1, std::memory_order_relaxed);
      change();
      workers_[index]->look_up(true);
    }
    const bool more = (!stop_.load(std::memory_order_relaxed) || source_.held()) && source_.next(own.chunk);
    if (more) {
      stamp(own.chunk.frames, clock_);
      own.packet_ns = clock_.now();
      frames_ += own.chunk.frames.size();
      own.to_take.store(static_cast<unsigned>(workers_.size()), std::memory_order_relaxed);
      read_.store(number + 1, std::memory_order_release);
    } else {
      ended_.store(true, std::memory_order_release);
    }
    lock.unlock();
    change();
    if (!more) return true;
    touch(own.chunk.ahead);
    deal(own);
    own.dealt.store(number + 1, std::memory_order_release);
    change();
    return true;
  }

  /// Takes page faults in the place of whoever reads there: they cost as much as the reading.
  static void touch(Bytes bytes) noexcept {
    for (std::size_t at = 0; at < bytes.size(); at += kFaultBlock)
      (void)*static_cast<const volatile std::uint8_t*>(bytes.data() + at);
  }

  void deal(Part& part) {
    constexpr std::size_t kPrefetch = 16;
    constexpr std::size_t kLastAddressOctet = 14 + 40 - 1;  // of IPv6 in Ethernet without a tag
    std::array<FrameList*, kShards> owner{};
    for (std::size_t s = 0; s < kShards; ++s) owner[s] = &part.shares[s % workers_.size()];
    for (FrameList& share : part.shares) share.clear();
    const FrameList& frames = part.chunk.frames;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (i + kPrefetch < frames.size()) {
        __builtin_prefetch(frames[i + kPrefetch].data);
        __builtin_prefetch(frames[i + kPrefetch].data + kLastAddressOctet);
      }
      owner[shard_of(engine_, frames[i])]->push_back(frames[i]);
    }
  }

  const Engine& engine_;
  std::span<const std::unique_ptr<Worker>> workers_;
  Source& source_;
  PacketClock& clock_;
  EventLog* log_;
  const std::atomic<bool>& stop_;
  std::vector<Part> parts_;
  std::mutex reading_;  ///< guards the source, the clock and `frames_`
  std::uint64_t frames_ = 0;
  std::atomic<std::uint64_t> read_ = 0;    ///< parts
  std::atomic<std::uint64_t> pauses_ = 0;  ///< how often a worker waited for the input
  std::atomic<bool> ended_ = false;
  std::atomic<int> changes_ = 0;  ///< rises when a part was read, dealt or became free, and at the end
};

}  // namespace

std::uint64_t FileRun::run_together(Source& source, const std::atomic<bool>& stop) {
  Pipeline pipeline(engine_, workers_, source, clock_, log_, stop);
  const auto work = [&](unsigned index) {
    workers_[index]->start();
    pipeline.work(index);
    finish(index, pipeline.frames());
  };
  // All threads are there before one begins: without one of them none could go on.
  enum : int { kWait, kBegin, kLeave };
  std::atomic<int> gate = kWait;
  std::vector<std::thread> threads;
  const auto open_gate = [&](int way) {
    gate.store(way, std::memory_order_release);
    gate.notify_all();
  };
  const auto join = [&] {
    for (std::thread& thread : threads) thread.join();
  };
  try {
    for (unsigned i = 1; i < workers_.size(); ++i)
      threads.emplace_back([&, i] {
        gate.wait(kWait, std::memory_order_acquire);
        if (gate.load(std::memory_order_acquire) == kBegin) work(i);
      });
  } catch (const std::system_error&) {
    open_gate(kLeave);
    join();
    throw;
  }
  open_gate(kBegin);
  work(0);
  join();
  return pipeline.frames();
}

}  // namespace uptake
