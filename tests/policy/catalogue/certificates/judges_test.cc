#include "policy/catalogue/certificates/words.h"
#include "policy/correlate/certificates/facts.h"
#include "tests/policy/judging_joins.h"

namespace uptake {
namespace certificates_judges_test {

using certificates::Bits;
using certificates::Key;
using certificates::NameMatch;
using certificates::Sight;
using certificates::Staple;
using certificates::Trust;
using certificates::Validity;

std::string judged_of(std::string_view id, const Unit& unit, const Bits& bits,
                      const Profile& profile = default_profile()) {
  return judged_with_joins(id, unit, bits.pack(), profile);
}
std::string connection(std::string_view id, const Bits& bits) { return judged_of(id, Unit::connections, bits); }

Bits good() {
  return {.key = Key::ecdsa,
          .key_bits = 256,
          .curve = 0x17,
          .hash = 4,
          .name = NameMatch::match,
          .trust = Trust::trusted,
          .scts = 2,
          .staple = Staple::good,
          .has_responder = true};
}

TEST(CertificateJudges, ReasonsAreCountedApart) {
  for (const auto& [sight, reason] : {std::pair{Sight::tls13, "tls13"},
                                      {Sight::quic, "quic"},
                                      {Sight::resumed, "resumed"},
                                      {Sight::none, "not_applicable"},
                                      {Sight::refused, "not_applicable"},
                                      {Sight::midstream, "ignored"},
                                      {Sight::no_hello, "no_hello"},
                                      {Sight::gap, "gap"},
                                      {Sight::truncated, "truncated"},
                                      {Sight::limit, "limit"},
                                      {Sight::malformed, "malformed"}})
    for (const std::string_view id : {"tls.certificate.valid", "tls.certificate.current", "tls.certificate.ecdsa"})
      EXPECT_EQ(connection(id, {.sight = sight}), reason);
}

TEST(CertificateJudges, AValidOneIsTrustedCurrentAndForTheName) {
  EXPECT_EQ(connection("tls.certificate.valid", good()), "pass");
  Bits bits = good();
  bits.name = NameMatch::not_asked;
  EXPECT_EQ(connection("tls.certificate.valid", bits), "pass");
  EXPECT_EQ(connection("tls.certificate.name_match", bits), "not_applicable");
  EXPECT_EQ(judged_of("tls.certificate.name_match", Unit::servers, bits), "ignored");
  bits.name = NameMatch::mismatch;
  EXPECT_EQ(connection("tls.certificate.valid", bits), "fail");
  EXPECT_EQ(connection("tls.certificate.name_match", bits), "fail");
  bits.name = NameMatch::unknown;
  EXPECT_EQ(connection("tls.certificate.valid", bits), "no_name");
  bits = good();
  bits.validity = Validity::expired;
  EXPECT_EQ(connection("tls.certificate.valid", bits), "fail");
  EXPECT_EQ(connection("tls.certificate.current", bits), "fail");
  EXPECT_EQ(connection("tls.certificate.trusted", bits), "pass");
  for (const Trust trust : {Trust::self_signed, Trust::unknown_issuer, Trust::broken}) {
    bits = good();
    bits.trust = trust;
    EXPECT_EQ(connection("tls.certificate.valid", bits), "fail");
    EXPECT_EQ(connection("tls.certificate.trusted", bits), "fail");
    EXPECT_EQ(connection("tls.certificate.self_signed", bits), trust == Trust::self_signed ? "pass" : "fail");
    EXPECT_EQ(connection("tls.certificate.sct", bits), "not_applicable");
  }
  // Without anchors a fault is one all the same.
  bits = good();
  bits.trust = Trust::not_judged;
  EXPECT_EQ(connection("tls.certificate.valid", bits), "no_anchors");
  bits.validity = Validity::not_yet_valid;
  EXPECT_EQ(connection("tls.certificate.valid", bits), "fail");
}

TEST(CertificateJudges, WhatIsNotKnownIsNeitherGoodNorBad) {
  Bits bits = good();
  bits.key = Key::other;
  bits.hash = 0;
  EXPECT_EQ(connection("tls.certificate.key.long", bits), "unknown_algorithm");
  EXPECT_EQ(connection("tls.certificate.hash", bits), "unknown_algorithm");
  bits.key = Key::ed448;
  bits.hash = 8;
  EXPECT_EQ(connection("tls.certificate.key.long", bits), "pass");
  EXPECT_EQ(connection("tls.certificate.hash", bits), "pass");
}

TEST(CertificateJudges, TimestampsAndStaples) {
  EXPECT_EQ(connection("tls.certificate.sct", good()), "pass");
  EXPECT_EQ(connection("tls.certificate.stapled", good()), "pass");
  Bits bits = good();
  bits.scts = 1;
  bits.staple = Staple::none;
  EXPECT_EQ(connection("tls.certificate.sct", bits), "fail");
  EXPECT_EQ(connection("tls.certificate.stapled", bits), "fail");
  EXPECT_EQ(connection("tls.certificate.not_revoked", bits), "not_applicable");
  bits.staple = Staple::revoked;
  EXPECT_EQ(connection("tls.certificate.not_revoked", bits), "fail");
  bits.staple = Staple::not_judged;
  EXPECT_EQ(connection("tls.certificate.stapled", bits), "limit");
  bits.has_responder = false;
  bits.staple = Staple::none;
  EXPECT_EQ(connection("tls.certificate.stapled", bits), "not_applicable");
}

/// The class of a key and a hash under a profile.
std::string classed(const Bits& bits, std::string_view profile) {
  for (const std::string_view row : {"good", "sufficient", "phase_out", "insufficient"})
    if (judged_of("tls.certificate.class." + std::string(row), certificates::kChains, bits, *find_profile(profile)) ==
        "pass")
      return std::string(row);
  return "none";
}

TEST(CertificateJudges, ClassesOfBothProfiles) {
  struct Case {
    Bits bits;
    std::string_view now;
    std::string_view then;
  };
  const auto rsa = [](std::uint16_t bits, std::uint8_t hash) {
    return Bits{.key = Key::rsa, .key_bits = bits, .hash = hash};
  };
  for (const Case& c : {Case{good(), "sufficient", "good"},
                        {rsa(3072, 4), "sufficient", "good"},
                        {rsa(2048, 4), "phase_out", "sufficient"},
                        {rsa(3071, 4), "phase_out", "sufficient"},
                        {rsa(1024, 4), "insufficient", "insufficient"},
                        {rsa(3072, 3), "phase_out", "insufficient"},
                        {rsa(3072, 2), "insufficient", "insufficient"},
                        {{.key = Key::ecdsa, .key_bits = 224, .curve = 0x15, .hash = 4}, "phase_out", "phase_out"},
                        {{.key = Key::ecdsa, .key_bits = 163, .hash = 4}, "insufficient", "insufficient"},
                        {{.key = Key::ed25519, .hash = 8}, "sufficient", "good"},
                        {{.key = Key::dsa, .key_bits = 3072, .hash = 4}, "insufficient", "insufficient"}}) {
    EXPECT_EQ(classed(c.bits, "ncsc-nl-2025-05"), c.now) << c.bits.key_bits;
    EXPECT_EQ(classed(c.bits, "ncsc-nl-2.1"), c.then) << c.bits.key_bits;
  }
}

}  // namespace certificates_judges_test
}  // namespace uptake
