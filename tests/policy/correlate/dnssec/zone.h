#pragma once

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/dns/facts.h"
#include "policy/correlate/dnssec/name.h"
#include "tests/dissectors/dns/builder.h"

// Zones that are signed as RFC 4034 says, with code of their own: nothing here is of what is tested.
namespace uptake::dnssec::test {

using dns::test::Octets;
using dns::test::Wire;

inline constexpr std::int64_t kNow = 1'795'560'000;

inline Octets wire(std::string_view dotted) { return Wire{}.name(dotted).out; }
inline Name name(std::string_view dotted) {
  const Octets octets = wire(dotted);
  Name made;
  Cursor at(octets);
  (void)read_name(octets, at, made);
  made.to_lower();
  return made;
}
inline unsigned labels_of(std::string_view dotted) {
  return dotted.empty() || dotted == "." ? 0 : 1 + static_cast<unsigned>(std::ranges::count(dotted, '.'));
}

struct FreePkey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using OwnPkey = std::shared_ptr<EVP_PKEY>;

inline OwnPkey make_key(unsigned algorithm) {
  EVP_PKEY* key = algorithm == 13   ? EVP_EC_gen("P-256")
                  : algorithm == 14 ? EVP_EC_gen("P-384")
                  : algorithm == 15 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                  : algorithm == 16 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448")
                                    : EVP_RSA_gen(2048);
  return {key, FreePkey{}};
}

/// Key: a zone's key with its DNSKEY RDATA.
struct Key {
  unsigned algorithm = 13;
  OwnPkey key;
  Octets rdata;
  unsigned tag = 0;

  explicit Key(unsigned number = 13, unsigned flags = 257) : algorithm(number), key(make_key(number)) {
    rdata = Wire{}.u16(flags).u8(3).u8(number).out;
    const Octets octets = public_octets();
    rdata.insert(rdata.end(), octets.begin(), octets.end());
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < rdata.size(); ++i) sum += i % 2 == 0 ? rdata[i] * 256U : rdata[i];
    tag = (sum + (sum >> 16)) & 0xffff;
  }
  [[nodiscard]] Octets public_octets() const {
    Octets out(600);
    std::size_t size = out.size();
    if (algorithm == 15 || algorithm == 16) {
      EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size);
      out.resize(size);
      return out;
    }
    if (algorithm == 13 || algorithm == 14) {
      EVP_PKEY_get_octet_string_param(key.get(), "pub", out.data(), out.size(), &size);
      out.resize(size);
      out.erase(out.begin());
      return out;
    }
    BIGNUM* modulus = nullptr;
    BIGNUM* exponent = nullptr;
    EVP_PKEY_get_bn_param(key.get(), "n", &modulus);
    EVP_PKEY_get_bn_param(key.get(), "e", &exponent);
    Octets e(static_cast<std::size_t>(BN_num_bytes(exponent)));
    Octets n(static_cast<std::size_t>(BN_num_bytes(modulus)));
    BN_bn2bin(exponent, e.data());
    BN_bn2bin(modulus, n.data());
    BN_free(modulus);
    BN_free(exponent);
    return Wire{}.u8(static_cast<unsigned>(e.size())).add(e).add(n).out;
  }
  [[nodiscard]] Octets sign(const Octets& data) const {
    const EVP_MD* digest = algorithm == 15 || algorithm == 16 ? nullptr
                           : algorithm == 5 || algorithm == 7 ? EVP_sha1()
                           : algorithm == 14                  ? EVP_sha384()
                           : algorithm == 10                  ? EVP_sha512()
                                                              : EVP_sha256();
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    Octets made(1024);
    std::size_t size = made.size();
    EVP_DigestSignInit(context, nullptr, digest, nullptr, key.get());
    EVP_DigestSign(context, made.data(), &size, data.data(), data.size());
    EVP_MD_CTX_free(context);
    made.resize(size);
    return algorithm == 13 || algorithm == 14 ? plain(made) : made;
  }
  /// r and s of a DER signature, side by side (RFC 6605 §4).
  [[nodiscard]] Octets plain(const Octets& der) const {
    const int size = algorithm == 13 ? 32 : 48;
    const unsigned char* at = der.data();
    ECDSA_SIG* const signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    Octets out(static_cast<std::size_t>(2 * size));
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out.data(), size);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out.data() + size, size);
    ECDSA_SIG_free(signature);
    return out;
  }
};

/// Signing: how an RRset is signed.
struct Signing {
  std::string over = {};  ///< the wildcard that the records are made from; empty: their owner
  std::int64_t from = kNow - 86'400;
  std::int64_t until = kNow + 10 * 86'400;
  std::uint32_t ttl = 300;
};

/// Zone: a name and its key. All names in lower case.
struct Zone {
  std::string name;
  Key key;

  explicit Zone(std::string of, unsigned algorithm = 13) : name(std::move(of)), key(algorithm) {}

