#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dissectors/frame/frame.h"

namespace uptake {

/// PortOptions: which DPDK ports, and how the EAL is started for them.
struct PortOptions {
  std::vector<std::string> ports;  ///< PCI addresses, or virtual devices as EAL's --vdev takes them
  std::vector<unsigned> cores;     ///< one worker each; empty: `workers` cores from 0 on
  unsigned workers = 1;
  std::string eal;  ///< further EAL words, as typed
};

/// PortError: why the ports could not be opened: one line, and whether the system refused.
struct PortError {
  std::string what;
  bool permission = false;
};

/// PortLoss: frames that the ports themselves lost, as far as their drivers tell.
struct PortLoss {
  std::uint64_t missed = 0;     ///< no room in a receive ring (imissed)
  std::uint64_t errors = 0;     ///< broken on the wire (ierrors)
  std::uint64_t no_buffer = 0;  ///< no packet buffer left (rx_nombuf)
  [[nodiscard]] std::uint64_t sum() const noexcept { return missed + errors + no_buffer; }
};

/// Received: a frame with the packet buffer that holds it.
struct Received {
  Frame frame;
  void* buffer = nullptr;
};

/// Ports: DPDK ports, started, with one receive queue for each worker where the hardware has them. The EAL starts
/// once in a process. receive(), release() and pass_on() are for the thread of that worker alone. They stand in a
/// library of their own, for it takes longer to load DPDK than to read a small file.
class Ports {
 public:
  static constexpr std::size_t kBurst = 64;

  /// Loads the library and opens the ports: nullptr and `error` when that is not possible.
  [[nodiscard]] static std::unique_ptr<Ports> open(const PortOptions& options, PortError& error);
  virtual ~Ports() = default;
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  [[nodiscard]] virtual unsigned workers() const noexcept = 0;
  /// Runs `work(worker)` on every worker's core and waits for all of them.
  virtual void launch(const std::function<void(unsigned worker)>& work) = 0;

  /// What arrived on the worker's queues, and what others passed on to it; at most kBurst. Frames are stamped with
  /// the port's clock where it has one, else with `now_ns`.
  [[nodiscard]] virtual std::size_t receive(unsigned worker, std::uint64_t now_ns,
                                            std::span<Received> out) noexcept = 0;
  /// Frames that others passed on; at most kBurst.
  [[nodiscard]] virtual std::size_t taken_over(unsigned worker, std::span<Received> out) noexcept = 0;
  /// Gives a frame to another worker; false when that one is full.
  [[nodiscard]] virtual bool pass_on(unsigned from, unsigned to, const Received& received) noexcept = 0;
  virtual void release(std::span<const Received> received) noexcept = 0;

  [[nodiscard]] virtual PortLoss loss() const noexcept = 0;

 protected:
  Ports() = default;
};

}  // namespace uptake
