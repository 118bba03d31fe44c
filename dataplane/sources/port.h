#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/sources/port_spec.h"
#include "dissectors/frame/frame.h"
#include "policy/refusal.h"

namespace uptake {

/// PortOptions: which DPDK ports, and how the EAL is started for them.
struct PortOptions {
  std::vector<PortSpec> ports;
  std::vector<unsigned> cores;  ///< one worker each; never empty
  std::string eal;              ///< further EAL words, as typed
};

/// PortLoss: frames that a port lost since it was opened.
struct PortLoss {
  std::uint64_t missed = 0;     ///< no room in the receive ring of the device or of the kernel
  std::uint64_t errors = 0;     ///< broken on the wire (ierrors)
  std::uint64_t no_buffer = 0;  ///< no packet buffer left (rx_nombuf)
  [[nodiscard]] std::uint64_t sum() const noexcept { return missed + errors + no_buffer; }
};

/// PortReport: how one port fares.
struct PortReport {
  std::string name;              ///< as typed
  std::string driver;            ///< DPDK's
  std::optional<PortLoss> lost;  ///< nothing: neither driver nor kernel say
  std::uint64_t cut = 0;         ///< frames longer than a packet buffer that were read in part
  std::string fault;             ///< why it delivers no more; or empty
};
/// The sum of what ports lost; nothing when one of them does not say.
[[nodiscard]] std::optional<std::uint64_t> lost_by(std::span<const PortReport> ports) noexcept;

/// Received: a frame with the packet buffer that holds it.
struct Received {
  Frame frame;
  void* buffer = nullptr;
};

/// Ports: DPDK ports, started, with one receive queue for each worker where the hardware has them. The EAL starts
/// once in a process. receive(), release() and pass_on() are for the thread of that worker alone. The class is in a
/// library of its own, because loading DPDK takes longer than reading a small file.
class Ports {
 public:
  static constexpr std::size_t kBurst = 64;

  /// Loads the library and opens the ports. A Refusal's `why` is no_input, or permission.
  [[nodiscard]] static Either<std::unique_ptr<Ports>> open(const PortOptions& options);
  virtual ~Ports() = default;
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  [[nodiscard]] virtual unsigned workers() const noexcept = 0;
  /// Runs `work(worker)` on every worker's core and waits for all of them.
  virtual void launch(const std::function<void(unsigned worker)>& work) = 0;

  /// What arrived on the worker's queues, and what others passed on to it; at most kBurst. Frames have the time that
  /// the driver or the kernel stamped, else `now_ns`, and how long before it they may have come.
  [[nodiscard]] virtual std::size_t receive(unsigned worker, std::uint64_t now_ns,
                                            std::span<Received> out) noexcept = 0;
  /// Frames that others passed on; at most kBurst.
  [[nodiscard]] virtual std::size_t taken_over(unsigned worker, std::span<Received> out) noexcept = 0;
  /// Gives a frame to another worker; false when that one is full.
  [[nodiscard]] virtual bool pass_on(unsigned from, unsigned to, const Received& received) noexcept = 0;
  virtual void release(std::span<const Received> received) noexcept = 0;

  /// One report a port, in DPDK's order. Callable from any thread while the ports are open.
  [[nodiscard]] virtual std::vector<PortReport> reports() const = 0;
  /// A port went away: its report says how. Callable from any thread; some system calls long.
  [[nodiscard]] virtual bool any_gone() const noexcept = 0;
  /// All frames come from files, once, with the times that stand there: the clock on the wall says nothing of them.
  [[nodiscard]] virtual bool recorded() const noexcept = 0;

 protected:
  Ports() = default;
};

}  // namespace uptake
