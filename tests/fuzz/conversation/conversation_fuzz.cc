// Conversations as a mirror may show them: segments of any order, flags and numbers, cut or not, and datagrams, given
// to the tracker and its listener with all dissectors and those of the rooms. Input: one octet of options, then
// segments: an octet of what it is, one of where it stands, 16 bits of length, the octets. Whatever comes, what is
// held is given back, and a TLS session is told at most once.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "dissectors/tls/facts.h"
#include "tests/dataplane/spoken.h"
#include "tests/toy/rooms.h"

namespace {

using namespace uptake;

constexpr std::uint8_t kDatagrams = 1, kOpened = 2, kKnownPort = 4;
enum : std::uint8_t { kFromServer = 1, kCut = 2, kSyn = 4, kFin = 8, kRst = 16, kNoAck = 32, kElsewhere = 64 };

void require(bool holds) {
  if (!holds) std::abort();
}

std::uint64_t sessions = 0;
std::uint64_t offers = 0;

test::Spoken& spoken() {
  static test::Spoken one(toy::dissectors_with_rooms(), [](FactId fact, std::uint64_t, const Subject& subject) {
    static const FactId tls = one.base("tls");
    sessions += fact == tls + tls::kSession ? 1U : 0U;
    offers += fact == tls + tls::kOffer ? 1U : 0U;
    for (const std::uint8_t octet : subject.name) require(octet > ' ' && octet < 0x7f);
  });
  return one;
}

std::uint8_t flags_of(std::uint8_t what) {
  return static_cast<std::uint8_t>(((what & kSyn) != 0 ? tcp::kSyn : 0) | ((what & kFin) != 0 ? tcp::kFin : 0) |
                                   ((what & kRst) != 0 ? tcp::kRst : 0) | ((what & kNoAck) != 0 ? 0 : tcp::kAck));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  test::Spoken& flow = spoken();
  sessions = offers = 0;
  const std::uint8_t options = data[0];
  flow.server_port = (options & kKnownPort) != 0 ? 853 : 9999;
  std::uint32_t next[2] = {1001, 5001};
  if ((options & kOpened) != 0 && (options & kDatagrams) == 0) {
    flow.tcp(Side::client, tcp::kSyn, 1000, 0);
    flow.tcp(Side::server, tcp::kSyn | tcp::kAck, 5000, 1001);
  }
  bool restarted = false;
  for (std::size_t at = 1; size - at >= 4;) {
    const std::uint8_t what = data[at];
    const auto shift = static_cast<std::int8_t>(data[at + 1]);
    const std::size_t length =
        std::min<std::size_t>(static_cast<std::size_t>(data[at + 2] << 8 | data[at + 3]), size - at - 4);
    const Bytes payload{data + at + 4, length};
    at += 4 + length;
    const unsigned from = what & kFromServer;
    const Side side = from == 0 ? Side::client : Side::server;
    const std::uint32_t cut = (what & kCut) != 0 ? 700 : 0;
    if ((options & kDatagrams) != 0) {
      flow.udp(side, payload, cut);
      continue;
    }
    restarted = restarted || (what & (kSyn | kRst | kFin)) != 0;
    const std::uint32_t sequence =
        next[from] + static_cast<std::uint32_t>(shift * ((what & kElsewhere) != 0 ? 100 : 0));
    flow.tcp(side, flags_of(what), sequence, next[1 - from], payload, cut);
    if ((what & kElsewhere) == 0) next[from] += static_cast<std::uint32_t>(length) + cut;
  }
  flow.end();
  require(flow.all_given_back());
  require(restarted || (sessions <= 1 && offers <= sessions));
  return 0;
}
