#include <dlfcn.h>

#include "dataplane/sources/port.h"

namespace uptake {

std::unique_ptr<Ports> Ports::open(const PortOptions& options, PortError& error) {
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

}  // namespace uptake
