#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "policy/refusal.h"

namespace uptake {

/// PortSpec: a port as the command line names it, and what that is to DPDK.
struct PortSpec {
  /// Who drives it: a device on a bus, one of the virtual devices that uptake knows more of, or another.
  enum class Kind : std::uint8_t { hardware, pcap, af_packet, null, other };

  std::string typed;
  std::string device;     ///< as EAL's -a takes it for hardware, as --vdev takes it for the others
  std::string interface;  ///< of the kernel, behind a virtual device; or empty
  Kind kind = Kind::other;

  [[nodiscard]] bool is_virtual() const noexcept { return kind != Kind::hardware; }
  /// The number that an argument of the device gives, or `otherwise`: 4096 of framesz=4096.
  [[nodiscard]] std::uint32_t number(std::string_view argument, std::uint32_t otherwise) const noexcept;
};

/// Reads what was typed behind --port or -i, the `ordinal`-th of the run: a kernel interface, a virtual device or an
/// address on a bus; else why it is none. An interface is read through libpcap: its kernel
/// counts what is lost, stamps every frame, and asks for no more than CAP_NET_RAW.
[[nodiscard]] Either<PortSpec> parse_port(const std::string& typed, unsigned ordinal,
                                          const std::function<bool(const std::string&)>& is_interface);

}  // namespace uptake
