#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/dnssec/facts.h"
#include "policy/events/events.h"

namespace uptake {
namespace dnssec_events_test {

using dnssec::Bits;
using dnssec::Fault;
using dnssec::Missing;
using dnssec::Security;
using nlohmann::json;

json event(const Bits& bits) {
  const Registry registry(dissectors(), fact_rows(correlators()));
  const auto fact = static_cast<FactId>(registry.base("dnssec") + dnssec::kResponse);
  std::string line;
  EXPECT_TRUE(Events(registry, standard_events()).append(line, {bits.pack(), fact, 0}, Subject{}));
  return json::parse(line);
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

}  // namespace dnssec_events_test
}  // namespace uptake
