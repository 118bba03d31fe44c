#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dataplane/correlation.h"
#include "dataplane/port_run.h"
#include "dataplane/sources/kernel_interface.h"
#include "dataplane/sources/port.h"
#include "policy/correlate/correlators.h"
#include "tools/uptake/attendant.h"
#include "tools/uptake/cores.h"
#include "tools/uptake/port_list.h"
#include "tools/uptake/run.h"
#include "tools/uptake/run_setup.h"
#include "tools/uptake/signals.h"
#include "tools/uptake/tell.h"

namespace uptake {
namespace {

constexpr std::uint64_t kFlows = 4U << 20;

/// What the words behind --port mean, as far as the kernel can tell before DPDK is loaded.
Either<std::vector<PortSpec>> read_ports(const std::vector<std::string>& typed) {
  std::vector<PortSpec> ports;
  const std::vector<KernelInterface> interfaces = kernel_interfaces();
  for (const std::string& word : typed) {
    auto read = parse_port(word, static_cast<unsigned>(ports.size()), is_kernel_interface);
    if (const auto* why = std::get_if<std::string>(&read)) return Failure{Exit::no_input, *why};
    PortSpec& port = std::get<PortSpec>(read);
    for (const PortSpec& other : ports)
      if (other.typed == port.typed || (!port.interface.empty() && other.interface == port.interface))
        return Failure{Exit::usage, fmt::format("{}: named twice, which would count its frames twice", word)};
    ports.push_back(port);
    if (port.interface.empty()) continue;
    const auto known = std::ranges::find(interfaces, port.interface, &KernelInterface::name);
    if (known == interfaces.end())
      return Failure{
          Exit::no_input,
          fmt::format("{}: there is no interface {}; uptake live --list names what is there", word, port.interface)};
    if (!known->up)
      return Failure{Exit::no_input,
                     fmt::format("{}: the interface is down; ip link set {} up", word, port.interface)};
    if (!may_open_packet_sockets())
      return Failure{Exit::permission,
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

}  // namespace

int run_live(const RunOptions& options) {
  if (options.list_ports) {
    const auto failure = write_whole("-", render_port_list(kernel_interfaces(), bus_devices("/sys/bus/pci/devices")));
    if (failure) tell(failure->line);
    return code(failure ? failure->exit : Exit::ok);
  }
  const auto start = std::chrono::steady_clock::now();
  const RunSetup setup(options, KeyDefault::fresh, kFlows);
  const auto stop_with = [](const Failure& failure) {
    tell(failure.line);
    return code(failure.exit);
  };
  if (setup.failure()) return stop_with(*setup.failure());
  const Either<std::vector<PortSpec>> read = read_ports(options.ports);
  if (const auto* failure = std::get_if<Failure>(&read)) return stop_with(*failure);
  const auto& specs = std::get<std::vector<PortSpec>>(read);
  const Either<CoreChoice> found = find_cores(specs, options.cores, options.workers);
  if (const auto* failure = std::get_if<Failure>(&found)) return stop_with(*failure);
  const auto& [cores, said] = std::get<CoreChoice>(found);
  PortError error;
  const std::unique_ptr<Ports> ports = Ports::open({specs, cores, options.eal}, error);
  if (!ports) return stop_with({error.permission ? Exit::permission : Exit::no_input, error.what});
  CardOutput cards(options, setup.catalogue(), setup.profile().name());
  if (const std::optional<Failure> failure = cards.failure()) return stop_with(*failure);
  cards.know_inputs(options.ports.size());
  const std::atomic<bool>& stop = stop_on_signal();
  ShardSet shards(setup.engine());
  EventOutput events(options, setup.registry(), ports->workers(), EventFile::Pace::of_clock);
  if (const std::optional<Failure> failure = first_failure(options, events)) {
    tell(failure->line);
    return code(failure->exit);
  }
  RunFacts facts;
  LossesOfWindows losses;
  Publisher publisher(setup.engine(), ports->workers(), Publisher::Pace::of_clock, [&](const WindowCard& window) {
    cards.know_ports(losses.since_last(ports->reports()));
    cards.show(window);
  });
  const auto correlation =
      start_correlation(setup.engine(), correlators(), ports->workers(), publisher, Correlation::Pace::of_clock);
  PortRun run(setup.engine(), shards, *ports, publisher, events.events(), events.log(), correlation.get());
  if (!options.quiet) {
    if (!said.empty()) tell(said);
    for (const PortReport& port : ports->reports())
      if (!port.lost) tell(fmt::format("{}: {} does not say what it loses", port.name, port.driver));
    tell(fmt::format("listening on {} port(s); Ctrl-C ends it and prints the score card", options.ports.size()));
  }
  {
    const Attendant attendant(duties_of(options, run, *ports, events), look_at_terminal(STDERR_FILENO));
    facts.frames = run.run(stop, options.duration_ns);
  }
  publisher.finish();
  facts.inputs = options.ports;
  facts.ports = run.reports();
  facts.loops = loops_of(run, cores);
  facts.workers = ports->workers();
  facts.measure(start, shards, publisher);
  return conclude(options, publisher.ledger(), facts, cards, events);
}

}  // namespace uptake