  [[nodiscard]] Octets ds(unsigned digest_type = 2) const {
    Octets octets = wire(name);
    octets.insert(octets.end(), key.rdata.begin(), key.rdata.end());
    const EVP_MD* const type = digest_type == 1 ? EVP_sha1() : digest_type == 4 ? EVP_sha384() : EVP_sha256();
    Octets digest(static_cast<std::size_t>(EVP_MD_get_size(type)));
    EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, type, nullptr);
    return Wire{}.u16(key.tag).u8(key.algorithm).u8(digest_type).add(digest).out;
  }
  /// RRSIG RDATA (RFC 4034 §3.1.8.1).
  [[nodiscard]] Octets rrsig(std::string_view owner, unsigned type, std::vector<Octets> records,
                             const Signing& how = {}) const {
    std::ranges::sort(records);
    const std::string_view over = how.over.empty() ? owner : std::string_view(how.over);
    const unsigned labels = labels_of(over) - (over.starts_with("*") ? 1 : 0);
    Octets front = Wire{}.u16(type).u8(key.algorithm).u8(labels).u32(how.ttl).out;
    front = Wire(front).u32(static_cast<std::uint32_t>(how.until)).u32(static_cast<std::uint32_t>(how.from)).out;
    front = Wire(front).u16(key.tag).add(wire(name)).out;
    Wire data(front);
    for (const Octets& rdata : records)
      data.add(wire(over)).u16(type).u16(1).u32(how.ttl).u16(static_cast<unsigned>(rdata.size())).add(rdata);
    const Octets signature = key.sign(data.out);
    return Wire(front).add(signature).out;
  }
};

/// Reply: a response with sections. Flags are those of an authority that was asked with DO.
class Reply {
 public:
  Reply(std::string_view qname, unsigned qtype, unsigned rcode = 0, unsigned flags = dns::test::kAaFlag)
      : builder_(dns::test::kQr | flags | rcode) {
    builder_.question(qname, qtype);
    said.qtype = static_cast<std::uint16_t>(qtype);
    said.rcode = static_cast<std::uint8_t>(rcode);
    said.aa = (flags & dns::test::kAaFlag) != 0;
    said.ra = (flags & dns::test::kRaFlag) != 0;
    said.rd = (flags & dns::test::kRdFlag) != 0;
    said.edns = said.dnssec_ok = said.query_seen = said.query_dnssec_ok = true;
  }
  Reply& add(int section, std::string_view owner, unsigned type, const Octets& rdata, std::uint32_t ttl = 300) {
    builder_.owned(section, wire(owner), type, rdata, 1, ttl);
    if (type == kTypeRrsig) said.seen = static_cast<std::uint16_t>(said.seen | 1U << dns::kSeenRrsig);
    return *this;
  }
  /// An RRset, signed by `zone`.
  Reply& add(int section, const Zone& zone, std::string_view owner, unsigned type, const std::vector<Octets>& records,
             const Signing& how = {}) {
    for (const Octets& rdata : records) add(section, owner, type, rdata, how.ttl);
    return add(section, owner, 46, zone.rrsig(owner, type, records, how), how.ttl);
  }
  [[nodiscard]] Octets done() const { return builder_.done(); }

  dns::ResponseBits said;

 private:
  dns::test::Builder builder_;
};

inline Octets soa(std::string_view zone) {
  return Wire{}.name("ns." + std::string(zone)).name(zone).u32(1).u32(3600).u32(600).u32(86'400).u32(300).out;
}
/// A bitmap of types below 256, as windows.
inline Octets types(std::vector<unsigned> all) {
  Octets octets(32);
  std::size_t size = 0;
  for (const unsigned type : all) {
    octets[type / 8] = static_cast<std::uint8_t>(octets[type / 8] | 0x80U >> type % 8);
    size = std::max<std::size_t>(size, type / 8 + 1);
  }
  octets.resize(size);
  return all.empty() ? Octets{} : Wire{}.u8(0).u8(static_cast<unsigned>(size)).add(octets).out;
}
inline Octets nsec(std::string_view next, const std::vector<unsigned>& at) {
  return Wire{}.name(next).add(types(at)).out;
}

/// Base 32 with the extended hex alphabet.
inline std::string base32(const Octets& octets) {
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const unsigned octet : octets) {
    held = held << 8 | octet;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += "0123456789abcdefghijklmnopqrstuv"[held >> bits & 31];
    }
  }
  return out;
}
/// RFC 5155 §5.
inline Octets nsec3_hash(std::string_view owner, unsigned iterations, const Octets& salt = {}) {
  Octets made = wire(owner);
  for (unsigned i = 0; i <= iterations; ++i) {
    made.insert(made.end(), salt.begin(), salt.end());
    Octets digest(20);
    EVP_Digest(made.data(), made.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    made = digest;
  }
  return made;
}
inline Octets plus(Octets hash, int by) {
  int carry = by;
  for (std::size_t i = hash.size(); i-- > 0 && carry != 0;) {
    const int sum = hash[i] + carry;
    hash[i] = static_cast<std::uint8_t>(sum & 0xff);
    carry = sum < 0 ? -1 : sum > 255 ? 1 : 0;
  }
  return hash;
}
/// Nsec3: a record that matches `of`, or one that covers it and nothing near it.
struct Nsec3 {
  std::string owner;
  Octets rdata;
};
inline Nsec3 nsec3(std::string_view of, std::string_view zone, bool covers, const std::vector<unsigned>& at = {},
                   bool opt_out = false, unsigned iterations = 0) {
  const Octets hash = nsec3_hash(of, iterations);
  const Octets owner = covers ? plus(hash, -1) : hash;
  const std::string text = base32(owner) + (zone.empty() || zone == "." ? "" : "." + std::string(zone));
  return {text, Wire{}.u8(1).u8(opt_out ? 1 : 0).u16(iterations).u8(0).u8(20).add(plus(hash, 1)).add(types(at)).out};
}

}  // namespace uptake::dnssec::test
