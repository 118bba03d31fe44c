#include "dataplane/runtime.h"

#include <system_error>
#include <thread>

#include "dataplane/pipeline.h"

namespace uptake {

FileRun::FileRun(const Engine& engine, ShardSet& shards, unsigned workers, ClosedWindows& closed,
                 const Events* events, EventLog* log, Correlation* correlation)
    : engine_(engine), log_(log), correlation_(correlation) {
  for (unsigned i = 0; i < workers; ++i)
    workers_.push_back(
        std::make_unique<Worker>(engine, shards, i, workers, closed, events, correlation, FragmentsOf::all_shards));
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

std::uint64_t FileRun::run_together(Source& source, const std::atomic<bool>& stop) {
  Pipeline pipeline(engine_, workers_, source, clock_, log_, stop);
  const auto work = [&](unsigned index) {
    workers_[index]->start();
    pipeline.work(index);
    finish(index, pipeline.frames());
  };
  // No thread begins before all are there: each waits for the others' shares, so without one of them none goes on.
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
