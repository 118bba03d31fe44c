#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/correlate/certificates/facts.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/dane/facts.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/events/events.h"

namespace uptake {
namespace dnssec_events_test {

using dnssec::Bits;
using dnssec::Fault;
using dnssec::Missing;
using dnssec::Security;
using nlohmann::json;

/// null: it is no event.
json event_of(std::string_view join, std::uint16_t number, std::uint64_t value) {
  const Registry registry(dissectors(), fact_rows(correlators()));
  const auto fact = static_cast<FactId>(registry.base(join) + number);
  std::string line;
  return Events(registry, standard_events()).append(line, {value, fact, 0}, Subject{}) ? json::parse(line) : json();
}
json event(const Bits& bits) { return event_of("dnssec", dnssec::kResponse, bits.pack()); }
json event(const dane::Bits& bits) { return event_of("dane", dane::kConnection, bits.pack()); }
json event(const certificates::Bits& bits) {
  return event_of("certificates", certificates::kConnection, bits.pack());
}

TEST(DnssecEvents, WhatIsSecureSaysByWhat) {
  const json e = event({.verdict = Security::secure,
                        .kind = dnssec::Kind::no_name,
                        .side = DnsSide::stub,
                        .ad = true,
                        .algorithm = 16,
                        .key_bits = 456,
                        .digest_type = 4,
                        .nsec3 = true,
                        .qtype = 28});
  EXPECT_EQ(e["type"], "dnssec");
  EXPECT_EQ(e["qtype"], "AAAA");
  EXPECT_EQ(e["verdict"], "secure");
  EXPECT_EQ(e["kind"], "no_name");
  EXPECT_EQ(e["vantage"], "stub_resolver");
  EXPECT_EQ(e["ad"], true);
  EXPECT_EQ(e["algorithm"], 16);
  EXPECT_EQ(e["key_bits"], 456);
  EXPECT_EQ(e["digest_type"], 4);
  EXPECT_EQ(e["nsec3"], true);
  EXPECT_FALSE(e.contains("missing"));
  EXPECT_FALSE(e.contains("fault"));
}

TEST(DnssecEvents, WhatIsNotSaysWhy) {
  const json bogus = event({.verdict = Security::bogus, .fault = Fault::ds_mismatch});
  EXPECT_EQ(bogus["fault"], "ds_mismatch");
  EXPECT_FALSE(bogus.contains("algorithm"));
  const json lacks = event({.missing = Missing::budget});
  EXPECT_EQ(lacks["verdict"], "not_judged");
  EXPECT_EQ(lacks["missing"], "budget");
}

TEST(DaneEvents, SayWhatAConnectionComesTo) {
  using certificates::Sight;
  using dane::Match;
  using dane::Published;
  using dane::Way;
  const dane::Bits valid{
      .published = Published::usable, .match = Match::valid, .usage = 2, .mail = true, .pair = true};
  const json e = event(valid);
  EXPECT_EQ(e["type"], "dane");
  EXPECT_EQ(e["outcome"], "verified");
  EXPECT_EQ(e["records"], "usable");
  EXPECT_EQ(e["tls"], "begun");
  EXPECT_EQ(e["chain"], "seen");
  EXPECT_EQ(e["usage"], 2);
  EXPECT_EQ(e["mail"], true);
  EXPECT_EQ(e["roll_over"], true);
  EXPECT_FALSE(e.contains("server_name"));
  for (const auto& [published, way, sight, match, outcome] :
       {std::tuple{Published::usable, Way::begun, Sight::seen, Match::mismatch, "mismatch"},
        {Published::usable, Way::begun, Sight::seen, Match::wrong_name, "name mismatch"},
        {Published::usable, Way::begun, Sight::tls13, Match::valid, "not visible"},
        {Published::usable, Way::begun, Sight::none, Match::valid, "no certificate"},
        {Published::usable, Way::masked, Sight::none, Match::valid, "no STARTTLS"},
        {Published::usable, Way::refused, Sight::none, Match::valid, "STARTTLS refused"},
        {Published::usable, Way::lost, Sight::none, Match::valid, "not visible"},
        {Published::unusable, Way::begun, Sight::seen, Match::valid, "unusable TLSA"},
        {Published::absent, Way::begun, Sight::seen, Match::valid, "no TLSA"},
        {Published::address, Way::begun, Sight::seen, Match::valid, "insecure TLSA"},
        {Published::bogus, Way::begun, Sight::seen, Match::valid, "bogus TLSA"},
        {Published::limit, Way::begun, Sight::seen, Match::valid, "not judged"}}) {
    const json other = event(dane::Bits{.published = published, .way = way, .sight = sight, .match = match});
    EXPECT_EQ(other["outcome"], outcome);
    EXPECT_FALSE(other.contains("usage"));
    EXPECT_EQ(other.contains("chain"), way == Way::begun);
  }
  EXPECT_TRUE(event(dane::Bits{.published = Published::unseen, .mail = true}).is_null());
}

TEST(CertificateEvents, SayWhatAChainComesTo) {
  using certificates::Sight;
  const json e = event(certificates::Bits{.key = certificates::Key::ecdsa,
                                          .key_bits = 256,
                                          .validity = certificates::Validity::expired,
                                          .name = certificates::NameMatch::mismatch,
                                          .trust = certificates::Trust::self_signed,
                                          .verify_code = 18,
                                          .scts = 2,
                                          .issuer = 1});
  EXPECT_EQ(e["type"], "certificate");
  EXPECT_EQ(e["side"], "server");
  EXPECT_EQ(e["key"], "ecdsa");
  EXPECT_EQ(e["key_bits"], 256);
  EXPECT_EQ(e["chain"], "self_signed");
  EXPECT_EQ(e["verify_code"], 18);
  EXPECT_EQ(e["validity"], "expired");
  EXPECT_EQ(e["name_match"], false);
  EXPECT_EQ(e["scts"], 2);
  EXPECT_EQ(e["staple"], "none");
  EXPECT_EQ(e["issuer"], "Let's Encrypt");
  EXPECT_FALSE(event(certificates::Bits{}).contains("name_match"));
  EXPECT_TRUE(event(certificates::Bits{.sight = Sight::tls13}).is_null());
}

}  // namespace dnssec_events_test
}  // namespace uptake
