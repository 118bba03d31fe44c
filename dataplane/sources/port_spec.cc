#include "dataplane/sources/port_spec.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace uptake {
namespace {

/// The value of the first of a device's arguments that has this key; nothing: empty.
std::string_view value_of(std::string_view device, std::string_view key) noexcept {
  for (std::size_t at = device.find(','); at != std::string_view::npos; at = device.find(',', at)) {
    ++at;
    if (device.substr(at, key.size()) != key || device.substr(at + key.size(), 1) != "=") continue;
    const std::string_view rest = device.substr(at + key.size() + 1);
    return rest.substr(0, rest.find(','));
  }
  return {};
}

bool starts(std::string_view text, std::string_view with) noexcept { return text.substr(0, with.size()) == with; }

PortSpec::Kind kind_of(std::string_view device) noexcept {
  if (starts(device, "net_pcap") || starts(device, "eth_pcap")) return PortSpec::Kind::pcap;
  if (starts(device, "net_af_packet") || starts(device, "eth_af_packet")) return PortSpec::Kind::af_packet;
  if (starts(device, "net_null") || starts(device, "eth_null")) return PortSpec::Kind::null;
  return PortSpec::Kind::other;
}

/// 0000:3b:00.0, 3b:00.0, auxiliary:..., or the UUID of a VMBus device; arguments may follow.
bool is_bus_address(std::string_view typed) noexcept {
  const std::string_view name = typed.substr(0, typed.find(','));
  if (name.find(':') != std::string_view::npos) return true;
  return name.size() == 36 && std::count(name.begin(), name.end(), '-') == 4;
}

}  // namespace

std::uint32_t PortSpec::number(std::string_view argument, std::uint32_t otherwise) const noexcept {
  const std::string_view text = value_of(device, argument);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && !text.empty() ? value : otherwise;
}

Either<PortSpec> parse_port(const std::string& typed, unsigned ordinal,
                            const std::function<bool(const std::string&)>& is_interface) {
  PortSpec spec;
  spec.typed = typed;
  if (is_interface(typed)) {
    if (typed.find_first_of(",=[]") != std::string::npos)
      return Refusal{Why::no_input, "DPDK cannot take an interface of this name", typed, "rename it"};
    spec.kind = PortSpec::Kind::pcap;
    spec.interface = typed;
    spec.device = "net_pcap_uptake" + std::to_string(ordinal) + ",rx_iface=" + typed;
    return spec;
  }
  spec.device = typed;
  if (starts(typed, "net_") || starts(typed, "eth_")) {
    spec.kind = kind_of(typed);
    const bool over_kernel =
        spec.kind == PortSpec::Kind::pcap || spec.kind == PortSpec::Kind::af_packet || starts(typed, "net_af_xdp");
    if (!over_kernel) return spec;
    for (const std::string_view key : {"iface", "rx_iface", "rx_iface_in"})
      if (spec.interface.empty()) spec.interface = value_of(typed, key);
    return spec;
  }
  if (!is_bus_address(typed))
    return Refusal{Why::no_input, "neither an interface nor a device", typed,
                   "uptake live --list names what is there"};
  spec.kind = PortSpec::Kind::hardware;
  return spec;
}

}  // namespace uptake
