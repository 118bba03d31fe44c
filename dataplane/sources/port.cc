#include "dataplane/sources/port.h"

#include <pthread.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>

#include "dataplane/clock.h"
#include "dataplane/sources/arrival_bound.h"
#include "dataplane/sources/kernel_interface.h"
#include "dataplane/sources/packet_ring.h"
#include "dataplane/sources/port_buffer.h"
#include "dataplane/sources/port_start.h"

namespace uptake {
namespace {

constexpr unsigned kHandOver = 4096;  // frames on their way from one worker to another

/// Travelling: what a buffer's own words for its user hold while it is on its way to another worker. The fields that
/// drivers registered there have been read by then.
struct Travelling {
  std::uint64_t time_ns;
  std::uint32_t wire;
  std::uint32_t uncertain_us;
};
static_assert(sizeof(Travelling) <= sizeof(rte_mbuf::dynfield1));

/// Port: one of DPDK's ports, named by a word of the command line.
struct Port {
  std::uint16_t number = 0;
  PortSpec spec;
  PortStart start;
  std::vector<InterfaceWatch> watch;  ///< of its kernel interface; one or none
  std::vector<int> sockets;           ///< the driver's, of a packet socket port
  mutable std::uint64_t socket_lost = 0;
  std::atomic<std::uint64_t> cut{0};
};

/// DpdkPorts: what stands behind Ports, and all that knows of DPDK.
class DpdkPorts final : public Ports {
 public:
  [[nodiscard]] static std::unique_ptr<Ports> open(const PortOptions& options, Refusal& refusal);
  ~DpdkPorts() override;

  [[nodiscard]] unsigned workers() const noexcept override { return workers_; }
  void launch(const std::function<void(unsigned worker)>& work) override;
  [[nodiscard]] std::size_t receive(unsigned worker, std::uint64_t now_ns, std::span<Received> out) noexcept override;
  [[nodiscard]] std::size_t taken_over(unsigned worker, std::span<Received> out) noexcept override;
  [[nodiscard]] bool pass_on(unsigned from, unsigned to, const Received& received) noexcept override;
  void release(std::span<const Received> received) noexcept override;
  [[nodiscard]] std::vector<PortReport> reports() const override;
  [[nodiscard]] bool any_gone() const noexcept override;
  [[nodiscard]] bool recorded() const noexcept override;

 private:
  struct Queue {
    Port* port = nullptr;
    std::uint16_t number = 0;
    PacketRing ring;
    ArrivalBound bound;
  };

  bool open_port(std::uint16_t number, const PortOptions& options, Refusal& refusal);
  [[nodiscard]] std::size_t poll(Queue& queue, std::uint64_t now_ns, std::span<Received> out) noexcept;
  void stamp(const Queue& queue, const rte_mbuf* buffer, std::uint64_t now_ns, Frame& frame) const noexcept;
  [[nodiscard]] std::optional<PortLoss> loss_of(const Port& port) const noexcept;

