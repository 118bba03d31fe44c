// Chains of certificates, as a server sends them. Input: 16 bits of length, the body of a Certificate message, and
// that of a CertificateStatus behind it. Whatever OpenSSL makes of them, the verdict says when it holds,
// and it is the same from what was kept of the issuer.

#include <openssl/pem.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policy/correlate/certificates/verifier.h"

namespace {

using namespace uptake;

constexpr std::int64_t kNow = 1'795'560'000;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The last certificate of the chain as a bundle of anchors; empty when it cannot be opened.
std::string last_of(Bytes body) {
  Cursor message(body);
  Cursor list = message.sub(message.u24());
  Bytes last;
  while (!list.empty()) last = list.bytes(list.u24());
  const unsigned char* at = last.data();
  X509* const one = d2i_X509(nullptr, &at, static_cast<long>(last.size()));
  if (one == nullptr) return {};
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, one);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(out);
  X509_free(one);
  return pem;
}

/// From the issuer that was kept the same comes as from the whole chain.
void require_the_same(const certificates::Chain& chain, Bytes body) {
  const std::string pem = last_of(body);
  TrustAnchors anchors(pem);
  certificates::Verifier verifier(pem);
  const certificates::Judged whole = chain.judge(anchors.store(), kNow);
  for (int i = 0; i < 2; ++i) {
    const auto judged = verifier.judge(body, verifier.leaf_of(body), kNow);
    require(judged.has_value());
    require(judged->bits.pack() == whole.bits.pack() && judged->from == whole.from && judged->until == whole.until);
  }
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
  require_the_same(chain, body);
  constexpr std::uint8_t kName[] = {'w', 'w', 'w', '.', 'e', 'x', 'a', 'm', 'p', 'l', 'e'};
  (void)chain.is_for(kName);
  require(chain.judge_staple(staple, nullptr, kNow) == certificates::Staple::bad);
  return 0;
}
