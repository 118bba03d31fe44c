// TLSA records against chains, and responses with TLSA records and addresses on their way to the join. The first
// octet says which. Records: 16 bits of length, the body of a Certificate message, and the RRset behind it as tlsa.h
// has it. A verdict says when it holds and is the same when it is remembered; what fits by usage 3 fits whatever the
// name.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "dissectors/tls/certificates.h"
#include "dissectors/tls/facts.h"
#include "policy/correlate/dane/join.h"
#include "policy/correlate/dane/response.h"

namespace {

using namespace uptake;

constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::uint8_t kName[] = {'m', 'x', '.', 't', 'e', 's', 't'};

void require(bool holds) {
  if (!holds) std::abort();
}

void match(Bytes data) {
  if (data.size() < 2) return;
  const std::size_t length = std::min<std::size_t>(static_cast<std::size_t>(data[0]) << 8 | data[1], data.size() - 2);
  const Bytes chain = data.subspan(2, length);
  static dane::Matcher matcher("", 16);
  for (const bool mail : {false, true}) {
    dane::Asked asked{.records = data.subspan(2 + length), .name = kName, .mail = mail, .seconds = kNow};
    const dane::Matched first = matcher.match(chain, asked);
    const dane::Matched again = matcher.match(chain, asked);
    require(first.match == again.match && first.from == again.from && first.until == again.until);
    require(first.from <= kNow && kNow < first.until);
    const bool usable = dane::any_usable(asked.records, mail);
    require(first.match == dane::Match::malformed || usable == (first.match != dane::Match::unusable));
    if (first.match != dane::Match::valid || first.usage != dane::Usage::dane_ee) continue;
    asked.name = {};
    require(matcher.match(chain, asked).match == dane::Match::valid);
  }
}

/// Found: counts what a join answers.
struct Found final : Findings {
  void note(std::uint16_t, std::uint64_t value, const About&, std::uint32_t) noexcept override {
    require(dane::Bits::unpack(value).pack() == value);
    ++count;
  }
  void show(std::uint16_t, std::uint64_t, Bytes, const About&, const dnssec::Message*) noexcept override {}
  unsigned count = 0;
};

/// A response, judged as the first octet says, and a delivery to 192.0.2.1 behind it.
void file(Bytes data) {
  if (data.empty()) return;
  const Digests digests = Digests::published();
  dane::Join join(digests, JoinFiles{}, {{4, 1024, 4}, 4, 4, 1024, 4});
  Found found;
  Filed response;
  response.about.packet_ns = static_cast<std::uint64_t>(kNow) * 1'000'000'000;
  response.bytes = data.subspan(1);
  for (const std::uint16_t qtype : {dane::kTypeTlsa, dane::kTypeA, dane::kTypeAaaa}) {
    response.value = dnssec::Bits{.verdict = static_cast<dnssec::Security>(data[0] & 3U), .qtype = qtype}.pack();
    join.file(0, response, found);
  }
  Filed end;
  end.about = response.about;
  end.about.subject.server.octets = {192, 0, 2, 1};
  end.about.subject.server_port = 25;
  end.about.subject.name = kName;
  end.value = tls::SessionBits{.version_minor = 4, .sight = tls::Sight::complete, .carrier = Carrier::smtp}.pack();
  join.file(4, end, found);
  join.finish(found);
  require(found.count == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes rest{data + 1, size - 1};
  if (data[0] % 2 == 0)
    match(rest);
  else
    file(rest);
  return 0;
}
