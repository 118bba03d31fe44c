#include "policy/correlate/dnssec/nsec3.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

namespace uptake::dnssec {
namespace {

constexpr std::size_t kHashBytes = 20;

/// Base 32 with the extended hex alphabet (RFC 4648 §7), lower case: 32 characters are 20 octets.
bool decode(Bytes text, std::uint8_t* out) noexcept {
  if (text.size() != 32) return false;
  for (std::size_t group = 0; group < 4; ++group) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint8_t c = text[8 * group + i];
      const bool digit = c >= '0' && c <= '9';
      if (!digit && (c < 'a' || c > 'v')) return false;
      bits = bits << 5 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
    }
    for (std::size_t i = 0; i < 5; ++i) out[5 * group + i] = static_cast<std::uint8_t>(bits >> 8 * (4 - i));
  }
  return true;
}

/// Sha1: one context for all hashes of a thread.
class Sha1 {
 public:
  Sha1() noexcept : type_(EVP_MD_fetch(nullptr, "SHA1", nullptr)), context_(EVP_MD_CTX_new()) {}
  ~Sha1() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(type_);
  }
  Sha1(const Sha1&) = delete;
  Sha1& operator=(const Sha1&) = delete;
  /// H(octets | salt)
  [[nodiscard]] bool make(Bytes octets, Bytes salt, std::uint8_t* out) noexcept {
    return EVP_DigestInit_ex2(context_, type_, nullptr) == 1 &&
           EVP_DigestUpdate(context_, octets.data(), octets.size()) == 1 &&
           EVP_DigestUpdate(context_, salt.data(), salt.size()) == 1 &&
           EVP_DigestFinal_ex(context_, out, nullptr) == 1;
  }

 private:
  EVP_MD* type_;
  EVP_MD_CTX* context_;
};

}  // namespace

/// hash algorithm(1) flags(1) iterations(2) salt hash types (RFC 5155 §3.2). The owner is the hash in front of the
/// zone. All records of a proof have the parameters of the first.
void Nsec3Records::add(const Name& owner, Bytes rdata) noexcept {
  constexpr std::uint8_t kOptOut = 1;
  if (count_ == kMost || owner.labels() != zone_.labels() + 1 || !owner.is_within(zone_)) return;
  Cursor left(rdata);
  const unsigned algorithm = left.u8();
  const unsigned flags = left.u8();
  const std::uint16_t iterations = left.u16();
  const Bytes salt = left.prefixed8().rest();
  const Bytes next = left.prefixed8().rest();
  Nsec3& nsec3 = records_[count_];
  nsec3.types = TypeBitmap(left.rest());
  // Records with an unknown algorithm or unknown flags are passed over (§8.1, §8.2).
  if (left.failed() || algorithm != 1 || flags > kOptOut || next.size() != kHashBytes || !nsec3.types.is_sound())
    return;
  if (!decode(owner.wire().subspan(1, owner.wire()[0]), nsec3.owner.data())) return;
  if (count_ == 0) {
    iterations_ = iterations;
    salt_ = salt;
  } else if (iterations != iterations_ || !std::ranges::equal(salt, salt_)) {
    return;
  }
  std::memcpy(nsec3.next.data(), next.data(), kHashBytes);
  nsec3.opt_out = flags == kOptOut;
  ++count_;
}

/// IH(salt, x, 0) = H(x | salt), IH(salt, x, k) = H(IH(salt, x, k-1) | salt) (§5). False: that would be too much.
bool Nsec3Records::hash(const Name& name, Hash& out) noexcept {
  work_ += iterations_ + std::uint32_t{1};
  exhausted_ = exhausted_ || work_ > HashLimits::kWork;
  if (exhausted_) return false;
  thread_local Sha1 sha1;
  if (!sha1.make(name.wire(), salt_, out.data())) return false;
  for (unsigned i = 0; i < iterations_; ++i)
    if (!sha1.make(out, salt_, out.data())) return false;
  return true;
}

