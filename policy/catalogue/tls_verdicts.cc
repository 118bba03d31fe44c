#include <array>

#include "policy/catalogue/areas.h"
#include "policy/catalogue/standards.h"
#include "policy/catalogue/tls_assessment.h"
#include "policy/catalogue/tls_judges.h"

namespace uptake {
namespace tls {
namespace {

void assess_key_exchange(const SessionBits& s, const Profile& profile, Assessment& assessment) noexcept {
  switch (s.group_sight) {
    case GroupSight::none:
      return;  // the suite's class says what that is worth
    case GroupSight::known:
      assessment.see(profile.group(s.group));
      break;
    case GroupSight::custom_dh:
      assessment.see(profile.custom_dh());
      break;
    case GroupSight::unobservable:
      assessment.miss(no_key_exchange(s));
      break;
  }
  // Below 1.2 the signature's hash is fixed by the protocol, in 1.3 it is encrypted and never weak.
  if (s.version_minor != kTls12) return;
  if (s.signature_hash != 0) return assessment.see(profile.signature_hash(s.signature_hash));
  assessment.miss(no_key_exchange(s));
}

void assess_hello(const SessionBits& s, const Profile& profile, Assessment& assessment) noexcept {
  if (s.compression) assessment.see(profile.compression());
  if (!s.secure_renegotiation) assessment.see(profile.no_secure_renegotiation());
  if (s.ems || profile.no_ems() == VerdictClass::good) return;
  // `ems` says "in both hellos": without the client's it is not known.
  if (s.client_hello) return assessment.see(profile.no_ems());
  assessment.miss(Reason::no_client_hello);
}

}  // namespace

Assessment assess(const SessionBits& s, const Profile& profile) noexcept {
  Assessment assessment;
  assessment.see(profile.version(s.version()));
  assessment.see(profile.suite(s.suite));
  if (is_13(s)) {
    if (s.group_sight == GroupSight::known) assessment.see(profile.group(s.group));
    if (s.group_sight == GroupSight::unobservable) assessment.miss(no_key_exchange(s));
    return assessment;
  }
  if (!s.resumed) assess_key_exchange(s, profile, assessment);
  assess_hello(s, profile, assessment);
  return assessment;
}

}  // namespace tls

namespace {

using tls::by_server;
using tls::session;
using tls::SessionBits;

/// pass when the session's class lies between kLowest and kHighest. What is missing can only lower the class: it
/// matters unless the class is below the range already, or as low as it gets.
template <VerdictClass kLowest, VerdictClass kHighest>
Judgement class_between(std::uint64_t v, const Profile& profile) noexcept {
  const SessionBits s = SessionBits::unpack(v);
  const Judgement seen = tls::negotiated(s);
  if (!tls::is_pass(seen)) return seen;
  const tls::Assessment assessment = tls::assess(s, profile);
  if (assessment.worst < kLowest) return Judgement::fail();
  const bool decided = assessment.whole || assessment.worst == VerdictClass::insufficient;
  if (!decided) return Judgement::unobservable(assessment.missing);
  return Judgement::pass_if(assessment.worst <= kHighest);
}

using enum VerdictClass;
constexpr tls::Judge kIsGood = class_between<good, good>;
constexpr tls::Judge kIsSufficient = class_between<sufficient, good>;
constexpr tls::Judge kIsPhaseOut = class_between<phase_out, phase_out>;
constexpr tls::Judge kIsInsufficient = class_between<insufficient, insufficient>;

constexpr std::string_view kHidden =
    "Connections whose ServerHello was not seen, and those of which a part is missing (key exchange, ClientHello) "
    "that "
    "could still change the class. Certificates are not judged.";

template <tls::Judge kJudge>
constexpr std::array<Measure, 3> verdict(std::string_view id, std::string_view connections, std::string_view bytes,
                                         std::string_view servers, std::string_view passes,
                                         std::string_view server_passes) {
  using standards::kTlsProfile;
  return {session(Unit::connections, id, kTlsProfile, kJudge, connections, passes, kHidden),
          session(Unit::bytes, id, kTlsProfile, kJudge, bytes, passes, kHidden),
          session(Unit::servers, id, kTlsProfile, by_server<kJudge>, servers, server_passes, kHidden)};
}

constexpr auto kGood = verdict<kIsGood>(
    "tls.class.good", "How many connections are good under the profile?",
    "How many bytes travel in connections that are good under the profile?", "How many servers are good?",
    "The worst of version, suite, group, hash, compression, renegotiation and extended master secret is good.",
    "Every connection of a server was good; at best: one was.");
constexpr auto kSufficient = verdict<kIsSufficient>(
    "tls.class.sufficient", "How many connections are sufficient or better under the profile?",
    "How many bytes travel in connections that are sufficient or better under the profile?",
    "How many servers are sufficient or better?", "No part of the session is to be phased out or insufficient.",
    "Every connection of a server was sufficient or better; at best: one was.");
constexpr auto kPhaseOut =
    verdict<kIsPhaseOut>("tls.class.phase_out", "How many connections use something that the profile phases out?",
                         "How many bytes travel in connections that use something that the profile phases out?",
                         "How many servers are to be phased out throughout?",
                         "The worst part is to be phased out, and none is insufficient.",
                         "Every connection of a server was of this class; at best: one was.");
constexpr auto kInsufficient = verdict<kIsInsufficient>(
    "tls.class.insufficient", "How many connections are insufficient under the profile?",
    "How many bytes travel in connections that are insufficient under the profile?",
    "How many servers are insufficient throughout?", "Some part of the session is insufficient.",
    "Every connection of a server was insufficient; at best: one was.");

constexpr std::array kRows = {
    kGood[0],     kGood[1],     kGood[2],     kSufficient[0],   kSufficient[1],   kSufficient[2],
    kPhaseOut[0], kPhaseOut[1], kPhaseOut[2], kInsufficient[0], kInsufficient[1], kInsufficient[2],
};

}  // namespace

std::span<const Measure> tls_verdict_measures() noexcept { return kRows; }

}  // namespace uptake
