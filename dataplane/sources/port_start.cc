#include "dataplane/sources/port_start.h"

#include <fcntl.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_mbuf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "dataplane/sources/port_buffer.h"

namespace uptake {
namespace {

constexpr std::uint16_t kDescriptors = 1024;
constexpr std::uint16_t kSendDescriptors = 64;
constexpr std::uint32_t kFewestBuffers = 32767;
constexpr std::uint32_t kLongBuffers = 1023;
constexpr std::uint32_t kBufferCache = 256;
constexpr std::uint32_t kRoom = 2048;
constexpr std::uint32_t kLinkOctets = 26;  // Ethernet's header, two tags and the frame check

/// Toeplitz key of repeated 0x6d5a: both directions of a flow fall on the same queue.
std::array<std::uint8_t, 52> symmetric_key() {
  std::array<std::uint8_t, 52> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = i % 2 == 0 ? 0x6d : 0x5a;
  return key;
}

bool have_huge_pages() {
  std::ifstream in("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  unsigned long free = 0;
  return (in >> free) && free >= 128;
}

std::vector<std::string> eal_words(const PortOptions& options) {
  std::string list;
  // DPDK's own numbers, which end at RTE_MAX_LCORE, count from 0 in the order of the workers.
  for (std::size_t i = 0; i < options.cores.size(); ++i)
    list.append(i == 0 ? "" : ",").append(std::to_string(i)).append("@").append(std::to_string(options.cores[i]));
  std::vector<std::string> words{"uptake", "--lcores", list};
  bool any_on_bus = false;
  for (const PortSpec& port : options.ports) {
    any_on_bus = any_on_bus || !port.is_virtual();
    words.insert(words.end(), {port.is_virtual() ? "--vdev" : "-a", port.device});
  }
  const auto given = [&](const char* word) { return options.eal.find(word) != std::string::npos; };
  if (!any_on_bus && !given("--no-pci")) words.emplace_back("--no-pci");
  if (!given("--no-huge") && !given("--in-memory")) {
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

/// Octets of a packet buffer: it must hold the longest frame that a virtual device was told to take.
std::uint32_t buffer_room(const std::vector<PortSpec>& ports) {
  std::uint32_t room = kRoom;
  for (const PortSpec& port : ports) room = std::max(room, port.number("framesz", 0));
  return std::min<std::uint32_t>(room + RTE_PKTMBUF_HEADROOM, 65535);
}

/// These devices deal frames to all their queues, however many of them are configured.
bool deals_to_all_queues(const PortSpec& spec) {
  for (const char* const driver :
       {"net_af_packet", "eth_af_packet", "net_pcap", "eth_pcap", "net_af_xdp", "net_ring"})
    if (spec.device.find(driver) == 0) return true;
  return false;
}

std::uint16_t queues_of(const PortSpec& spec, const rte_eth_dev_info& info, unsigned workers) {
  const std::uint16_t has = std::max<std::uint16_t>(1, info.max_rx_queues);
  return deals_to_all_queues(spec) ? has : static_cast<std::uint16_t>(std::min<unsigned>(workers, has));
}

/// A kernel interface keeps the MTU that its owner gave it; a device on a bus takes what it can, in several buffers.
void take_long_frames(const PortSpec& spec, const rte_eth_dev_info& info, rte_eth_conf& conf) {
  if (spec.is_virtual()) return;
  std::uint32_t mtu = std::min<std::uint32_t>(info.max_mtu, kLongFrame - kLinkOctets);
  if ((info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) != 0)
    conf.rxmode.offloads |= RTE_ETH_RX_OFFLOAD_SCATTER;
  else
    mtu = std::min(mtu, kRoom - kLinkOctets);
  conf.rxmode.mtu = std::max<std::uint32_t>(mtu, RTE_ETHER_MTU);
}

int set_up(std::uint16_t port, const rte_eth_conf& conf, rte_mempool* pool, PortStart& started) {
  std::uint16_t send = kSendDescriptors;
  started.descriptors = kDescriptors;
  // Some drivers refuse to start without a transmit queue; nothing is ever sent on it.
  int failed = rte_eth_dev_configure(port, started.queues, 1, &conf);
  if (failed == 0) failed = rte_eth_dev_adjust_nb_rx_tx_desc(port, &started.descriptors, &send);
  const auto node = static_cast<unsigned>(std::max(rte_eth_dev_socket_id(port), 0));
  for (std::uint16_t q = 0; failed == 0 && q < started.queues; ++q)
    failed = rte_eth_rx_queue_setup(port, q, started.descriptors, node, nullptr, pool);
  if (failed == 0) failed = rte_eth_tx_queue_setup(port, 0, send, node, nullptr);
  if (failed == 0) failed = rte_eth_dev_start(port);
  return failed;
}

}  // namespace

StdoutAside::StdoutAside() noexcept {
  std::fflush(stdout);
  kept_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept_ >= 0) (void)dup2(STDERR_FILENO, STDOUT_FILENO);
}

StdoutAside::~StdoutAside() {
  if (kept_ < 0) return;
  std::fflush(stdout);
  (void)dup2(kept_, STDOUT_FILENO);
  close(kept_);
}

bool start_eal(const PortOptions& options, Refusal& refusal) {
  std::vector<std::string> words = eal_words(options);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  (void)rte_openlog_stream(stderr);
  if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) >= 0) return true;
  if (rte_errno == EACCES || rte_errno == EPERM) refusal.why = Why::permission;
  refusal.what = std::string("the EAL does not start: ") + rte_strerror(rte_errno) +
                 "; its own lines above say more; without hugepages give --eal \"--no-huge -m 512 --no-shconf\"";
  return false;
}

std::vector<std::uint16_t> ports_there() {
  std::vector<std::uint16_t> there;
  for (std::uint16_t port = 0; port < RTE_MAX_ETHPORTS; ++port)
    if (rte_eth_dev_is_valid_port(port) != 0) there.push_back(port);
  return there;
}

PortSpec spec_of(std::uint16_t port, std::span<const PortSpec> specs) {
  std::array<char, RTE_ETH_NAME_MAX_LEN> name{};
  (void)rte_eth_dev_get_name_by_port(port, name.data());
  const std::string_view whole = name.data();
  for (const PortSpec& spec : specs) {
    const std::string device = spec.device.substr(0, spec.device.find(','));
    // A device on a bus may be typed without its domain.
    if (whole == device || (!spec.is_virtual() && whole.find(device) != std::string_view::npos)) return spec;
  }
  PortSpec unnamed;
  unnamed.typed = name.data();
  return unnamed;
}

bool make_buffers(const PortOptions& options, std::uint32_t hand_over, PortBuffers& buffers, Refusal& refusal) {
  const auto workers = static_cast<std::uint32_t>(options.cores.size());
  const std::uint32_t room = buffer_room(options.ports);
  std::uint32_t held = 0;
  for (const std::uint16_t port : ports_there()) {
    rte_eth_dev_info info{};
    if (rte_eth_dev_info_get(port, &info) == 0)
      held += std::uint32_t{queues_of(spec_of(port, options.ports), info, workers)} * kDescriptors;
  }
  held += workers * (kBufferCache + static_cast<std::uint32_t>(Ports::kBurst) + (workers > 1 ? hand_over : 0));
  // Larger buffers are fewer, or they would not fit into what the EAL was given.
  const std::uint32_t count = std::max(kFewestBuffers / ((room + kRoom - 1) / kRoom), held);
  const int node = static_cast<int>(rte_socket_id());
  buffers.frames =
      rte_pktmbuf_pool_create("uptake_frames", count, kBufferCache, 0, static_cast<std::uint16_t>(room), node);
  buffers.long_frames =
      rte_pktmbuf_pool_create("uptake_long", kLongBuffers, 0, 0, kLongFrame + RTE_PKTMBUF_HEADROOM, node);
  if (buffers.frames != nullptr && buffers.long_frames != nullptr) return true;
  refusal.what = std::string("no memory for packet buffers: ") + rte_strerror(rte_errno) +
                 "; give the EAL more, as in --eal \"-m 1024\"";
  return false;
}

bool start_port(std::uint16_t port, const PortSpec& spec, unsigned workers, rte_mempool* pool, PortStart& started,
                std::string& what) {
  rte_eth_dev_info info{};
  rte_eth_conf conf{};
  std::array<std::uint8_t, 52> key = symmetric_key();
  int failed = rte_eth_dev_info_get(port, &info);
  if (failed == 0) {
    started.driver = info.driver_name;
    started.queues = queues_of(spec, info, workers);
    if (started.queues > 1 && info.flow_type_rss_offloads != 0) {
      conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
      conf.rx_adv_conf.rss_conf.rss_key = key.data();
      conf.rx_adv_conf.rss_conf.rss_key_len = std::min<std::uint8_t>(info.hash_key_size, key.size());
      conf.rx_adv_conf.rss_conf.rss_hf =
          (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP) & info.flow_type_rss_offloads;
    }
    conf.rxmode.offloads |= info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP;
    rte_eth_conf longer = conf;
    take_long_frames(spec, info, longer);
    failed = set_up(port, longer, pool, started);
    // A device that promised more than it keeps is read as it comes.
    if (failed != 0 && !spec.is_virtual()) {
      conf.rxmode.offloads = 0;
      failed = set_up(port, conf, pool, started);
    }
  }
  if (failed != 0) {
    what = spec.typed + ": the port does not start: " + rte_strerror(-failed);
    return false;
  }
  started.was_promiscuous = rte_eth_promiscuous_get(port) == 1;
  // On a kernel interface an InterfaceWatch asks for it: the kernel undoes that when the process ends.
  if (spec.interface.empty()) (void)rte_eth_promiscuous_enable(port);
  return true;
}

}  // namespace uptake
