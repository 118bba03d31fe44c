#include "tools/uptake/port_list.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace uptake {
namespace port_list_test {

namespace fs = std::filesystem;

/// A folder as /sys/bus/pci/devices is.
class Bus {
 public:
  Bus() : folder_(fs::temp_directory_path() / ("uptake-bus-" + std::to_string(getpid()))) {}
  ~Bus() { fs::remove_all(folder_); }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  void add(const std::string& address, const std::string& kind, const std::string& driver, const std::string& net) {
    fs::create_directories(folder_ / address);
    std::ofstream(folder_ / address / "class") << kind << '\n';
    if (!driver.empty()) fs::create_symlink("../../drivers/" + driver, folder_ / address / "driver");
    if (!net.empty()) fs::create_directories(folder_ / address / net);
  }
  [[nodiscard]] std::string path() const { return folder_; }

 private:
  fs::path folder_;
};

TEST(PortList, NamesNetworkDevicesAndWhoHasThem) {
  Bus bus;
  bus.add("0000:3b:00.1", "0x020000", "ixgbe", "net/eth3");
  bus.add("0000:3b:00.0", "0x020000", "vfio-pci", "");
  bus.add("0000:3c:00.0", "0x020000", "mlx5_core", "net/ens1");
  bus.add("0000:3d:00.0", "0x020000", "", "");
  bus.add("0000:00:03.0", "0x020000", "virtio-pci", "virtio0/net/eth0");
  bus.add("0000:01:00.0", "0x010802", "nvme", "");
  const std::vector<BusDevice> devices = bus_devices(bus.path());
  ASSERT_EQ(devices.size(), 5U) << "a disk is no port";
  EXPECT_EQ(devices[0].interfaces, std::vector<std::string>{"eth0"});
  const std::string text = render_port_list({}, devices);
  EXPECT_NE(text.find("0000:3b:00.0     vfio-pci: ready for DPDK\n"), std::string::npos) << text;
  EXPECT_NE(text.find("0000:3b:00.1     ixgbe: the kernel's eth3; dpdk-devbind.py"), std::string::npos) << text;
  EXPECT_NE(text.find("0000:3c:00.0     mlx5_core: ready for DPDK, shared as ens1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("0000:3d:00.0     no driver; dpdk-devbind.py"), std::string::npos) << text;
  EXPECT_TRUE(bus_devices(bus.path() + "/none").empty());
}

TEST(PortList, SaysTheStateOfInterfaces) {
  const std::vector<KernelInterface> interfaces = {
      {"eth1", true, true, 1500, 10000}, {"eth2", true, false, 9000, 0}, {"eth3", false, false, 0, 0}};
  EXPECT_EQ(render_port_list(interfaces, {}),
            "eth1             up, 10000 Mbit/s, MTU 1500\n"
            "eth2             up, no carrier, MTU 9000\n"
            "eth3             down\n");
}

TEST(PortList, TheKernelNamesItsInterfaces) {
  const std::vector<KernelInterface> interfaces = kernel_interfaces();
  ASSERT_FALSE(interfaces.empty());
  EXPECT_TRUE(is_kernel_interface(interfaces.front().name));
  EXPECT_FALSE(is_kernel_interface("no-such-port"));
  EXPECT_FALSE(is_kernel_interface(std::string(100, 'x')));
}

}  // namespace port_list_test
}  // namespace uptake
