#include "tools/uptake/port_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace uptake {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNetworkClass = "0x02";

/// Drivers that leave a device to DPDK, and those that share it.
constexpr std::array<std::string_view, 3> kHandedOver = {"vfio-pci", "igb_uio", "uio_pci_generic"};
constexpr std::array<std::string_view, 3> kShared = {"mlx4_core", "mlx5_core", "mana"};

std::string state_of(const KernelInterface& interface) {
  std::string state = !interface.up ? "down" : interface.carrier ? "up" : "up, no carrier";
  if (interface.up && interface.mbit_per_s > 0) state += fmt::format(", {} Mbit/s", interface.mbit_per_s);
  if (interface.mtu > 0) state += fmt::format(", MTU {}", interface.mtu);
  return state;
}

/// The interfaces below a device's folder: virtio's stand one folder deeper.
std::vector<std::string> interfaces_of(const fs::path& device) {
  std::vector<std::string> names;
  std::error_code error;
  std::vector<fs::path> folders{device};
  for (const fs::directory_entry& entry : fs::directory_iterator(device, error))
    if (entry.path().filename().string().starts_with("virtio")) folders.push_back(entry.path());
  for (const fs::path& folder : folders)
    for (const fs::directory_entry& name : fs::directory_iterator(folder / "net", error))
      names.push_back(name.path().filename());
  std::ranges::sort(names);
  return names;
}

std::string state_of(const BusDevice& device) {
  std::string names;
  for (const std::string& name : device.interfaces) names += " " + name;
  if (std::ranges::count(kHandedOver, device.driver) != 0) return device.driver + ": ready for DPDK";
  if (std::ranges::count(kShared, device.driver) != 0) return device.driver + ": ready for DPDK, shared as" + names;
  if (device.driver.empty()) return "no driver; dpdk-devbind.py --bind=vfio-pci hands it to DPDK";
  return device.driver + ": the kernel's" + names + "; dpdk-devbind.py --bind=vfio-pci hands it to DPDK";
}

}  // namespace

std::vector<BusDevice> bus_devices(const std::string& folder) {
  std::vector<BusDevice> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    std::string kind;
    std::ifstream(entry.path() / "class") >> kind;
    if (kind.compare(0, kNetworkClass.size(), kNetworkClass) != 0) continue;
    BusDevice device;
    device.address = entry.path().filename();
    device.driver = fs::read_symlink(entry.path() / "driver", error).filename();
    device.interfaces = interfaces_of(entry.path());
    found.push_back(std::move(device));
  }
  std::ranges::sort(found, {}, &BusDevice::address);
  return found;
}

std::string render_port_list(std::span<const KernelInterface> interfaces, std::span<const BusDevice> devices) {
  std::string text;
  for (const KernelInterface& interface : interfaces)
    text += fmt::format("{:<16} {}\n", interface.name, state_of(interface));
  for (const BusDevice& device : devices) text += fmt::format("{:<16} {}\n", device.address, state_of(device));
  return text;
}

}  // namespace uptake
