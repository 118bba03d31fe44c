#include "policy/correlate/dnssec/verifier.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>

namespace uptake::dnssec {
namespace {

std::size_t whole_sets(std::size_t places, std::size_t ways) noexcept {
  return std::max(places / ways, std::size_t{1}) * ways;
}

/// SHA-256 spreads by itself. The set follows from its first octets, the place that is given up from its last.
std::size_t set_of(const Sha256& id, std::size_t places, std::size_t ways) noexcept {
  std::uint32_t front = 0;
  std::memcpy(&front, id.data(), sizeof front);
  return front % (places / ways) * ways;
}

}  // namespace

Verifier::Verifier(const Bounds& bounds)
    : known_(whole_sets(bounds.verdicts, kWays)),
      kept_(whole_sets(bounds.keys, kWays)),
      sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      context_(EVP_MD_CTX_new()),
      per_second_(bounds.per_second) {}

Verifier::~Verifier() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(sha256_);
}

Sha256 Verifier::identity(Bytes key_rdata) noexcept {
  Sha256 id{};
  (void)EVP_DigestInit_ex2(context_, sha256_, nullptr);
  (void)EVP_DigestUpdate(context_, key_rdata.data(), key_rdata.size());
  (void)EVP_DigestFinal_ex(context_, id.data(), nullptr);
  return id;
}

bool Verifier::has_budget(std::uint64_t packet_ns) noexcept {
  if (per_second_ == 0) return true;
  const std::uint64_t second = packet_ns / 1'000'000'000;
  if (second != second_) spent_ = 0;
  second_ = second;
  return spent_++ < per_second_;
}

const PublicKey& Verifier::opened(const KeyView& key, const Sha256& identity) noexcept {
  Kept* const set = &kept_[set_of(identity, kept_.size(), kWays)];
  Kept* place = set + identity.back() % kWays;
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set[i].used && set[i].id == identity) return set[i].key;
    if (!set[i].used) place = set + i;
  }
  *place = {identity, PublicKey(key), true};
  return place->key;
}

/// key(32) size of the signature(2) signature data: no other parts give the same octets.
Verifier::Outcome Verifier::verify(const KeyView& key, const Sha256& identity, Bytes data, Bytes signature,
                                   std::uint64_t packet_ns) noexcept {
  Sha256 id{};
  const std::uint8_t size[2] = {static_cast<std::uint8_t>(signature.size() >> 8),
                                static_cast<std::uint8_t>(signature.size())};
  const bool made = EVP_DigestInit_ex2(context_, sha256_, nullptr) == 1 &&
                    EVP_DigestUpdate(context_, identity.data(), identity.size()) == 1 &&
                    EVP_DigestUpdate(context_, size, sizeof size) == 1 &&
                    EVP_DigestUpdate(context_, signature.data(), signature.size()) == 1 &&
                    EVP_DigestUpdate(context_, data.data(), data.size()) == 1 &&
                    EVP_DigestFinal_ex(context_, id.data(), nullptr) == 1;
  if (!made) return Outcome::cannot;
  Known* const set = &known_[set_of(id, known_.size(), kWays)];
  Known* place = set + id.back() % kWays;
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set[i].verdict != 0 && set[i].id == id) {
      ++remembered_;
      return static_cast<Outcome>(set[i].verdict - 1);
    }
    if (set[i].verdict == 0) place = set + i;
  }
  if (!has_budget(packet_ns)) return Outcome::budget;
  ++verified_;
  const Checked checked = opened(key, identity).verify(data, signature);
  ERR_clear_error();
  *place = {id, static_cast<std::uint8_t>(1 + static_cast<unsigned>(checked))};
  return static_cast<Outcome>(checked);
}

}  // namespace uptake::dnssec
