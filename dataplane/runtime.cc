#include "dataplane/runtime.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <numeric>
#include <thread>

namespace uptake {

void Results::close(Window& window) {
  const std::lock_guard lock(mutex_);
  const auto known = windows_.find(window.index);
  if (known == windows_.end()) {
    windows_.emplace(window.index, std::move(window));
    return;
  }
  Window& sum = known->second;
  sum.ledger.add(window.ledger);
  for (std::size_t i = 0; i < kLimits; ++i) sum.limits[i] += window.limits[i];
  sum.unanswered.add(window.unanswered);
  sum.figures.merge(window.figures);
}

void Results::settle(const Engine& engine) {
  const std::lock_guard lock(mutex_);
  for (auto& [index, window] : windows_) {
    window.unanswered.absorb(engine, window.figures);
    window.figures.settle();
    window.limits[static_cast<std::size_t>(Limit::entities_sampled)] = window.figures.entities_beyond();
  }
}

std::vector<WindowCard> Results::cards(std::uint64_t span_ns) const {
  const std::lock_guard lock(mutex_);
  std::vector<WindowCard> cards;
  for (const auto& [index, window] : windows_) {
    WindowCard card;
    card.start_ns = index * span_ns;
    card.end_ns = span_ns == 0 ? 0 : (index + 1) * span_ns;
    card.ledger = window.ledger;
    card.limits = window.limits;
    card.figures = &window.figures;
    cards.push_back(card);
  }
  return cards;
}

Ledger Results::ledger() const {
  const std::lock_guard lock(mutex_);
  Ledger sum;
  for (const auto& [index, window] : windows_) sum.add(window.ledger);
  return sum;
}

FileRun::FileRun(const Engine& engine, ShardSet& shards, unsigned workers, Results& results, const Events* events,
                 EventLog* log)
    : engine_(engine), shards_(shards), log_(log) {
  for (unsigned i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<Worker>(
        engine, shards, i, workers, [&results](Window& window) { results.close(window); }, events));
}

std::uint64_t FileRun::run(Source& source, const std::atomic<bool>& stop) {
  if (workers_.size() == 1)
    run_alone(source, stop);
  else
    run_together(source, stop);
  finish();
  return delivered_;
}

void FileRun::finish() {
  last_.ordinal = delivered_;
  last_.time_ns = last_.packet_ns;
  for (const auto& worker : workers_) {
    worker->finish(last_);
    if (log_ != nullptr) log_->deliver(chunks_, worker->events());
  }
}

/// One worker: decode and run burst by burst, so that what was decoded is still in the first cache.
void FileRun::run_alone(Source& source, const std::atomic<bool>& stop) {
  std::array<std::uint16_t, Worker::kBurst> all{};
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  std::array<Item, Worker::kBurst> items;
  std::array<std::uint64_t, Worker::kBurst> times{};
  Worker& worker = *workers_.front();
  Chunk chunk;
  while (!stop.load(std::memory_order_relaxed) && source.next(chunk)) {
    std::span<const Frame> frames = chunk.frames;
    delivered_ += frames.size();
    while (!frames.empty()) {
      const std::size_t count = std::min(frames.size(), Worker::kBurst);
      for (std::size_t i = 0; i < count; ++i) times[i] = clock_.read(frames[i].time_ns);
      Worker::decode(engine_, frames.first(count), {times.data(), count}, {items.data(), count}, &shards_);
      worker.run({items.data(), count}, {all.data(), count}, true);
      last_.packet_ns = times[count - 1];
      frames = frames.subspan(count);
    }
    if (log_ != nullptr) log_->deliver(chunks_, worker.events());
    ++chunks_;
  }
}

namespace {

/// Part: a chunk on its way through the workers: read and decoded by one, then run by each for its own shards.
struct Part {
  Chunk chunk;
  std::vector<std::uint64_t> times;
  std::vector<Item> items;
  std::vector<std::vector<std::uint16_t>> own;  ///< by worker
  bool decoded = false;
  unsigned to_run = 0;  ///< workers that have not run it yet
};

/// Pipeline: the parts in flight. Reading and stamping are serial, in input order; decoding is not.
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
        parts_(workers.size() * 2 + 2) {
    for (Part& part : parts_) part.own.resize(workers.size());
  }

  void work(unsigned index) {
    std::uint64_t next = 0;
    std::unique_lock lock(mutex_);
    while (true) {
      if (next < read_ && part(next).decoded) {
        Part& ready = part(next);
        lock.unlock();
        workers_[index]->run(ready.items, ready.own[index]);
        if (log_ != nullptr) log_->deliver(next, workers_[index]->events());
        lock.lock();
        ++next;
        if (--ready.to_run == 0) changed_.notify_all();
        continue;
      }
      if (may_read()) {
        read_one(lock);
        continue;
      }
      if (ended_ && next == read_) return;
      changed_.wait(lock);
    }
  }

  [[nodiscard]] std::uint64_t parts_read() const noexcept { return read_; }
  [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }
  [[nodiscard]] std::uint64_t last_packet() const noexcept { return last_packet_; }

 private:
  [[nodiscard]] Part& part(std::uint64_t number) noexcept { return parts_[number % parts_.size()]; }
  [[nodiscard]] bool may_read() noexcept { return !ended_ && !reading_ && part(read_).to_run == 0; }

  void read_one(std::unique_lock<std::mutex>& lock) {
    reading_ = true;
    Part& own = part(read_);
    own.decoded = false;
    lock.unlock();
    const bool more = !stop_.load(std::memory_order_relaxed) && source_.next(own.chunk);
    if (more) stamp(own);
    lock.lock();
    reading_ = false;
    if (!more) {
      ended_ = true;
      changed_.notify_all();
      return;
    }
    own.to_run = static_cast<unsigned>(workers_.size());
    ++read_;
    changed_.notify_all();
    lock.unlock();
    decode(own);
    lock.lock();
    own.decoded = true;
    changed_.notify_all();
  }

  void stamp(Part& own) {
    const std::vector<Frame>& frames = own.chunk.frames;
    own.times.resize(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) own.times[i] = clock_.read(frames[i].time_ns);
    delivered_ += frames.size();
    if (frames.empty()) return;
    last_packet_ = own.times.back();
  }

  void decode(Part& own) {
    own.items.resize(own.chunk.frames.size());
    Worker::decode(engine_, own.chunk.frames, own.times, own.items);
    for (auto& list : own.own) list.clear();
    const auto count = static_cast<unsigned>(workers_.size());
    for (std::size_t i = 0; i < own.items.size(); ++i)
      own.own[Worker::owner(own.items[i], count)].push_back(static_cast<std::uint16_t>(i));
  }

  const Engine& engine_;
  std::span<const std::unique_ptr<Worker>> workers_;
  Source& source_;
  PacketClock& clock_;
  EventLog* log_;
  const std::atomic<bool>& stop_;
  std::vector<Part> parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t read_ = 0;
  bool reading_ = false;
  bool ended_ = false;
  std::uint64_t delivered_ = 0;
  std::uint64_t last_packet_ = 0;
};

}  // namespace

void FileRun::run_together(Source& source, const std::atomic<bool>& stop) {
  Pipeline pipeline(engine_, workers_, source, clock_, log_, stop);
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < workers_.size(); ++i) threads.emplace_back([&pipeline, i] { pipeline.work(i); });
  pipeline.work(0);
  for (std::thread& thread : threads) thread.join();
  delivered_ = pipeline.delivered();
  chunks_ = pipeline.parts_read();
  last_.packet_ns = pipeline.last_packet();
}

}  // namespace uptake
