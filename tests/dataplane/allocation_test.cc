#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/packet_clock.h"
#include "dataplane/publisher.h"
#include "dataplane/worker.h"
#include "policy/client_groups.h"
#include "policy/tally.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/dns/builder.h"
#include "tests/toy/toy.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UPTAKE_OTHER_ALLOCATOR
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define UPTAKE_OTHER_ALLOCATOR
#endif
#endif

namespace {

thread_local bool armed = false;
thread_local std::uint64_t allocations = 0;

[[maybe_unused]] void count() noexcept {
  if (armed) ++allocations;
}

}  // namespace

// The C library's own, with a count in front: operator new ends here, too. Nothing changes while it is not armed.
#ifndef UPTAKE_OTHER_ALLOCATOR
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) noexcept {
  count();
  return __libc_calloc(number, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  count();
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  count();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
}
#endif

namespace uptake {
namespace {

using dns::test::Builder;
using dns::test::Octets;
using dns::test::Wire;
using test::Traffic;

class AllocationTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef UPTAKE_OTHER_ALLOCATOR
    GTEST_SKIP() << "a sanitizer has its own allocator, which must not be replaced";
#endif
  }
};

std::string text(const Octets& octets) { return {octets.begin(), octets.end()}; }

Octets extension(unsigned type, const Octets& body) {
  return Wire().u16(type).u16(static_cast<unsigned>(body.size())).add(body).out;
}
/// A handshake message in one record (RFC 8446 sections 4 and 5.1).
std::string record(unsigned type, const Octets& body) {
  const auto size = static_cast<unsigned>(body.size());
  return text(Wire().u8(22).u16(0x0303).u16(size + 4).u8(type).u8(0).u16(size).add(body).out);
}
std::string client_hello(const std::string& name) {
  const auto size = static_cast<unsigned>(name.size());
  Octets extensions = extension(0, Wire().u16(size + 3).u8(0).u16(size).text(name).out);
  const Octets versions = extension(43, Wire().u8(2).u16(0x0304).out);
  extensions.insert(extensions.end(), versions.begin(), versions.end());
  Wire body;
  body.u16(0x0303).zeros(32).u8(0).u16(2).u16(0x1301).u8(1).u8(0);
  return record(1, body.u16(static_cast<unsigned>(extensions.size())).add(extensions).out);
}
std::string server_hello() {
  const Octets versions = extension(43, Wire().u16(0x0304).out);
  Wire body;
  body.u16(0x0303).zeros(32).u8(0).u16(0x1301).u8(0);
  return record(2, body.u16(static_cast<unsigned>(versions.size())).add(versions).out);
}

/// Mixture: every kind of frame that makes a worker do something, for clients from a number on. Connections that
/// never come to an end and exchanges of a moment are so many that flows and handshakes must be given up.
class Mixture {
 public:
  static constexpr std::uint32_t kRounds = 2000;
  static constexpr std::uint32_t kPending = 20;  // of one round
  static constexpr std::uint64_t kMaxFlows = 1U << 16;

  explicit Mixture(std::uint32_t first_client, std::uint64_t start_ns) : client_(first_client) {
    traffic_.now_ns = start_ns;
    traffic_.step_ns = 20'000;
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      const std::string name = "host" + std::to_string(client_) + ".example.org";
      talk(round % 2 == 0);
      tls(name, round % 3 == 0);
      dns(name);
      fragments(round % 4 != 0);
      odd();
      for (std::uint32_t i = 0; i < kPending; ++i) pending();
    }
  }
  [[nodiscard]] const std::vector<Traffic::Packet>& packets() const noexcept { return traffic_.packets; }
  [[nodiscard]] std::uint64_t end_ns() const noexcept { return traffic_.now_ns; }

 private:
  Traffic::Ends ends(std::uint16_t port) {
    ++client_;
    return {.client = client_, .server = client_ % 200, .server_port = port, .v6 = client_ % 5 == 0};
  }
  /// Sends `said`, in two pieces when asked, the second first.
  void say(const Traffic::Ends& ends, bool from_client, const std::string& said, bool in_pieces) {
    const std::uint32_t next = from_client ? 1001 : 5001;
    const std::size_t cut = in_pieces ? said.size() / 2 : said.size();
    const auto behind = static_cast<std::uint32_t>(next + cut);
    if (in_pieces) traffic_.tcp(ends, from_client, tcp::kAck, behind, 1, said.substr(cut));
    traffic_.tcp(ends, from_client, tcp::kAck, next, 1, said.substr(0, cut));
  }
  void talk(bool in_pieces) {
    const Traffic::Ends own = ends(9999);
    traffic_.open(own);
    say(own, true, "TOY\x02\x02x", in_pieces);
    say(own, false, "TOY\x01\x03", in_pieces);
    traffic_.tcp(own, false, tcp::kAck | tcp::kFin, 5006, 1007, std::string(900, 'b'));
    traffic_.tcp(own, true, tcp::kAck | tcp::kFin, 1007, 5907);
  }
  void tls(const std::string& name, bool in_pieces) {
    const Traffic::Ends own = ends(443);
    traffic_.open(own);
    say(own, true, client_hello(name), in_pieces);
    say(own, false, server_hello(), in_pieces);
    traffic_.tcp(own, false, tcp::kAck, 6000, 1400, std::string(900, 'b'));
  }
  void dns(const std::string& name) {
    const Octets query = Builder().question(name, 28).opt(1232, true).done();
    const Octets answer = Builder(dns::test::kQr | dns::test::kRdFlag | dns::test::kRaFlag)
                              .question(name, 28)
                              .record(1, 28, dns::test::aaaa_rdata({0x20, 0x01}))
                              .record(1, 46, dns::test::rrsig_rdata(28, 13))
                              .opt(1232, true)
                              .done();
    const Traffic::Ends datagrams = ends(53);
    traffic_.udp(datagrams, true, text(query));
    traffic_.udp(datagrams, false, text(answer));
    const Traffic::Ends stream = ends(53);
    traffic_.open(stream);
    const auto size = static_cast<unsigned>(answer.size());
    say(stream, true, text(Builder().question(name, 28).opt(1232, true).framed()), true);
    say(stream, false, text(Wire().u16(size).add(answer).out), true);
  }
  /// One datagram of IPv4 in two fragments, or only the first of them.
  void fragments(bool whole) {
    Traffic::Ends own = ends(53);
    own.v6 = false;
    const Octets query = Builder().question("fragmented.example.org", 16).opt(1232, true).done();
    traffic_.udp(own, true, text(query));
    Traffic::Packet second = traffic_.packets.back();
    Traffic::Packet& first = traffic_.packets.back();
    constexpr std::size_t kHeaders = 14 + 20;
    constexpr std::size_t kCut = 24;
    first.bytes.resize(kHeaders + kCut);
    second.bytes.erase(second.bytes.begin() + kHeaders, second.bytes.begin() + kHeaders + kCut);
    first.bytes[16] = 0;
    first.bytes[17] = 20 + kCut;
    first.bytes[20] = 0x20;
    second.bytes[17] = static_cast<std::uint8_t>(second.bytes.size() - 14);
    second.bytes[21] = kCut / 8;
    if (whole) traffic_.packets.push_back(second);
  }
  /// A copy by the mirror, a frame that the snaplen cut, one that is none, and an Ethernet type without IP.
  void odd() {
    traffic_.packets.push_back(traffic_.packets.back());
    traffic_.udp(ends(5000), true, std::string(40, 'u'));
    traffic_.packets.back().captured = 30;
    traffic_.udp(ends(5000), true, std::string(40, 'u'));
    traffic_.packets.back().bytes[14] = 0x41;
    traffic_.udp(ends(5000), true, std::string(40, 'u'));
    traffic_.packets.back().bytes[12] = 0x88;
  }
  void pending() {
    const Traffic::Ends own = ends(9999);
    traffic_.tcp(own, true, tcp::kSyn, 1000, 0);
    traffic_.tcp(own, false, tcp::kSyn | tcp::kAck, 5000, 1001);
    // Few say half a greeting, which takes a chunk; to most nobody answers.
    traffic_.tcp(own, true, tcp::kAck, 1001, 5001, client_ % 16 == 0 ? "TOY" : "TOY\x01\x02");
    traffic_.udp(ends(5000), true, std::string(40, 'u'));
  }

  Traffic traffic_;
  std::uint32_t client_;
};

