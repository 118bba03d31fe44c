// Responses, as DNSSEC is validated in them: canonical form, what signatures are over, what a chain learns. Input: a
// DNS message. Reading it twice gives the same; whatever it holds, nothing of it is secure, for the anchor is
// another.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "policy/correlate/dnssec/judge.h"

namespace {

using namespace uptake;
using namespace uptake::dnssec;

void require(bool holds) {
  if (!holds) std::abort();
}

/// RDATA in canonical form does not change when it is made again.
void check_records(const Message& message) {
  const auto made = std::make_unique<SignedData>();
  for (const Rrset& set : message.rrsets()) {
    std::size_t count = 0;
    message.each_record(set, [&](Bytes) { ++count; });
    require(count == set.count);
    require(set.owner == set.owner.last(set.owner.labels()));
    message.each_signature(set, [&](const Signature& signature) {
      require(signature.covered == set.type);
      if (!may_sign(signature, set) || !made->make(message, set, signature)) return true;
      require(made->octets().size() >= signature.front.size() + signature.signer.wire().size());
      return true;
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto exact = std::make_unique<std::uint8_t[]>(size);
  std::copy_n(data, size, exact.get());
  const Bytes octets{exact.get(), size};
  static const auto kMessage = std::make_unique<Message>();
  if (kMessage->read(octets) != Message::Reading::read) return 0;
  check_records(*kMessage);
  static const Digests kDigests = Digests::published();
  constexpr std::uint64_t kWait = 5'000'000'000;
  const Chain::Bounds bounds{.key_sets = 8, .delegations = 8, .candidates = 8, .candidate_octets = 65'536};
  Chain chain(kDigests, Anchors::of_root(), bounds, kWait);
  Judge judge(chain);
  const At at{1'795'560'000'000'000'000};
  const dns::ResponseBits said{.query_seen = true, .query_dnssec_ok = true};
  for (int i = 0; i < 2; ++i) {
    chain.learn(*kMessage, octets, DnsSide::authority, at);
    const Judged judged = judge.judge(*kMessage, said, at);
    require(judged.bits.verdict != Security::secure && judged.bits.verdict != Security::insecure);
    require(Bits::unpack(judged.bits.pack()).pack() == judged.bits.pack());
  }
  return 0;
}
