#include "policy/correlate/dane/matcher.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "dissectors/packet_time.h"
#include "policy/correlate/certificates/der.h"

namespace uptake::dane {
namespace {

using certificates::CertificateField;
using certificates::FreeCertificate;
using certificates::take_field;
using OwnCertificate = std::unique_ptr<X509, FreeCertificate>;

constexpr std::size_t kMostCertificates = 16;
constexpr std::uint64_t kKnownNs = 24 * 3600 * kSecondNs;

Match match_of(int error) noexcept {
  switch (error) {
    case X509_V_OK:
      return Match::valid;
    case X509_V_ERR_DANE_NO_MATCH:
      return Match::mismatch;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Match::expired;
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return Match::wrong_name;
    default:
      return Match::untrusted;
  }
}

/// Container: an SSL object, which no connection uses: TLSA records can be given to nothing else.
class Container {
 public:
  Container(SSL_CTX* context, const Asked& asked, bool pkix) noexcept : ssl_(SSL_new(context)) {
    const std::string name(asked.name.begin(), asked.name.end());
    if (ssl_ == nullptr || SSL_dane_enable(ssl_, name.c_str()) <= 0) return;
    // The server's own certificate counts whatever its names are (RFC 7671 section 5.1).
    SSL_dane_set_flags(ssl_, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    each_record(asked.records, [this, pkix](const Tlsa& record) {
      if (!pkix && (record.has(Usage::pkix_ta) || record.has(Usage::pkix_ee))) return;
      any_ = SSL_dane_tlsa_add(ssl_, record.usage, record.selector, record.matching, record.data.data(),
                               record.data.size()) == 1 ||
             any_;
    });
  }
  ~Container() { SSL_free(ssl_); }
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  /// Some record is usable.
  [[nodiscard]] bool any() const noexcept { return any_; }
  [[nodiscard]] int verify(X509_STORE* store, X509* leaf, STACK_OF(X509) * others,
                           std::int64_t seconds) const noexcept {
    X509_STORE_CTX* const course = X509_STORE_CTX_new();
    int error = X509_V_ERR_UNSPECIFIED;
    if (course != nullptr && X509_STORE_CTX_init(course, store, leaf, others) == 1) {
      X509_STORE_CTX_set_default(course, "ssl_server");
      X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(course), SSL_get0_param(ssl_));
      X509_STORE_CTX_set0_dane(course, SSL_get0_dane(ssl_));
      X509_STORE_CTX_set_time(course, 0, static_cast<time_t>(seconds));
      const bool verifies = X509_verify_cert(course) == 1;
      error = X509_STORE_CTX_get_error(course);
      if (!verifies && error == X509_V_OK) error = X509_V_ERR_UNSPECIFIED;
    }
    X509_STORE_CTX_free(course);
    return error;
  }
  /// Of the record that matched last.
  [[nodiscard]] Usage usage() const noexcept {
    std::uint8_t usage = static_cast<std::uint8_t>(Usage::dane_ta);
    std::uint8_t selector = 0;
    std::uint8_t matching = 0;
    (void)SSL_get0_dane_tlsa(ssl_, &usage, &selector, &matching, nullptr, nullptr);
    return static_cast<Usage>(usage & 3U);
  }

 private:
  SSL* ssl_;
  bool any_ = false;
};

}  // namespace

/// Opened: the certificates of a chain, as OpenSSL wants them.
struct Matcher::Opened {
  struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
  };
  std::vector<OwnCertificate> all;
  std::unique_ptr<STACK_OF(X509), FreeStack> others{sk_X509_new_null()};
};

Matcher::Matcher(std::string anchors, std::size_t places)
    : anchors_(std::move(anchors)),
      context_(SSL_CTX_new(TLS_method())),
      nobody_(X509_STORE_new()),
      hashes_{decltype(hashes_.sha256)(EVP_MD_fetch(nullptr, "SHA2-256", nullptr)),
              decltype(hashes_.sha512)(EVP_MD_fetch(nullptr, "SHA2-512", nullptr)),
              decltype(hashes_.context)(EVP_MD_CTX_new())},
      known_(places) {
  SSL_CTX_dane_enable(context_.get());
}

Matcher::Sha256 Matcher::sha256(Bytes octets) noexcept {
  Sha256 digest{};
  unsigned size = 0;
  EVP_DigestInit_ex(hashes_.context.get(), hashes_.sha256.get(), nullptr);
  EVP_DigestUpdate(hashes_.context.get(), octets.data(), octets.size());
  EVP_DigestFinal_ex(hashes_.context.get(), digest.data(), &size);
  return digest;
}

/// Up to the first that cannot be opened.
Matcher::Opened Matcher::open(Bytes chain) noexcept {
  Opened opened;
  Cursor list = certificates::certificate_list(chain);
  while (!list.empty() && opened.all.size() < kMostCertificates) {
    const Bytes octets = list.bytes(list.u24());
    const unsigned char* at = octets.data();
    OwnCertificate one = opened.all.empty() ? OwnCertificate(d2i_X509(nullptr, &at, static_cast<long>(octets.size())))
                                            : authorities_.open(octets, sha256(octets));
    if (one == nullptr) break;
    if (!opened.all.empty()) sk_X509_push(opened.others.get(), one.get());
    opened.all.push_back(std::move(one));
  }
  return opened;
}