/// Runner: a worker alone, fed as a port feeds it.
class Runner {
 public:
  explicit Runner(const Engine& engine)
      : engine_(engine),
        shards_(engine),
        publisher_(engine, 1, Publisher::Pace::of_sink, [this](const WindowCard& window) { see(window); }),
        worker_(engine, shards_, 0, 1, publisher_, nullptr) {}

  void run(const std::vector<Traffic::Packet>& packets) noexcept {
    for (std::size_t at = 0; at < packets.size(); at += kBurst)
      burst({packets.data() + at, std::min(kBurst, packets.size() - at)});
  }
  /// Ends the run.
  void finish() {
    Frame last;
    last.time_ns = last.packet_ns = clock_.now();
    worker_.finish(last);
    publisher_.finish();
  }
  /// What was counted in all windows.
  [[nodiscard]] const Ledger& ledger() const { return publisher_.ledger(); }
  [[nodiscard]] std::uint64_t limited(Limit which) const { return limits_[static_cast<std::size_t>(which)]; }
  [[nodiscard]] std::uint64_t passed(std::string_view id, Unit unit) const {
    return tally_.total(engine_.catalogue.find(id, unit)).pass;
  }
  [[nodiscard]] std::uint64_t windows() const noexcept { return windows_; }

 private:
  void see(const WindowCard& window) {
    ++windows_;
    tally_.merge(window.figures->tally());
    for (std::size_t i = 0; i < kLimits; ++i) limits_[i] += window.limits[i];
  }
  void burst(std::span<const Traffic::Packet> packets) noexcept {
    const std::size_t count = packets.size();
    for (std::size_t i = 0; i < count; ++i) {
      const auto size = static_cast<std::uint32_t>(packets[i].bytes.size());
      const std::uint32_t captured = packets[i].captured == 0 ? size : packets[i].captured;
      frames_[i] = {packets[i].bytes.data(), captured, size, packets[i].time_ns, ordinal_++, LinkType::ethernet};
      frames_[i].packet_ns = clock_.read(packets[i].time_ns);
      own_[i] = static_cast<std::uint16_t>(i);
    }
    decode_items(engine_, {frames_.data(), count}, {items_.data(), count});
    worker_.run({items_.data(), count}, {own_.data(), count});
  }

