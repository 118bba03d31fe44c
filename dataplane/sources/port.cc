#include "dataplane/sources/port.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace uptake {
namespace {

constexpr std::uint16_t kDescriptors = 1024;
constexpr unsigned kBuffers = 32767;
constexpr unsigned kHandOver = 4096;  // frames on their way from one worker to another

/// Toeplitz key of repeated 0x6d5a: both directions of a flow fall on the same queue.
std::array<std::uint8_t, 52> symmetric_key() {
  std::array<std::uint8_t, 52> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = i % 2 == 0 ? 0x6d : 0x5a;
  return key;
}

bool is_virtual(const std::string& port) { return port.find("net_") == 0 || port.find("eth_") == 0; }

bool have_huge_pages() {
  std::ifstream in("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  unsigned long free = 0;
  return (in >> free) && free >= 128;
}

std::vector<std::string> eal_words(const PortOptions& options, const std::vector<unsigned>& cores) {
  std::vector<std::string> words{"uptake"};
  std::string list;
  for (const unsigned core : cores) {
    if (!list.empty()) list += ',';
    list += std::to_string(core);
  }
  words.insert(words.end(), {"-l", list});
  bool any_pci = false;
  for (const std::string& port : options.ports) {
    any_pci = any_pci || !is_virtual(port);
    words.insert(words.end(), {is_virtual(port) ? "--vdev" : "-a", port});
  }
  if (!any_pci) words.emplace_back("--no-pci");
  const bool memory_given =
      options.eal.find("--no-huge") != std::string::npos || options.eal.find("--in-memory") != std::string::npos;
  if (!memory_given) {
    if (have_huge_pages())
      words.emplace_back("--in-memory");
    else
      words.insert(words.end(), {"--no-huge", "-m", "512", "--no-shconf", "--no-telemetry"});
  }
  words.insert(words.end(), {"--log-level", "lib.eal:error"});
  std::istringstream more(options.eal);
  for (std::string word; more >> word;) words.push_back(word);
  return words;
}

bool start_eal(const PortOptions& options, const std::vector<unsigned>& cores, PortError& error) {
  std::vector<std::string> words = eal_words(options, cores);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) >= 0) return true;
  error.permission = rte_errno == EACCES || rte_errno == EPERM;
  error.what = std::string("the EAL does not start: ") + rte_strerror(rte_errno) +
               "; its own lines above say more; without hugepages give --eal \"--no-huge -m 512 --no-shconf\"";
  return false;
}

/// The frame size a virtual device was given, which a packet buffer must hold.
unsigned buffer_room(const std::vector<std::string>& ports) {
  unsigned room = 2048;
  for (const std::string& port : ports) {
    const std::size_t at = port.find("framesz=");
    if (at == std::string::npos) continue;
    room = std::max(room, static_cast<unsigned>(std::strtoul(port.c_str() + at + 8, nullptr, 10)));
  }
  return room + RTE_PKTMBUF_HEADROOM;
}

/// DpdkPorts: what stands behind Ports, and all that knows of DPDK.
class DpdkPorts final : public Ports {
 public:
  [[nodiscard]] static std::unique_ptr<Ports> open(const PortOptions& options, PortError& error);
  ~DpdkPorts() override;

  [[nodiscard]] unsigned workers() const noexcept override { return workers_; }
  void launch(const std::function<void(unsigned worker)>& work) override;
  [[nodiscard]] std::size_t receive(unsigned worker, std::uint64_t now_ns, std::span<Received> out) noexcept override;
  [[nodiscard]] std::size_t taken_over(unsigned worker, std::span<Received> out) noexcept override;
  [[nodiscard]] bool pass_on(unsigned from, unsigned to, const Received& received) noexcept override;
  void release(std::span<const Received> received) noexcept override;
  [[nodiscard]] PortLoss loss() const noexcept override;

 private:
  struct Queue {
    std::uint16_t port = 0;
    std::uint16_t queue = 0;
  };

  void fill(Received& out, rte_mbuf* buffer, std::uint64_t now_ns) const noexcept;

  unsigned workers_ = 1;
  std::vector<std::uint16_t> ports_;
  std::vector<std::vector<Queue>> queues_;  ///< by worker
  std::vector<std::size_t> next_queue_;     ///< by worker: whose turn it is
  std::vector<rte_ring*> rings_;            ///< by receiving worker; several give, one takes
  int timestamp_offset_ = -1;
  std::uint64_t timestamp_flag_ = 0;
};