/// Whether it is the server's certificate, or its key, that the record holds.
bool Matcher::is_own(const Tlsa& record, Bytes leaf) noexcept {
  const bool of_key = record.selector == static_cast<std::uint8_t>(Selector::key);
  const Bytes own = of_key ? take_field(leaf, CertificateField::key) : leaf;
  if (own.empty()) return false;
  if (record.has(Matching::whole)) return std::ranges::equal(record.data, own);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const EVP_MD* const kind = record.has(Matching::sha256) ? hashes_.sha256.get() : hashes_.sha512.get();
  return EVP_DigestInit_ex(hashes_.context.get(), kind, nullptr) == 1 &&
         EVP_DigestUpdate(hashes_.context.get(), own.data(), own.size()) == 1 &&
         EVP_DigestFinal_ex(hashes_.context.get(), digest.data(), &size) == 1 &&
         std::ranges::equal(record.data, Bytes{digest.data(), size});
}

/// Usage 3. Where a selector has records with both digests, only the stronger count (RFC 7671 section 9).
bool Matcher::matches_own(Bytes leaf, const Asked& asked) noexcept {
  std::array<bool, 2> strong{};
  each_record(asked.records, [&](const Tlsa& record) {
    if (record.has(Usage::dane_ee) && record.has(Matching::sha512) && record.is_usable(asked.mail))
      strong[record.selector] = true;
  });
  bool matches = false;
  each_record(asked.records, [&](const Tlsa& record) {
    if (matches || !record.has(Usage::dane_ee) || !record.is_usable(asked.mail)) return;
    if (record.has(Matching::sha256) && strong[record.selector]) return;
    matches = is_own(record, leaf);
  });
  return matches;
}

Matched Matcher::match(Bytes chain, const Asked& asked) noexcept {
  Cursor list = certificates::certificate_list(chain);
  const Bytes leaf = list.bytes(list.u24());
  if (list.failed() || leaf.empty()) return {};
  bool usable = false;
  bool above = false;
  bool pkix = false;
  each_record(asked.records, [&](const Tlsa& record) {
    if (!record.is_usable(asked.mail)) return;
    usable = true;
    above = above || record.has(Usage::dane_ta);
    pkix = pkix || record.has(Usage::pkix_ta) || record.has(Usage::pkix_ee);
  });
  if (!usable) return {.match = Match::unusable};
  if (matches_own(leaf, asked)) return {.match = Match::valid};
  if (!above && !pkix) return {.match = Match::mismatch};
  const bool judges_pkix = pkix && anchors_.store() != nullptr;
  const Matched matched = above || judges_pkix ? match_above(chain, asked) : Matched{.match = Match::mismatch};
  const bool open = matched.match != Match::valid && pkix && !judges_pkix;
  return open ? Matched{.match = Match::no_anchors, .from = matched.from, .until = matched.until} : matched;
}

/// SHA-256 of all that decides, but the time: a weak digest could be led to another chain's verdict.
JoinKey Matcher::key_of(Bytes chain, const Asked& asked) noexcept {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const std::array<std::uint64_t, 3> sizes = {chain.size(), asked.records.size(), asked.mail ? 1U : 0U};
  EVP_DigestInit_ex(hashes_.context.get(), hashes_.sha256.get(), nullptr);
  EVP_DigestUpdate(hashes_.context.get(), sizes.data(), sizeof(sizes));
  for (const Bytes part : {chain, asked.records, asked.name})
    EVP_DigestUpdate(hashes_.context.get(), part.data(), part.size());
  EVP_DigestFinal_ex(hashes_.context.get(), digest.data(), &size);
  JoinKey key;
  std::memcpy(&key.first, digest.data(), sizeof(key.first));
  std::memcpy(&key.second, digest.data() + sizeof(key.first), sizeof(key.second));
  return key;
}

Matched Matcher::match_above(Bytes chain, const Asked& asked) noexcept {
  const JoinKey key = key_of(chain, asked);
  const std::uint64_t now = static_cast<std::uint64_t>(asked.seconds) * kSecondNs;
  const Matched* const known = known_.find(key, now);
  if (known != nullptr && known->from <= asked.seconds && asked.seconds < known->until) return *known;
  const Matched matched = verify(chain, asked);
  known_.put(key, now, now + kKnownNs) = matched;
  return matched;
}

Matched Matcher::verify(Bytes chain, const Asked& asked) noexcept {
  ++verified_;
  const Opened opened = open(chain);
  if (opened.all.empty()) {
    ERR_clear_error();
    return {};
  }
  X509_STORE* const store = asked.mail ? nullptr : anchors_.store();
  const Container container(context_.get(), asked, store != nullptr);
  Matched matched{.match = Match::unusable};
  if (container.any()) {
    matched.match = match_of(container.verify(store != nullptr ? store : nobody_.get(), opened.all[0].get(),
                                              opened.others.get(), asked.seconds));
    matched.usage = container.usage();
    certificates::Judged times;
    for (const OwnCertificate& one : opened.all) certificates::see_time(one.get(), asked.seconds, times);
    matched.from = times.from;
    matched.until = times.until;
  }
  ERR_clear_error();
  return matched;
}

}  // namespace uptake::dane
