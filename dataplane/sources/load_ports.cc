#include <dlfcn.h>

#include "dataplane/sources/port.h"

namespace uptake {

/// Its file holds what net_pcap must find in the program; a library's file that nobody calls is left out.
void keep_interface_ring() noexcept;

std::unique_ptr<Ports> Ports::open(const PortOptions& options, PortError& error) {
  keep_interface_ring();
  using Open = Ports*(const PortOptions&, PortError&);
  // It is never closed: what the EAL has started runs to the end of the process.
  void* const library = dlopen("libuptake_ports.so", RTLD_NOW | RTLD_LOCAL);
  auto* const open = library == nullptr ? nullptr : reinterpret_cast<Open*>(dlsym(library, "uptake_open_ports"));
  if (open == nullptr) {
    const char* const why = dlerror();
    error.what = std::string("the library of DPDK ports cannot be loaded (") +
                 (why != nullptr ? why : "it is another") +
                 "); from the source tree: tools/setup/install live && cmake --build build/release";
    return nullptr;
  }
  return std::unique_ptr<Ports>(open(options, error));
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
