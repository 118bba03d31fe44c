#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/port_run.h"
#include "dataplane/sources/kernel_interface.h"
#include "dataplane/sources/port.h"
#include "tools/uptake/attendant.h"
#include "tools/uptake/cores.h"
#include "tools/uptake/exit.h"
#include "tools/uptake/feed.h"
#include "tools/uptake/output.h"
#include "tools/uptake/port_list.h"
#include "tools/uptake/run.h"
#include "tools/uptake/signals.h"
#include "tools/uptake/tell.h"

namespace uptake {
namespace {

/// What the words behind --port mean, as far as the kernel can tell before DPDK is loaded.
Either<std::vector<PortSpec>> read_ports(const std::vector<std::string>& typed) {
  std::vector<PortSpec> ports;
  const std::vector<KernelInterface> interfaces = kernel_interfaces();
  for (const std::string& word : typed) {
    auto read = parse_port(word, static_cast<unsigned>(ports.size()), is_kernel_interface);
    if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    PortSpec& port = std::get<PortSpec>(read);
    for (const PortSpec& other : ports)
      if (other.typed == port.typed || (!port.interface.empty() && other.interface == port.interface))
        return Refusal{Why::usage, fmt::format("{}: named twice, which would count its frames twice", word)};
    ports.push_back(port);
    if (port.interface.empty()) continue;
    const auto known = std::ranges::find(interfaces, port.interface, &KernelInterface::name);
    if (known == interfaces.end())
      return Refusal{
          Why::no_input,
          fmt::format("{}: there is no interface {}; uptake live --list names what is there", word, port.interface)};
    if (!known->up)
      return Refusal{Why::no_input,
                     fmt::format("{}: the interface is down; ip link set {} up", word, port.interface)};
    if (!may_open_packet_sockets())
      return Refusal{Why::permission,
                     fmt::format("{}: the kernel refuses a packet socket; run as root, or with CAP_NET_RAW: setpriv "
                                 "--inh-caps +net_raw --ambient-caps +net_raw, or AmbientCapabilities= of a unit",
                                 word)};
  }
  return ports;
}

std::vector<LoopFacts> loops_of(const PortRun& run, const std::vector<unsigned>& cores) {
  std::vector<LoopFacts> loops;
  for (unsigned i = 0; i < cores.size(); ++i) {
    const LoopWatch::Share share = run.share(i);
    loops.push_back({cores[i], share.of_core, share.longest_pause_ns, share.too_little()});
  }
  return loops;
}

/// LossesOfWindows: what each port lost since the window before was shown.
class LossesOfWindows {
 public:
  [[nodiscard]] std::vector<CardPort> since_last(const std::vector<PortReport>& reports) {
    std::vector<CardPort> losses;
    told_.resize(reports.size());
    for (std::size_t i = 0; i < reports.size(); ++i) {
      CardPort port{reports[i].name, std::nullopt};
      if (reports[i].lost) {
        const std::uint64_t lost = reports[i].lost->sum();
        port.lost = lost - std::exchange(told_[i], lost);
      }
      losses.push_back(std::move(port));
    }
    return losses;
  }

 private:
  std::vector<std::uint64_t> told_;
};

Attendant::Duties duties_of(const RunOptions& options, const PortRun& run, const Ports& ports, EventOutput& events) {
  using std::chrono::steady_clock;
  // The pace since the line before.
  auto before = std::make_shared<std::pair<steady_clock::time_point, std::uint64_t>>(steady_clock::now(), 0);
  const auto counted = [&run, &ports, before] {
    const auto now = steady_clock::now();
    const std::uint64_t received = run.received();
    const double seconds = std::max(0.001, std::chrono::duration<double>(now - before->first).count());
    const double pace = static_cast<double>(received - before->second) / seconds;
    *before = {now, received};
    return pulse_words(run.pulse(), pace, lost_by(ports.reports()));
  };
  Attendant::Duties duties;
  duties.silent = options.quiet;
  duties.bar_every = std::chrono::seconds(1);
  duties.words_every = std::chrono::minutes(1);
  duties.bar = [counted](unsigned width) { return counted().substr(0, width); };
  duties.words = duties.status = counted;
  duties.reopen = [&events] { events.reopen(); };
  return duties;
}

/// PortFeed: ports of DPDK, until `duration_ns` is over or a signal asks to stop.
class PortFeed final : public Feed {
 public:
  explicit PortFeed(const RunOptions& options) : options_(options) {}

  [[nodiscard]] bool live() const noexcept override { return true; }
  [[nodiscard]] std::optional<Refusal> open() override;
  [[nodiscard]] unsigned workers() const noexcept override { return ports_->workers(); }
  [[nodiscard]] std::size_t inputs() const noexcept override { return options_.ports.size(); }
  void before_window(CardOutput& cards) override { cards.know_ports(losses_.since_last(ports_->reports())); }
  void run(const RunParts& parts, RunFacts& facts) override;

 private:
  void tell_ports() const;

  const RunOptions& options_;
  CoreChoice choice_;
  std::unique_ptr<Ports> ports_;
  LossesOfWindows losses_;
};

std::optional<Refusal> PortFeed::open() {
  Either<std::vector<PortSpec>> read = read_ports(options_.ports);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& specs = std::get<std::vector<PortSpec>>(read);
  Either<CoreChoice> found = find_cores(specs, options_.cores, options_.workers);
  if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  choice_ = std::get<CoreChoice>(std::move(found));
  Either<std::unique_ptr<Ports>> opened = Ports::open({specs, choice_.cores, options_.eal});
  if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
  ports_ = std::get<std::unique_ptr<Ports>>(std::move(opened));
  (void)stop_on_signal();
  return std::nullopt;
}

void PortFeed::tell_ports() const {
  if (options_.quiet) return;
  if (!choice_.said.empty()) tell(choice_.said);
  for (const PortReport& port : ports_->reports())
    if (!port.lost) tell(fmt::format("{}: {} does not say what it loses", port.name, port.driver));
  tell(fmt::format("listening on {} port(s); Ctrl-C ends it and prints the score card", options_.ports.size()));
}

void PortFeed::run(const RunParts& parts, RunFacts& facts) {
  PortRun run(parts.engine, parts.shards, *ports_, parts.publisher, parts.events.events(), parts.events.log(),
              parts.correlation);
  tell_ports();
  {
    const Attendant attendant(duties_of(options_, run, *ports_, parts.events), look_at_terminal(STDERR_FILENO));
    facts.frames = run.run(stop_on_signal(), options_.duration_ns);
  }
  facts.inputs = options_.ports;
  facts.ports = run.reports();
  facts.loops = loops_of(run, choice_.cores);
}

}  // namespace

int run_live(const RunOptions& options) {
  if (options.list_ports) {
    const auto failure = write_whole("-", render_port_list(kernel_interfaces(), bus_devices("/sys/bus/pci/devices")));
    return failure ? stop_with(*failure) : code(Exit::ok);
  }
  PortFeed feed(options);
  return run_with(options, feed);
}

}  // namespace uptake
