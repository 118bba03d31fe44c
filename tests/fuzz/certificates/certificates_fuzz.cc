// Chains of certificates, as a server sends them. Input: 16 bits of length, the body of a Certificate message, and
// that of a CertificateStatus behind it. Whatever OpenSSL makes of them, the verdict says when it holds.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "policy/correlate/chain.h"

namespace {

using namespace uptake;

constexpr std::int64_t kNow = 1'795'560'000;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t length = std::min<std::size_t>(static_cast<std::size_t>(data[0]) << 8 | data[1], size - 2);
  const Bytes body{data + 2, length};
  const Bytes staple{data + 2 + length, size - 2 - length};
  const certificates::Chain chain(body);
  if (!chain.ok()) return 0;
  const certificates::Judged judged = chain.judge(nullptr, kNow);
  require(judged.from <= kNow && kNow < judged.until);
  require(certificates::Bits::unpack(judged.bits.pack()).pack() == judged.bits.pack());
  constexpr std::uint8_t kName[] = {'w', 'w', 'w', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
  (void)chain.is_for(kName);
  require(chain.judge_staple(staple, nullptr, kNow) == certificates::Staple::bad);
  return 0;
}
