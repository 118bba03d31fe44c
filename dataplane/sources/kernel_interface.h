#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uptake {

/// KernelInterface: one network interface as the kernel describes it.
struct KernelInterface {
  std::string name;
  bool up = false;
  bool carrier = false;
  unsigned mtu = 0;
  unsigned mbit_per_s = 0;  ///< 0: not known
};

/// The interfaces of this network namespace, in the kernel's order.
[[nodiscard]] std::vector<KernelInterface> kernel_interfaces();
[[nodiscard]] bool is_kernel_interface(const std::string& name) noexcept;

/// Whether this process may open a packet socket (CAP_NET_RAW).
[[nodiscard]] bool may_open_packet_sockets() noexcept;

/// InterfaceWatch: a share in an interface while it is read: keeps it promiscuous, and knows whether it is still
/// there. The kernel takes the share back when it is closed, also when the process is killed.
class InterfaceWatch {
 public:
  /// `promiscuous`: asks for frames to whatever station.
  InterfaceWatch(std::string name, bool promiscuous);
  ~InterfaceWatch();
  InterfaceWatch(InterfaceWatch&& other) noexcept;
  InterfaceWatch& operator=(InterfaceWatch&&) = delete;

  enum class State : std::uint8_t { up, down, removed };
  [[nodiscard]] State state() const noexcept;
  /// Frames that the device had no room for since the watch began; they never came to a socket.
  [[nodiscard]] std::uint64_t missed_by_device() const noexcept;
  [[nodiscard]] unsigned index() const noexcept { return index_; }

 private:
  [[nodiscard]] std::uint32_t device_counter() const noexcept;

  std::string name_;
  int socket_ = -1;
  unsigned index_ = 0;
  std::uint32_t first_missed_ = 0;
};

/// The packet sockets that this process holds on an interface with rings of the second version, in the order they
/// were opened: those of DPDK's net_af_packet. It owns them.
[[nodiscard]] std::vector<int> packet_sockets_of(unsigned interface_index);

/// Frames that the kernel had no room for in a packet socket's ring since it was last asked.
[[nodiscard]] bool take_socket_losses(int socket, std::uint64_t& lost) noexcept;

}  // namespace uptake
