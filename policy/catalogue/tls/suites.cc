#include "dissectors/tls/suites.h"

#include <array>

#include "policy/catalogue/tls/judges.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/standards.h"
#include "policy/catalogue/tls/suite_families.h"

namespace uptake {
namespace {

using tls::session;
using tls::SessionBits;

bool is_aead(const SessionBits& s) { return tls::is_aead(s.suite); }
template <std::uint16_t kSuite>
bool is_suite(const SessionBits& s) {
  return s.suite == kSuite;
}

/// A resumption below 1.3 lives on the secret of an earlier handshake, which is not in sight.
Judgement has_forward_secrecy(std::uint64_t v, const Profile&) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!is_pass(seen)) return seen;
  if (tls::is_13(s)) {
    if (s.group_sight == tls::GroupSight::unobservable) return Judgement::unobservable(tls::no_key_exchange(s));
    return Judgement::pass_if(s.group_sight != tls::GroupSight::none);
  }
  if (s.resumed) return Judgement::not_applicable();
  if (!tls::resumes_nothing(s)) return Judgement::unobservable(tls::no_key_exchange(s));
  const tls::KeyExchange exchange = tls::key_exchange(s.suite);
  if (exchange != tls::KeyExchange::unknown) return Judgement::pass_if(exchange != tls::KeyExchange::none);
  // Of a suite that is in no list, the flight tells: with a ServerKeyExchange or without.
  if (s.group_sight == tls::GroupSight::unobservable) return Judgement::unobservable(tls::no_key_exchange(s));
  return Judgement::pass_if(s.group_sight != tls::GroupSight::none);
}

constexpr Judge kAead = tls::among_negotiated<is_aead>;

using namespace standards;

template <std::uint16_t kSuite>
constexpr Measure suite(std::string_view id, std::string_view question) {
  return session(Unit::connections, id, kTls, tls::among_negotiated<is_suite<kSuite>>, question,
                 "The ServerHello chose this cipher suite.")
      .neutral();
}

constexpr std::string_view kForwardPasses =
    "The suite is (EC)DHE, or TLS 1.3 with a key share. Resumptions below 1.3 are not counted.";
constexpr std::string_view kForwardHidden =
    "Connections whose ServerHello was not seen, and those below 1.3 of which too little was seen to tell that they "
    "resume nothing.";

constexpr std::array kRows = {
    session(Unit::connections, "tls.suite.aead", kTls, kAead, "How many connections use authenticated encryption?",
            "An AEAD suite: GCM, CCM or ChaCha20-Poly1305."),
    session(Unit::bytes, "tls.suite.aead", kTls, kAead, "How many bytes travel under authenticated encryption?",
            "An AEAD suite: GCM, CCM or ChaCha20-Poly1305."),
    session(Unit::servers, "tls.suite.aead", kTls, by_entity<kAead>,
            "How many servers always use authenticated encryption?",
            "Every connection of a server had an AEAD suite; at best: one had."),
    session(Unit::connections, "tls.suite.forward_secrecy", kTls, has_forward_secrecy,
            "How many connections have forward secrecy?", kForwardPasses, kForwardHidden),
    session(Unit::bytes, "tls.suite.forward_secrecy", kTls, has_forward_secrecy,
            "How many bytes travel with forward secrecy?", kForwardPasses, kForwardHidden),
    session(Unit::servers, "tls.suite.forward_secrecy", kTls, by_entity<has_forward_secrecy>,
            "How many servers always have forward secrecy?",
            "Every connection of a server had an ephemeral key exchange; at best: one had.", kForwardHidden),

    suite<0x1301>("tls.suite.aes_128_gcm_sha256", "How many connections use AES_128_GCM_SHA256?"),
    suite<0x1302>("tls.suite.aes_256_gcm_sha384", "How many connections use AES_256_GCM_SHA384?"),
    suite<0x1303>("tls.suite.chacha20_poly1305_sha256", "How many connections use CHACHA20_POLY1305_SHA256?"),
    suite<0xc02b>("tls.suite.ecdhe_ecdsa_aes_128_gcm_sha256",
                  "How many connections use ECDHE_ECDSA_WITH_AES_128_GCM_SHA256?"),
    suite<0xc02c>("tls.suite.ecdhe_ecdsa_aes_256_gcm_sha384",
                  "How many connections use ECDHE_ECDSA_WITH_AES_256_GCM_SHA384?"),
    suite<0xcca9>("tls.suite.ecdhe_ecdsa_chacha20_poly1305",
                  "How many connections use ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256?"),
    suite<0xc02f>("tls.suite.ecdhe_rsa_aes_128_gcm_sha256",
                  "How many connections use ECDHE_RSA_WITH_AES_128_GCM_SHA256?"),
    suite<0xc030>("tls.suite.ecdhe_rsa_aes_256_gcm_sha384",
                  "How many connections use ECDHE_RSA_WITH_AES_256_GCM_SHA384?"),
    suite<0xcca8>("tls.suite.ecdhe_rsa_chacha20_poly1305",
                  "How many connections use ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256?"),
    suite<0x009e>("tls.suite.dhe_rsa_aes_128_gcm_sha256",
                  "How many connections use DHE_RSA_WITH_AES_128_GCM_SHA256?"),
    suite<0x009f>("tls.suite.dhe_rsa_aes_256_gcm_sha384",
                  "How many connections use DHE_RSA_WITH_AES_256_GCM_SHA384?"),
    suite<0xc013>("tls.suite.ecdhe_rsa_aes_128_cbc_sha", "How many connections use ECDHE_RSA_WITH_AES_128_CBC_SHA?"),
    suite<0xc014>("tls.suite.ecdhe_rsa_aes_256_cbc_sha", "How many connections use ECDHE_RSA_WITH_AES_256_CBC_SHA?"),
    suite<0x009c>("tls.suite.rsa_aes_128_gcm_sha256", "How many connections use RSA_WITH_AES_128_GCM_SHA256?"),
    suite<0x009d>("tls.suite.rsa_aes_256_gcm_sha384", "How many connections use RSA_WITH_AES_256_GCM_SHA384?"),
    suite<0x002f>("tls.suite.rsa_aes_128_cbc_sha", "How many connections use RSA_WITH_AES_128_CBC_SHA?"),
    suite<0x0035>("tls.suite.rsa_aes_256_cbc_sha", "How many connections use RSA_WITH_AES_256_CBC_SHA?"),
    suite<0x000a>("tls.suite.rsa_3des_ede_cbc_sha", "How many connections use RSA_WITH_3DES_EDE_CBC_SHA?"),
    suite<0x0005>("tls.suite.rsa_rc4_128_sha", "How many connections use RSA_WITH_RC4_128_SHA?"),
};

}  // namespace

std::span<const Measure> tls_suite_measures() noexcept { return kRows; }

}  // namespace uptake
