#include "dataplane/sources/port_spec.h"

#include <gtest/gtest.h>

#include "dataplane/sources/port.h"

namespace uptake {
namespace port_spec_test {

Either<PortSpec> read(const std::string& typed) {
  return parse_port(typed, 3, [](const std::string& name) { return name == "eth1" || name == "net_uplink"; });
}

PortSpec port(const std::string& typed) { return std::get<PortSpec>(read(typed)); }

TEST(PortSpec, AnInterfaceIsReadThroughLibpcap) {
  const PortSpec spec = port("eth1");
  EXPECT_EQ(spec.kind, PortSpec::Kind::pcap);
  EXPECT_EQ(spec.device, "net_pcap_uptake3,rx_iface=eth1");
  EXPECT_EQ(spec.interface, "eth1");
  EXPECT_TRUE(spec.is_virtual());
  EXPECT_EQ(port("net_uplink").interface, "net_uplink") << "an interface that is named like a virtual device";
}

TEST(PortSpec, AVirtualDeviceIsTakenAsTyped) {
  const PortSpec spec = port("net_af_packet0,iface=eth1,framesz=4096,blocksz=8192");
  EXPECT_EQ(spec.kind, PortSpec::Kind::af_packet);
  EXPECT_EQ(spec.interface, "eth1");
  EXPECT_EQ(spec.device, spec.typed);
  EXPECT_EQ(port("net_pcap0,iface=eth7").interface, "eth7");
  EXPECT_EQ(port("net_pcap0,rx_iface_in=eth7").interface, "eth7");
  EXPECT_EQ(port("net_af_xdp0,iface=eth7").interface, "eth7");
  EXPECT_EQ(port("net_null0").kind, PortSpec::Kind::null);
}

TEST(PortSpec, AFileOrADeviceOfItsOwnIsNoKernelInterface) {
  EXPECT_EQ(port("net_pcap0,rx_pcap=day.pcap,infinite_rx=1").interface, "");
  EXPECT_EQ(port("net_tap0,iface=dtap0").interface, "") << "the device makes it";
  EXPECT_EQ(port("net_vhost0,iface=/tmp/sock").interface, "");
  EXPECT_EQ(port("net_vhost0,iface=/tmp/sock").kind, PortSpec::Kind::other);
}

TEST(PortSpec, AnAddressOnABusIsHardware) {
  for (const char* typed : {"0000:3b:00.0", "3b:00.0", "0000:3b:00.0,representor=1", "auxiliary:mlx5_core.sf.2",
                            "f8615163-df3e-46c5-913f-f2d2f965ed0e"}) {
    EXPECT_EQ(port(typed).kind, PortSpec::Kind::hardware) << typed;
    EXPECT_FALSE(port(typed).is_virtual()) << typed;
  }
}

TEST(PortSpec, WhatIsNeitherIsRefusedInOneLine) {
  for (const char* typed : {"eth2", "3b", "af_packet"}) {
    ASSERT_TRUE(std::holds_alternative<Refusal>(read(typed))) << typed;
    const std::string line = std::get<Refusal>(read(typed)).line();
    EXPECT_NE(line.find(typed), std::string::npos);
    EXPECT_NE(line.find("--list"), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(PortSpec, ANumberIsReadBehindItsOwnKey) {
  const PortSpec spec = port("net_af_packet0,iface=eth1,blocksz=8192,framesz=4096");
  EXPECT_EQ(spec.number("framesz", 1), 4096U);
  EXPECT_EQ(spec.number("blocksz", 1), 8192U);
  EXPECT_EQ(spec.number("framecnt", 512), 512U);
  EXPECT_EQ(spec.number("sz", 5), 5U);
  EXPECT_EQ(port("net_af_packet0,iface=eth1,framesz=many").number("framesz", 9), 9U);
}

TEST(PortLoss, IsNotKnownWhenOnePortDoesNotSay) {
  std::vector<PortReport> ports(2);
  ports[0].lost = PortLoss{1, 2, 3};
  ports[1].lost = PortLoss{10, 0, 0};
  EXPECT_EQ(lost_by(ports), 16U);
  ports[1].lost.reset();
  EXPECT_EQ(lost_by(ports), std::nullopt);
  EXPECT_EQ(lost_by({}), 0U) << "a file";
}

}  // namespace port_spec_test
}  // namespace uptake