  unsigned workers_ = 1;
  PortBuffers buffers_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<std::vector<Queue>> queues_;  ///< by worker
  std::vector<std::size_t> next_queue_;     ///< by worker: whose turn it is
  std::vector<rte_ring*> rings_;            ///< by receiving worker; several give, one takes
  int timestamp_offset_ = -1;
  std::uint64_t timestamp_flag_ = 0;
  cpu_set_t own_cores_{};  ///< of the thread that opened the ports, before the EAL bound it to one
  mutable std::mutex counters_;
};

bool DpdkPorts::open_port(std::uint16_t number, const PortOptions& options, Refusal& refusal) {
  auto made = std::make_unique<Port>();
  Port& port = *made;
  port.number = number;
  port.spec = spec_of(number, options.ports);
  if (!start_port(number, port.spec, workers_, buffers_.frames, port.start, refusal.what)) return false;
  if (!port.spec.interface.empty()) port.watch.emplace_back(port.spec.interface, true);
  if (port.spec.kind == PortSpec::Kind::af_packet && !port.watch.empty()) {
    port.sockets = packet_sockets_of(port.watch.front().index());
    // Another port on the same interface has the first ones.
    for (const auto& other : ports_)
      std::erase_if(port.sockets, [&](int fd) { return std::ranges::count(other->sockets, fd) != 0; });
    if (port.sockets.size() > port.start.queues) port.sockets.resize(port.start.queues);
  }
  for (std::uint16_t q = 0; q < port.start.queues; ++q) {
    Queue queue;
    queue.port = &port;
    queue.number = q;
    queue.bound = ArrivalBound(port.start.descriptors, clock_ns(CLOCK_REALTIME));
    if (q < port.sockets.size()) queue.ring = PacketRing(port.sockets[q], port.spec);
    queues_[(q + ports_.size()) % workers_].push_back(std::move(queue));
  }
  ports_.push_back(std::move(made));
  return true;
}

std::unique_ptr<Ports> DpdkPorts::open(const PortOptions& options, Refusal& refusal) {
  const StdoutAside aside;
  auto made = std::make_unique<DpdkPorts>();
  (void)pthread_getaffinity_np(pthread_self(), sizeof made->own_cores_, &made->own_cores_);
  if (!start_eal(options, refusal)) return nullptr;
  made->workers_ = static_cast<unsigned>(options.cores.size());
  made->queues_.resize(made->workers_);
  made->next_queue_.resize(made->workers_);
  if (!make_buffers(options, kHandOver, made->buffers_, refusal)) return nullptr;
  for (const std::uint16_t number : ports_there())
    if (!made->open_port(number, options, refusal)) return nullptr;
  for (const PortSpec& spec : options.ports) {
    const bool there = std::ranges::any_of(made->ports_, [&](const auto& p) { return p->spec.typed == spec.typed; });
    if (there) continue;
    refusal.what = spec.typed + ": no such port came up; is the device there, and bound to a driver of DPDK?";
    return nullptr;
  }
  for (unsigned w = 0; w < made->workers_ && made->workers_ > 1; ++w) {
    const std::string name = "uptake_worker_" + std::to_string(w);
    rte_ring* ring = rte_ring_create(name.c_str(), kHandOver, static_cast<int>(rte_socket_id()), RING_F_SC_DEQ);
    if (ring == nullptr) {
      refusal.what = "no memory for the rings between workers";
      return nullptr;
    }
    made->rings_.push_back(ring);
  }
  made->timestamp_offset_ = rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, nullptr);
  const int flag = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, nullptr);
  if (flag >= 0) made->timestamp_flag_ = std::uint64_t{1} << flag;
  // Threads that are made from here on would inherit the one core, and take turns with the worker there.
  (void)pthread_setaffinity_np(pthread_self(), sizeof made->own_cores_, &made->own_cores_);
  return made;
}

DpdkPorts::~DpdkPorts() {
  const StdoutAside aside;
  queues_.clear();  // rings are unmapped before their sockets close
  for (const auto& port : ports_) {
    const bool asked = port->spec.interface.empty() && !port->start.was_promiscuous;
    if (asked) (void)rte_eth_promiscuous_disable(port->number);
    (void)rte_eth_dev_stop(port->number);
    (void)rte_eth_dev_close(port->number);
  }
  for (rte_ring* ring : rings_) rte_ring_free(ring);
  (void)rte_eal_cleanup();
}

void DpdkPorts::launch(const std::function<void(unsigned worker)>& work) {
  struct Job {
    const std::function<void(unsigned)>* work;
    unsigned worker;
  };
  std::vector<Job> jobs(workers_);
  for (unsigned i = 0; i < jobs.size(); ++i) jobs[i] = {&work, i};
  const auto run = [](void* argument) {
    const Job& job = *static_cast<Job*>(argument);
    (*job.work)(job.worker);
    return 0;
  };
  unsigned core = 0;
  unsigned next = 1;
  RTE_LCORE_FOREACH_WORKER(core) {
    if (next < jobs.size()) (void)rte_eal_remote_launch(run, &jobs[next++], core);
  }
  rte_cpuset_t main_core = rte_lcore_cpuset(rte_get_main_lcore());
  (void)pthread_setaffinity_np(pthread_self(), sizeof main_core, &main_core);
  work(0);
  rte_eal_mp_wait_lcore();
  (void)pthread_setaffinity_np(pthread_self(), sizeof own_cores_, &own_cores_);
}