const Nsec3Records::Nsec3* Nsec3Records::at(const Name& name) noexcept {
  Hash hashed;
  if (!hash(name, hashed)) return nullptr;
  for (std::size_t i = 0; i < count_; ++i)
    if (records_[i].owner == hashed) return &records_[i];
  return nullptr;
}

const Nsec3Records::Nsec3* Nsec3Records::over(const Name& name) noexcept {
  Hash hashed;
  if (!hash(name, hashed)) return nullptr;
  for (std::size_t i = 0; i < count_; ++i) {
    const Nsec3& one = records_[i];
    const bool wraps = one.next <= one.owner;
    if (wraps ? hashed > one.owner || hashed < one.next : hashed > one.owner && hashed < one.next) return &one;
  }
  return nullptr;
}

/// The closest encloser proof (§8.3) for a name that does not exist.
Nsec3Records::Encloser Nsec3Records::encloser_of(const Name& name) noexcept {
  for (unsigned labels = name.labels(); labels-- > zone_.labels();) {
    const Nsec3* const own = at(name.last(labels));
    if (exhausted_) return {};
    if (own == nullptr) continue;
    if (ends_zone(own->types)) return {};
    return {labels, over(name.last(labels + 1))};
  }
  return {};
}

Proof Nsec3Records::no_name(const Name& name) noexcept {
  if (count_ == 0) return Proof::none;
  if (iterations_ > HashLimits::kIterations) return Proof::insecure;
  const bool exists = at(name) != nullptr;
  const Encloser encloser = exists ? Encloser{} : encloser_of(name);
  const bool denied = encloser.covers != nullptr && over(name.last(encloser.labels).wildcard()) != nullptr;
  if (exhausted_) return Proof::limit;
  if (!denied) return Proof::none;
  return encloser.covers->opt_out ? Proof::insecure : Proof::proved;
}

Proof Nsec3Records::no_data(const Name& name, std::uint16_t type) noexcept {
  if (count_ == 0) return Proof::none;
  if (iterations_ > HashLimits::kIterations) return Proof::insecure;
  if (const Nsec3* const own = at(name); own != nullptr)
    return denies_type(own->types, type, name.is_root()) ? Proof::proved : Proof::none;
  const Encloser encloser = encloser_of(name);
  if (exhausted_) return Proof::limit;
  if (encloser.covers == nullptr) return Proof::none;
  if (encloser.covers->opt_out) return Proof::insecure;
  const Nsec3* const wildcard = at(name.last(encloser.labels).wildcard());
  if (exhausted_) return Proof::limit;
  return wildcard != nullptr && denies_type(wildcard->types, type, false) ? Proof::proved : Proof::none;
}

Proof Nsec3Records::no_closer(const Name& name, unsigned labels) noexcept {
  if (count_ == 0) return Proof::none;
  if (iterations_ > HashLimits::kIterations) return Proof::insecure;
  const Nsec3* const covers = over(name.last(labels + 1));
  if (covers != nullptr) return covers->opt_out ? Proof::insecure : Proof::proved;
  return exhausted_ ? Proof::limit : Proof::none;
}

Cut Nsec3Records::cut_at(const Name& name) noexcept {
  if (count_ == 0) return Cut::unknown;
  if (iterations_ > HashLimits::kIterations) return Cut::unsigned_zone;
  if (const Nsec3* const own = at(name); own != nullptr) {
    if (own->types.has(kTypeDs) || own->types.has(kTypeSoa)) return Cut::unknown;
    return own->types.has(kTypeNs) ? Cut::unsigned_zone : Cut::no_cut;
  }
  const Encloser encloser = encloser_of(name);
  if (exhausted_) return Cut::limit;
  if (encloser.covers == nullptr) return Cut::unknown;
  return encloser.covers->opt_out ? Cut::unsigned_zone : Cut::no_cut;
}

}  // namespace uptake::dnssec
