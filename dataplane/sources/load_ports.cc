#include <dlfcn.h>

#include "dataplane/sources/port.h"

namespace uptake {

/// Its file holds what net_pcap must find in the program; a library's file that nobody calls is left out.
void keep_interface_ring() noexcept;

Either<std::unique_ptr<Ports>> Ports::open(const PortOptions& options) {
  keep_interface_ring();
  using Open = Ports*(const PortOptions&, Refusal&);
  // It is never closed: what the EAL has started runs to the end of the process.
  void* const library = dlopen("libuptake_ports.so", RTLD_NOW | RTLD_LOCAL);
  auto* const open = library == nullptr ? nullptr : reinterpret_cast<Open*>(dlsym(library, "uptake_open_ports"));
  if (open == nullptr) {
    const char* const why = dlerror();
    return Refusal{Why::no_input,
                   std::string("the library of DPDK ports cannot be loaded (") +
                       (why != nullptr ? why : "it is another") +
                       "); from the source tree: tools/setup/install live && cmake --build build/release"};
  }
  Refusal refusal{Why::no_input, {}};
  std::unique_ptr<Ports> ports(open(options, refusal));
  if (ports == nullptr) return refusal;
  return ports;
}

std::optional<std::uint64_t> lost_by(std::span<const PortReport> ports) noexcept {
  std::uint64_t sum = 0;
  for (const PortReport& port : ports) {
    if (!port.lost) return std::nullopt;
    sum += port.lost->sum();
  }
  return sum;
}

}  // namespace uptake