bool start_port(std::uint16_t port, std::uint16_t queues, rte_mempool* pool, std::string& what) {
  rte_eth_dev_info info{};
  rte_eth_conf conf{};
  std::array<std::uint8_t, 52> key = symmetric_key();
  int failed = rte_eth_dev_info_get(port, &info);
  if (failed == 0 && queues > 1 && info.flow_type_rss_offloads != 0) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_key = key.data();
    conf.rx_adv_conf.rss_conf.rss_key_len = std::min<std::uint8_t>(info.hash_key_size, key.size());
    conf.rx_adv_conf.rss_conf.rss_hf =
        (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP) & info.flow_type_rss_offloads;
  }
  if (failed == 0) failed = rte_eth_dev_configure(port, queues, 1, &conf);
  const int socket = rte_eth_dev_socket_id(port);
  for (std::uint16_t q = 0; failed == 0 && q < queues; ++q)
    failed = rte_eth_rx_queue_setup(port, q, kDescriptors, static_cast<unsigned>(std::max(socket, 0)), nullptr, pool);
  // Some drivers refuse to start without a transmit queue; nothing is ever sent on it.
  if (failed == 0) failed = rte_eth_tx_queue_setup(port, 0, 64, static_cast<unsigned>(std::max(socket, 0)), nullptr);
  if (failed == 0) failed = rte_eth_dev_start(port);
  if (failed != 0) {
    std::array<char, RTE_ETH_NAME_MAX_LEN> name{};
    (void)rte_eth_dev_get_name_by_port(port, name.data());
    what = std::string("port ") + name.data() + " does not start: " + rte_strerror(-failed);
    return false;
  }
  (void)rte_eth_promiscuous_enable(port);
  return true;
}

std::unique_ptr<Ports> DpdkPorts::open(const PortOptions& options, PortError& error) {
  std::vector<unsigned> cores = options.cores;
  for (unsigned i = 0; cores.size() < options.workers; ++i)
    if (std::find(cores.begin(), cores.end(), i) == cores.end()) cores.push_back(i);
  if (!start_eal(options, cores, error)) return nullptr;
  auto made = std::make_unique<DpdkPorts>();
  made->workers_ = static_cast<unsigned>(cores.size());
  made->queues_.resize(made->workers_);
  made->next_queue_.resize(made->workers_);
  rte_mempool* pool = rte_pktmbuf_pool_create(
      "uptake_frames", kBuffers, 256, 0, static_cast<std::uint16_t>(std::min(buffer_room(options.ports), 65535U)),
      static_cast<int>(rte_socket_id()));
  if (pool == nullptr) {
    error.what = std::string("no memory for packet buffers: ") + rte_strerror(rte_errno) +
                 "; give the EAL more, as in --eal \"-m 1024\"";
    return nullptr;
  }
  for (std::uint16_t port = 0; port < RTE_MAX_ETHPORTS; ++port) {
    rte_eth_dev_info info{};
    if (rte_eth_dev_is_valid_port(port) == 0 || rte_eth_dev_info_get(port, &info) != 0) continue;
    const auto queues =
        static_cast<std::uint16_t>(std::min<unsigned>(made->workers_, std::max<unsigned>(1, info.max_rx_queues)));
    if (!start_port(port, queues, pool, error.what)) return nullptr;
    made->ports_.push_back(port);
    for (std::uint16_t q = 0; q < queues; ++q) made->queues_[(q + port) % made->workers_].push_back({port, q});
  }
  if (made->ports_.empty()) {
    error.what = "no port was found; is the device bound to a DPDK driver?";
    return nullptr;
  }
  for (unsigned w = 0; w < made->workers_ && made->workers_ > 1; ++w) {
    const std::string name = "uptake_worker_" + std::to_string(w);
    rte_ring* ring = rte_ring_create(name.c_str(), kHandOver, static_cast<int>(rte_socket_id()), RING_F_SC_DEQ);
    if (ring == nullptr) {
      error.what = "no memory for the rings between workers";
      return nullptr;
    }
    made->rings_.push_back(ring);
  }
  made->timestamp_offset_ = rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, nullptr);
  const int flag = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, nullptr);
  if (flag >= 0) made->timestamp_flag_ = std::uint64_t{1} << flag;
  return made;
}