  const Engine& engine_;
  ShardSet shards_;
  Tally tally_{engine_.catalogue.size()};
  LimitCounts limits_{};
  std::uint64_t windows_ = 0;
  Publisher publisher_;
  Worker worker_;
  PacketClock clock_;
  std::uint64_t ordinal_ = 0;
  std::array<Frame, kBurst> frames_;
  std::array<Item, kBurst> items_;
  std::array<std::uint16_t, kBurst> own_;
};

TEST_F(AllocationTest, TheCounterCounts) {
  armed = true;
  auto* const one = new std::vector<int>(1000);
  void* const more = std::malloc(10);
  asm volatile("" : : "r"(one), "r"(more) : "memory");  // what nobody can see, a compiler may leave out
  armed = false;
  std::free(more);
  delete one;
  EXPECT_EQ(std::exchange(allocations, 0), 3U);
}

/// What runs over two mixtures allocate, the second of them observed.
void expect_no_allocation(std::uint64_t window_ns, std::uint64_t fewest_windows,
                          const ClientGroups* groups = nullptr) {
  const Registry registry(toy::dissectors_with_toy());
  const Catalogue catalogue = standard_catalogue(registry, default_profile(), toy::kAreas);
  const Digests digests = Digests::published();
  const PrefixSet customers({Prefix{.address = {.octets = {10}, .family = Family::v4}, .bits = 12}});
  const FlowHash hash({1, 2, 3});
  const SubscriberLengths subscriber{.groups = groups};
  const Engine engine{registry, catalogue, digests, customers, hash, subscriber, window_ns, Mixture::kMaxFlows};
  Runner runner(engine);
  const Mixture warm(1, 1'700'000'000'000'000'000ULL);
  const Mixture fresh(1'000'000, warm.end_ns());

  runner.run(warm.packets());
  allocations = 0;
  armed = true;
  runner.run(fresh.packets());
  armed = false;
  EXPECT_EQ(allocations, 0U);

  // It did all that could have made it allocate.
  runner.finish();
  const auto ended = [&](Disposition how) { return runner.ledger().ended[static_cast<std::size_t>(how)]; };
  EXPECT_GE(runner.windows(), fewest_windows);
  EXPECT_EQ(runner.ledger().frames, warm.packets().size() + fresh.packets().size());
  EXPECT_TRUE(runner.ledger().closes());
  constexpr std::uint32_t kMost = 2 * Mixture::kRounds / 10 * 9;  // the rest finds its places taken
  EXPECT_GE(runner.passed("toy.new", Unit::connections), kMost);
  EXPECT_GE(runner.passed("tls.version.1_3", Unit::connections), kMost);
  EXPECT_GE(runner.passed("dns.query.edns", Unit::queries), 2 * kMost);
  EXPECT_GT(runner.limited(Limit::flow_evicted), 0U);
  EXPECT_GT(runner.limited(Limit::handshake_evicted), 0U);
  EXPECT_GT(runner.limited(Limit::fragment_memory), 0U);
  EXPECT_GT(ended(Disposition::fragment_dropped), 0U);
  EXPECT_GT(ended(Disposition::duplicate), 0U);
  EXPECT_GT(ended(Disposition::truncated), 0U);
  EXPECT_GT(ended(Disposition::malformed), 0U);
}

TEST_F(AllocationTest, BetweenTwoBurstsNothingIsAllocated) { expect_no_allocation(0, 1); }

// A mixture lasts some seconds: 20 windows close in each.
TEST_F(AllocationTest, NorWhenWindowsCloseAndAreUsedAgain) { expect_no_allocation(200'000'000, 30); }
TEST_F(AllocationTest, NorToKnowWhoStandsBehindACount) {
  const ClientGroups groups({1});
  expect_no_allocation(200'000'000, 30, &groups);
}

}  // namespace
}  // namespace uptake
