#pragma once

#include <span>
#include <string>
#include <vector>

#include "dataplane/sources/kernel_interface.h"

namespace uptake {

/// BusDevice: a network device on the PCI bus.
struct BusDevice {
  std::string address;
  std::string driver;                   ///< of the kernel; empty: none is bound
  std::vector<std::string> interfaces;  ///< of the kernel, that it carries
};

/// The network devices below a folder like /sys/bus/pci/devices.
[[nodiscard]] std::vector<BusDevice> bus_devices(const std::string& folder);
/// What --port takes, one a line, and its state.
[[nodiscard]] std::string render_port_list(std::span<const KernelInterface> interfaces,
                                           std::span<const BusDevice> devices);

}  // namespace uptake
