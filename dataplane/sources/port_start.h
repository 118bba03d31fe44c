#pragma once

#include <rte_mempool.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataplane/sources/port.h"

namespace uptake {

/// StdoutAside: while it lives, what is printed to standard output goes to standard error: the EAL prints there, and
/// the results must stand alone.
class StdoutAside {
 public:
  StdoutAside() noexcept;
  ~StdoutAside();
  StdoutAside(const StdoutAside&) = delete;
  StdoutAside& operator=(const StdoutAside&) = delete;

 private:
  int kept_;
};

/// Starts the EAL with a worker on each core. False and `refusal` when it does not start.
[[nodiscard]] bool start_eal(const PortOptions& options, Refusal& refusal);

/// The numbers of DPDK's ports.
[[nodiscard]] std::vector<std::uint16_t> ports_there();

/// The word that named a port; its DPDK name when none did.
[[nodiscard]] PortSpec spec_of(std::uint16_t port, std::span<const PortSpec> specs);

/// PortBuffers: where frames are kept. Those that one packet buffer cannot hold are copied into a long one.
struct PortBuffers {
  rte_mempool* frames = nullptr;
  rte_mempool* long_frames = nullptr;
};

/// As many as the queues of `ports` and the hand-over between workers can hold. Without memory, false and `refusal`.
[[nodiscard]] bool make_buffers(const PortOptions& options, std::uint32_t hand_over, PortBuffers& buffers,
                                Refusal& refusal);

/// PortStart: a port that receives.
struct PortStart {
  std::uint16_t queues = 0;
  std::uint16_t descriptors = 0;  ///< of one queue, as the driver adjusted them
  std::string driver;
  bool was_promiscuous = false;
};

/// Starts a port with a receive queue for each worker, or with all that the device has where frames fall on them
/// whether anyone reads them or not. False and `what` when it does not start.
[[nodiscard]] bool start_port(std::uint16_t port, const PortSpec& spec, unsigned workers, rte_mempool* pool,
                              PortStart& started, std::string& what);

}  // namespace uptake