/// Writes the time of arrival. A driver stamps in units of its own (rte_mbuf_dyn.h): net_pcap in microseconds since
/// 1970. Another driver's stamp is taken as nanoseconds if the clock on the wall agrees within a minute.
void DpdkPorts::stamp(const Queue& queue, const rte_mbuf* buffer, std::uint64_t now_ns, Frame& frame) const noexcept {
  constexpr std::uint64_t kBelievableNs = 60'000'000'000;
  const PortSpec::Kind kind = queue.port->spec.kind;
  frame.time_ns = now_ns;
  if (timestamp_offset_ >= 0 && (buffer->ol_flags & timestamp_flag_) != 0) {
    const std::uint64_t said = *RTE_MBUF_DYNFIELD(buffer, timestamp_offset_, rte_mbuf_timestamp_t*);
    if (kind == PortSpec::Kind::pcap) {
      frame.time_ns = said * 1000;
      return;
    }
    if (std::max(said, now_ns) - std::min(said, now_ns) < kBelievableNs) {
      frame.time_ns = said;
      return;
    }
  }
  // These drivers make their frames when they are asked for them: none has waited.
  if (kind == PortSpec::Kind::pcap || kind == PortSpec::Kind::null) return;
  frame.uncertain_us = queue.bound.uncertain_us(now_ns);
}

std::size_t DpdkPorts::poll(Queue& queue, std::uint64_t now_ns, std::span<Received> out) noexcept {
  std::array<rte_mbuf*, kBurst> buffers;
  std::array<PacketStamp, kBurst> stamps;
  std::size_t most = std::min(out.size(), kBurst);
  if (queue.ring.is_open()) most = queue.ring.peek({stamps.data(), most});
  if (most == 0) return 0;
  const std::uint16_t count =
      rte_eth_rx_burst(queue.port->number, queue.number, buffers.data(), static_cast<std::uint16_t>(most));
  // They came until now: the process may have been held up since `now_ns` was read.
  const std::uint64_t taken_ns = count > 0 && !queue.ring.is_open() ? clock_ns(CLOCK_REALTIME) : now_ns;
  for (std::uint16_t i = 0; i < count; ++i) rte_prefetch0(rte_pktmbuf_mtod(buffers[i], void*));
  for (std::uint16_t i = 0; i < count; ++i) {
    rte_mbuf* buffer = buffers[i];
    if (buffer->nb_segs > 1) [[unlikely]] {
      bool cut = false;
      buffer = in_one_piece(buffer, buffers_.long_frames, cut);
      if (cut) queue.port->cut.fetch_add(1, std::memory_order_relaxed);
    }
    if ((buffer->ol_flags & RTE_MBUF_F_RX_VLAN) != 0) restore_tags(buffer);
    out[i].buffer = buffer;
    Frame& frame = out[i].frame;
    frame = Frame{};
    frame.data = rte_pktmbuf_mtod(buffer, const std::uint8_t*);
    frame.captured = rte_pktmbuf_data_len(buffer);
    frame.wire = rte_pktmbuf_pkt_len(buffer);
    frame.link = LinkType::ethernet;
    if (!queue.ring.is_open()) {
      stamp(queue, buffer, taken_ns, frame);
      continue;
    }
    frame.time_ns = stamps[i].time_ns;
    frame.wire += stamps[i].wire - stamps[i].captured;  // the tag, which only the driver put in, is counted already
  }
  if (queue.ring.is_open())
    queue.ring.advance(count);
  else
    queue.bound.polled(now_ns, count, static_cast<std::uint32_t>(most));
  return count;
}

std::size_t DpdkPorts::receive(unsigned worker, std::uint64_t now_ns, std::span<Received> out) noexcept {
  std::vector<Queue>& own = queues_[worker];
  std::size_t& turn = next_queue_[worker];
  for (std::size_t tried = 0; tried < own.size(); ++tried) {
    Queue& queue = own[turn];
    turn = turn + 1 == own.size() ? 0 : turn + 1;
    if (const std::size_t count = poll(queue, now_ns, out); count > 0) return count;
  }
  return 0;
}

std::size_t DpdkPorts::taken_over(unsigned worker, std::span<Received> out) noexcept {
  if (rings_.empty()) return 0;
  std::array<void*, kBurst> buffers;
  const auto most = static_cast<unsigned>(std::min(out.size(), kBurst));
  const unsigned count = rte_ring_dequeue_burst(rings_[worker], buffers.data(), most, nullptr);
  for (unsigned i = 0; i < count; ++i) {
    auto* buffer = static_cast<rte_mbuf*>(buffers[i]);
    Travelling with{};
    std::memcpy(&with, buffer->dynfield1, sizeof with);
    out[i].buffer = buffer;
    Frame& frame = out[i].frame;
    frame = Frame{};
    frame.data = rte_pktmbuf_mtod(buffer, const std::uint8_t*);
    frame.captured = rte_pktmbuf_data_len(buffer);
    frame.wire = with.wire;
    frame.time_ns = with.time_ns;
    frame.link = LinkType::ethernet;
    frame.uncertain_us = with.uncertain_us;
  }
  return count;
}