DpdkPorts::~DpdkPorts() {
  for (const std::uint16_t port : ports_) {
    (void)rte_eth_dev_stop(port);
    (void)rte_eth_dev_close(port);
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
  work(0);
  rte_eal_mp_wait_lcore();
}

/// Some drivers take the VLAN tag out of the frame and do not say so: it is put back where it stood (IEEE 802.1Q),
/// unless it stands there. Without room in front of the frame it stays out.
void restore_tag(rte_mbuf* buffer) noexcept {
  const auto* bytes = rte_pktmbuf_mtod(buffer, const std::uint8_t*);
  if (rte_pktmbuf_data_len(buffer) < 16) return;
  const bool tagged = (bytes[12] == 0x81 && bytes[13] == 0x00) || (bytes[12] == 0x88 && bytes[13] == 0xa8);
  if (tagged && (bytes[14] << 8 | bytes[15]) == buffer->vlan_tci) return;
  char* head = rte_pktmbuf_prepend(buffer, 4);
  if (head == nullptr) return;
  std::memmove(head, head + 4, 12);
  const std::array<std::uint8_t, 4> tag{0x81, 0x00, static_cast<std::uint8_t>(buffer->vlan_tci >> 8),
                                        static_cast<std::uint8_t>(buffer->vlan_tci)};
  std::memcpy(head + 12, tag.data(), tag.size());
}

void DpdkPorts::fill(Received& out, rte_mbuf* buffer, std::uint64_t now_ns) const noexcept {
  if ((buffer->ol_flags & RTE_MBUF_F_RX_VLAN) != 0) restore_tag(buffer);
  out.buffer = buffer;
  out.frame.data = rte_pktmbuf_mtod(buffer, const std::uint8_t*);
  out.frame.captured = rte_pktmbuf_data_len(buffer);
  out.frame.wire = rte_pktmbuf_pkt_len(buffer);
  out.frame.time_ns = now_ns;
  out.frame.link = LinkType::ethernet;
  if (timestamp_offset_ >= 0 && (buffer->ol_flags & timestamp_flag_) != 0) {
    // net_pcap, the one virtual device that stamps, counts in microseconds.
    const std::uint64_t stamp = *RTE_MBUF_DYNFIELD(buffer, timestamp_offset_, rte_mbuf_timestamp_t*);
    out.frame.time_ns = stamp < 100'000'000'000'000'000ULL ? stamp * 1000 : stamp;
  }
}

std::size_t DpdkPorts::receive(unsigned worker, std::uint64_t now_ns, std::span<Received> out) noexcept {
  std::array<rte_mbuf*, kBurst> buffers;
  const std::vector<Queue>& own = queues_[worker];
  const auto most = static_cast<std::uint16_t>(std::min(out.size(), kBurst));
  std::size_t& turn = next_queue_[worker];
  for (std::size_t tried = 0; tried < own.size(); ++tried) {
    const Queue& queue = own[turn];
    turn = turn + 1 == own.size() ? 0 : turn + 1;
    const std::uint16_t count = rte_eth_rx_burst(queue.port, queue.queue, buffers.data(), most);
    if (count == 0) continue;
    for (std::uint16_t i = 0; i < count; ++i) rte_prefetch0(rte_pktmbuf_mtod(buffers[i], void*));
    for (std::uint16_t i = 0; i < count; ++i) fill(out[i], buffers[i], now_ns);
    return count;
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
    // The stamp travels in the buffer's own words for its user, behind the flags that fill() has already handled.
    std::uint64_t stamp = 0;
    std::memcpy(&stamp, buffer->dynfield1, sizeof stamp);
    out[i].buffer = buffer;
    out[i].frame = {rte_pktmbuf_mtod(buffer, const std::uint8_t*),
                    rte_pktmbuf_data_len(buffer),
                    rte_pktmbuf_pkt_len(buffer),
                    stamp,
                    0,
                    LinkType::ethernet};
  }
  return count;
}

bool DpdkPorts::pass_on(unsigned, unsigned to, const Received& received) noexcept {
  auto* buffer = static_cast<rte_mbuf*>(received.buffer);
  std::memcpy(buffer->dynfield1, &received.frame.time_ns, sizeof received.frame.time_ns);
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

PortLoss DpdkPorts::loss() const noexcept {
  PortLoss loss;
  for (const std::uint16_t port : ports_) {
    rte_eth_stats stats{};
    if (rte_eth_stats_get(port, &stats) != 0) continue;
    loss.missed += stats.imissed;
    loss.errors += stats.ierrors;
    loss.no_buffer += stats.rx_nombuf;
  }
  return loss;
}

}  // namespace
}  // namespace uptake

/// What Ports::open() looks for.
extern "C" [[gnu::visibility("default")]] uptake::Ports* uptake_open_ports(const uptake::PortOptions& options,
                                                                           uptake::PortError& error) {
  return uptake::DpdkPorts::open(options, error).release();
}
