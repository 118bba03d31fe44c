#include "dataplane/sources/kernel_interface.h"

#include <dirent.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace uptake {
namespace {

/// FileDescriptor: closes what it holds.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

ifreq request_for(const std::string& name) noexcept {
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), std::min(name.size(), sizeof request.ifr_name - 1));
  return request;
}

unsigned speed_of(int socket, const std::string& name) noexcept {
  ethtool_cmd command{};
  command.cmd = ETHTOOL_GSET;
  ifreq request = request_for(name);
  request.ifr_data = reinterpret_cast<char*>(&command);
  if (ioctl(socket, SIOCETHTOOL, &request) != 0) return 0;
  const unsigned speed = ethtool_cmd_speed(&command);
  return speed == static_cast<unsigned>(SPEED_UNKNOWN) ? 0 : speed;
}

template <class Value>
bool option(int socket, int level, int name, Value& value) noexcept {
  socklen_t size = sizeof value;
  return getsockopt(socket, level, name, &value, &size) == 0;
}

}  // namespace

std::vector<KernelInterface> kernel_interfaces() {
  std::vector<KernelInterface> found;
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> names(if_nameindex(), &if_freenameindex);
  for (const struct if_nameindex* one = names.get(); one != nullptr && one->if_index != 0; ++one) {
    KernelInterface interface;
    interface.name = one->if_name;
    ifreq request = request_for(interface.name);
    if (ioctl(socket.get(), SIOCGIFFLAGS, &request) == 0) {
      interface.up = (request.ifr_flags & IFF_UP) != 0;
      interface.carrier = (request.ifr_flags & IFF_RUNNING) != 0;
    }
    if (ioctl(socket.get(), SIOCGIFMTU, &request) == 0) interface.mtu = static_cast<unsigned>(request.ifr_mtu);
    interface.mbit_per_s = speed_of(socket.get(), interface.name);
    found.push_back(std::move(interface));
  }
  return found;
}

bool is_kernel_interface(const std::string& name) noexcept {
  return name.size() < IF_NAMESIZE && if_nametoindex(name.c_str()) != 0;
}

bool may_open_packet_sockets() noexcept {
  return FileDescriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)).get() >= 0;
}

// Protocol 0: the socket takes no frames.
InterfaceWatch::InterfaceWatch(std::string name, bool promiscuous)
    : name_(std::move(name)),
      socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)),
      index_(if_nametoindex(name_.c_str())),
      first_missed_(device_counter()) {
  if (!promiscuous) return;
  packet_mreq member{};
  member.mr_ifindex = static_cast<int>(index_);
  member.mr_type = PACKET_MR_PROMISC;
  (void)setsockopt(socket_, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &member, sizeof member);
}

InterfaceWatch::~InterfaceWatch() {
  if (socket_ >= 0) close(socket_);
}

InterfaceWatch::InterfaceWatch(InterfaceWatch&& other) noexcept
    : name_(std::move(other.name_)),
      socket_(std::exchange(other.socket_, -1)),
      index_(other.index_),
      first_missed_(other.first_missed_) {}

InterfaceWatch::State InterfaceWatch::state() const noexcept {
  // An interface of the same name that was made since is another one.
  if (if_nametoindex(name_.c_str()) != index_) return State::removed;
  ifreq request = request_for(name_);
  if (ioctl(socket_, SIOCGIFFLAGS, &request) != 0) return State::removed;
  return (request.ifr_flags & IFF_UP) != 0 ? State::up : State::down;
}

/// Frames that the device lost. Drivers count one loss under up to three names, so the largest is taken, not the sum.
/// `rx_dropped` is left out: it counts frames that packet sockets got and no protocol wanted.
std::uint32_t InterfaceWatch::device_counter() const noexcept {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return 0;
  std::uint32_t missed = 0;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_PACKET || one->ifa_data == nullptr) continue;
    if (name_ != one->ifa_name) continue;
    const auto* stats = static_cast<const rtnl_link_stats*>(one->ifa_data);
    missed = std::max({stats->rx_missed_errors, stats->rx_fifo_errors, stats->rx_over_errors});
  }
  freeifaddrs(all);
  return missed;
}

std::uint64_t InterfaceWatch::missed_by_device() const noexcept {
  const std::uint32_t now = device_counter();
  return now >= first_missed_ ? now - first_missed_ : 0;
}

std::vector<int> packet_sockets_of(unsigned interface_index) {
  std::vector<int> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), &closedir);
  if (!folder) return found;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), fd).ec != std::errc{}) continue;
    int domain = 0;
    int version = 0;
    sockaddr_ll address{};
    socklen_t size = sizeof address;
    if (!option(fd, SOL_SOCKET, SO_DOMAIN, domain) || domain != AF_PACKET) continue;
    if (!option(fd, SOL_PACKET, PACKET_VERSION, version) || version != TPACKET_V2) continue;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (address.sll_ifindex == static_cast<int>(interface_index)) found.push_back(fd);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool take_socket_losses(int socket, std::uint64_t& lost) noexcept {
  tpacket_stats stats{};
  if (!option(socket, SOL_PACKET, PACKET_STATISTICS, stats)) return false;
  lost += stats.tp_drops;
  return true;
}

}  // namespace uptake