bool DpdkPorts::pass_on(unsigned, unsigned to, const Received& received) noexcept {
  auto* buffer = static_cast<rte_mbuf*>(received.buffer);
  const Travelling with{received.frame.time_ns, received.frame.wire, received.frame.uncertain_us};
  std::memcpy(buffer->dynfield1, &with, sizeof with);
  return rte_ring_enqueue(rings_[to], buffer) == 0;
}

void DpdkPorts::release(std::span<const Received> received) noexcept {
  std::array<rte_mbuf*, kBurst> buffers;
  unsigned count = 0;
  for (const Received& one : received) {
    if (one.buffer == nullptr) continue;
    buffers[count++] = static_cast<rte_mbuf*>(one.buffer);
    if (count < buffers.size()) continue;
    rte_pktmbuf_free_bulk(buffers.data(), count);
    count = 0;
  }
  if (count > 0) rte_pktmbuf_free_bulk(buffers.data(), count);
}

/// Who counts what had no room: a device on a bus itself; libpcap for its socket; for net_af_packet, which counts
/// nothing, the kernel for the driver's sockets. Other drivers, and virtio, do not say.
std::optional<PortLoss> DpdkPorts::loss_of(const Port& port) const noexcept {
  rte_eth_stats stats{};
  if (rte_eth_stats_get(port.number, &stats) != 0) return std::nullopt;
  PortLoss loss{stats.imissed, stats.ierrors, stats.rx_nombuf};
  for (const InterfaceWatch& watch : port.watch) loss.missed += watch.missed_by_device();
  switch (port.spec.kind) {
    case PortSpec::Kind::hardware:
      if (port.start.driver == "net_virtio") return std::nullopt;
      return loss;
    case PortSpec::Kind::pcap:
      loss.errors = 0;  // what the driver counts there are failed reads and no frames
      return loss;
    case PortSpec::Kind::null:
      return loss;
    case PortSpec::Kind::af_packet:
      for (const int socket : port.sockets)
        if (!take_socket_losses(socket, port.socket_lost)) return std::nullopt;
      if (port.sockets.size() < port.start.queues) return std::nullopt;
      loss.missed += port.socket_lost;
      loss.no_buffer = 0;  // a frame without a buffer waits in the ring
      return loss;
    case PortSpec::Kind::other:
      break;
  }
  return std::nullopt;
}

std::string fault_of(const Port& port) {
  for (const InterfaceWatch& watch : port.watch) {
    if (watch.state() == InterfaceWatch::State::down) return "the interface went down";
    if (watch.state() == InterfaceWatch::State::removed) return "the interface was removed";
  }
  if (rte_eth_dev_is_removed(port.number) == 1) return "the device was removed";
  rte_eth_stats stats{};
  const bool replays = port.spec.kind == PortSpec::Kind::pcap && port.watch.empty();
  if (replays && rte_eth_stats_get(port.number, &stats) == 0 && stats.ierrors > 0)
    return "the file cannot be read to its end";
  return {};
}

std::vector<PortReport> DpdkPorts::reports() const {
  const std::lock_guard lock(counters_);
  std::vector<PortReport> reports;
  for (const auto& port : ports_)
    reports.push_back({port->spec.typed, port->start.driver, loss_of(*port),
                       port->cut.load(std::memory_order_relaxed), fault_of(*port)});
  return reports;
}

bool DpdkPorts::any_gone() const noexcept {
  return std::ranges::any_of(ports_, [](const auto& port) { return !fault_of(*port).empty(); });
}

bool DpdkPorts::recorded() const noexcept {
  return std::ranges::all_of(ports_, [](const auto& port) {
    const bool file = port->spec.kind == PortSpec::Kind::pcap && port->watch.empty();
    return file && port->spec.number("infinite_rx", 0) == 0;
  });
}

}  // namespace
}  // namespace uptake

/// What Ports::open() looks for.
extern "C" [[gnu::visibility("default")]] uptake::Ports* uptake_open_ports(const uptake::PortOptions& options,
                                                                           uptake::Refusal& refusal) {
  return uptake::DpdkPorts::open(options, refusal).release();
}
