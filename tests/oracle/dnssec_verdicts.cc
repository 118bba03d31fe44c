// What the validation says of the responses of a capture, for dnssec.py: a line for each that is judged, of its
// frame, name, type, side, verdict, what is missing, and what is wrong. With a number, that many more times: the
// responses of each two seconds in another order, all of whose verdicts must be the same. Then one line tells how
// many differ. With `messages` a line for each response: when it came, its octets, its name, type and verdict.
//
// usage: dnssec_verdicts ANCHORS CAPTURE [SHUFFLES MILLISECONDS | messages]

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "dataplane/correlation.h"
#include "dataplane/runtime.h"
#include "dataplane/setup.h"
#include "dataplane/sources/file_source.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/dnssec/join.h"

namespace {

using namespace uptake;

/// Kept: one response as it was filed.
struct Kept {
  About about;
  std::uint64_t said = 0;
  std::vector<std::uint8_t> bytes;
};

std::vector<Kept>& kept() {
  static std::vector<Kept> all;
  return all;
}

/// Collector: keeps what the validation would read.
class Collector {
 public:
  static constexpr std::string_view kName = "collector";
  static constexpr std::uint64_t kWaitNs = 0;
  static std::span<const FactRow> facts() noexcept { return {}; }
  static std::span<const Wanted> reads() noexcept { return dnssec::Join::reads(); }
  explicit Collector(const Digests&) {}
  void file(std::size_t, const Filed& filed, Findings&) noexcept {
    Kept& one = kept().emplace_back();
    one.about = filed.about;
    one.about.subject.name = {};
    one.said = filed.value;
    one.bytes.assign(filed.bytes.begin(), filed.bytes.end());
  }
  void advance(std::uint64_t, Findings&) noexcept {}
  void finish(Findings&) noexcept {}
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return 0; }
};

/// Verdicts: by the number of the response, which stands for its ordinal.
struct Verdicts final : Findings {
  explicit Verdicts(std::size_t count) : bits(count), names(count) {}
  void note(std::uint16_t fact, std::uint64_t value, const About& about, std::uint32_t) noexcept override {
    if (fact != dnssec::kResponse) return;
    bits[about.subject.ordinal] = dnssec::Bits::unpack(value);
    const Bytes name = about.subject.name;
    names[about.subject.ordinal].assign(name.begin(), name.end());
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
  std::vector<dnssec::Bits> bits;
  std::vector<std::string> names;
};

/// Files the responses in that order, at the times at which some response came.
Verdicts judge(const std::vector<std::size_t>& order, const JoinFiles& files) {
  static const Digests kDigests = Digests::published();
  dnssec::Join join(kDigests, files);
  Verdicts verdicts(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Kept& one = kept()[order[i]];
    Filed filed{.about = one.about, .bytes = one.bytes, .value = one.said};
    filed.about.packet_ns = kept()[i].about.packet_ns;
    filed.about.subject.ordinal = order[i];
    join.advance(filed.about.packet_ns, verdicts);
    join.file(0, filed, verdicts);
  }
  join.finish(verdicts);
  return verdicts;
}

std::size_t different(const Verdicts& a, const Verdicts& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.bits.size(); ++i)
    count += a.bits[i].verdict != b.bits[i].verdict || a.bits[i].missing != b.bits[i].missing ? 1 : 0;
  return count;
}

/// Another order in each span of so many nanoseconds.
void shuffle(std::vector<std::size_t>& order, std::uint64_t span, std::mt19937& random) {
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && kept()[to].about.packet_ns - kept()[from].about.packet_ns < span) ++to;
    std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(from), order.begin() + static_cast<std::ptrdiff_t>(to),
                 random);
    from = to;
  }
}

bool collect(const std::string& path) {
  const std::vector<CorrelatorRow> rows = {correlator_row<Collector>()};
  Either<std::unique_ptr<Setup>> made = Setup::make({}, {.facts = fact_rows(rows)});
  if (std::holds_alternative<Refusal>(made)) return false;
  const Setup& setup = *std::get<std::unique_ptr<Setup>>(made);
  const std::vector<std::string> paths = {path};
  OpenedFiles opened = open_files(paths, {});
  if (opened.refusal) return false;
  ShardSet shards(setup.engine());
  Publisher publisher(setup.engine(), 1, Publisher::Pace::of_sink, [](const WindowCard&) {});
  const auto correlation = start_correlation(setup.engine(), rows, 1, publisher, Correlation::Pace::of_joins);
  FileRun run(setup.engine(), shards, 1, publisher, nullptr, nullptr, correlation.get());
  const std::atomic<bool> stop{false};
  (void)run.run(*opened.source, stop);
  publisher.finish();
  return true;
}

const char* verdict_name(dnssec::Security verdict) {
  static constexpr const char* kVerdicts[] = {"secure", "insecure", "bogus", "not_judged"};
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

void print(const Verdicts& verdicts) {
  static constexpr const char* kSides[] = {"other", "stub", "authority"};
  for (std::size_t i = 0; i < verdicts.bits.size(); ++i) {
    const dnssec::Bits& b = verdicts.bits[i];
    const unsigned type = dns::ResponseBits::unpack(kept()[i].said).qtype;
    std::printf("%llu %s %u %s %s %u %u %u\n", static_cast<unsigned long long>(kept()[i].about.subject.ordinal + 1),
                verdicts.names[i].empty() ? "-" : verdicts.names[i].c_str(), type,
                kSides[static_cast<std::size_t>(b.side)], verdict_name(b.verdict), static_cast<unsigned>(b.missing),
                static_cast<unsigned>(b.fault), static_cast<unsigned>(b.kind));
  }
}

void print_messages(const Verdicts& verdicts) {
  for (std::size_t i = 0; i < verdicts.bits.size(); ++i) {
    std::printf("%llu ", static_cast<unsigned long long>(kept()[i].about.packet_ns / 1'000'000'000));
    for (const unsigned octet : kept()[i].bytes) std::printf("%02x", octet);
    std::printf(" %s %u %s %u\n", verdicts.names[i].empty() ? "-" : verdicts.names[i].c_str(),
                dns::ResponseBits::unpack(kept()[i].said).qtype, verdict_name(verdicts.bits[i].verdict),
                static_cast<unsigned>(verdicts.bits[i].kind));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  std::ifstream anchors(argv[1]);
  const JoinFiles files{.dnssec_anchors = {std::istreambuf_iterator<char>(anchors), {}}};
  if (!collect(argv[2])) return 66;
  std::vector<std::size_t> order(kept().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const Verdicts first = judge(order, files);
  if (argc == 4) {
    print_messages(first);
    return 0;
  }
  print(first);
  if (argc < 5) return 0;
  const auto span = static_cast<std::uint64_t>(std::atoi(argv[4])) * 1'000'000;
  std::mt19937 random(1);
  std::size_t differ = 0;
  for (int i = std::atoi(argv[3]); i > 0; --i) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, span, random);
    differ += different(first, judge(order, files));
  }
  std::printf("differ %zu\n", differ);
  return 0;
}
