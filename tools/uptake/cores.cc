#include "tools/uptake/cores.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <thread>

#include "tools/uptake/values.h"

namespace uptake {
namespace {

constexpr auto kLook = std::chrono::milliseconds(200);

struct CpuTicks {
  std::uint64_t idle = 0;
  std::uint64_t all = 0;
};

/// Lines "cpu3 user nice system idle iowait irq softirq steal ..." of proc(5), by core; guests are within user.
std::map<unsigned, CpuTicks> read_ticks(std::string_view text) {
  std::map<unsigned, CpuTicks> cores;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    unsigned core = 0;
    if (name.size() < 4 || name.compare(0, 3, "cpu") != 0) continue;
    if (std::from_chars(name.data() + 3, name.data() + name.size(), core).ec != std::errc{}) continue;
    CpuTicks& ticks = cores[core];
    std::uint64_t value = 0;
    for (unsigned column = 0; column < 8 && words >> value; ++column) {
      ticks.all += value;
      if (column == 3 || column == 4) ticks.idle += value;
    }
  }
  return cores;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  std::string read = text.str();
  while (!read.empty() && read.back() == '\n') read.pop_back();
  return read;
}

std::vector<unsigned> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<unsigned> cores;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (unsigned core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  return cores;
}

/// The memory node of the first port that has one.
std::optional<unsigned> node_of(std::span<const PortSpec> ports) {
  for (const PortSpec& port : ports) {
    const std::string address = port.device.substr(0, port.device.find(','));
    const std::string path = port.is_virtual() ? "/sys/class/net/" + port.interface + "/device/numa_node"
                                               : "/sys/bus/pci/devices/" + address + "/numa_node";
    const std::string text = read_file(path);
    unsigned node = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), node).ec == std::errc{} && !text.empty()) return node;
  }
  return std::nullopt;
}

double load_of(std::span<const CoreLoad> loads, unsigned core) {
  const auto found = std::ranges::find(loads, core, &CoreLoad::core);
  return found == loads.end() ? 0 : found->busy;
}

}  // namespace

std::vector<CoreLoad> core_loads(std::string_view before, std::string_view after) {
  std::vector<CoreLoad> loads;
  std::map<unsigned, CpuTicks> first = read_ticks(before);
  for (const auto& [core, last] : read_ticks(after)) {
    const CpuTicks& then = first[core];
    const auto all = static_cast<double>(last.all - std::min(then.all, last.all));
    const auto idle = static_cast<double>(last.idle - std::min(then.idle, last.idle));
    loads.push_back({core, all <= 0 ? 0 : std::clamp(1 - idle / all, 0.0, 1.0)});
  }
  return loads;
}

std::vector<unsigned> choose_cores(const CoreWish& wish, std::span<const CoreLoad> loads) {
  std::vector<unsigned> chosen = wish.given;
  std::vector<unsigned> rest;
  for (const unsigned core : wish.allowed)
    if (std::ranges::count(chosen, core) == 0) rest.push_back(core);
  const auto far = [&](unsigned core) { return !wish.near.empty() && std::ranges::count(wish.near, core) == 0; };
  std::ranges::sort(rest, [&](unsigned a, unsigned b) {
    if (far(a) != far(b)) return far(b);
    if (load_of(loads, a) != load_of(loads, b)) return load_of(loads, a) < load_of(loads, b);
    return a > b;
  });
  for (const unsigned core : rest)
    if (chosen.size() < wish.count) chosen.push_back(core);
  return chosen;
}

Either<CoreChoice> find_cores(std::span<const PortSpec> ports, const std::vector<unsigned>& given, unsigned workers) {
  CoreChoice choice;
  choice.cores = given;
  if (!given.empty() && workers <= given.size()) return choice;
  CoreWish wish;
  wish.given = given;
  wish.allowed = allowed_cores();
  wish.count = workers;
  const std::optional<unsigned> node = node_of(ports);
  if (node)
    wish.near = parse_cores(read_file(fmt::format("/sys/devices/system/node/node{}/cpulist", *node)))
                    .value_or(std::vector<unsigned>{});
  const std::string before = read_file("/proc/stat");
  std::this_thread::sleep_for(kLook);
  const std::vector<CoreLoad> loads = core_loads(before, read_file("/proc/stat"));
  choice.cores = choose_cores(wish, loads);
  if (choice.cores.size() < workers)
    return Refusal{Why::usage, fmt::format("{} workers want as many cores, and this process may use {}; give "
                                           "--workers {}",
                                           workers, wish.allowed.size(), wish.allowed.size())};
  std::string list;
  for (std::size_t i = given.size(); i < choice.cores.size(); ++i)
    list += fmt::format("{}{} ({:.0f} % in use)", list.empty() ? "" : ", ", choice.cores[i],
                        100 * load_of(loads, choice.cores[i]));
  choice.said = fmt::format("core {}: the least busy{}; --cores takes others", list,
                            wish.near.empty() ? "" : fmt::format(" of memory node {}", *node));
  return choice;
}

}  // namespace uptake
