#include "policy/catalogue/tls/area.h"

#include "dissectors/tls/facts.h"
#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/words.h"
#include "policy/events/tls.h"

namespace uptake {
namespace {

Vantage vantage_of(std::uint16_t fact, std::uint64_t value) noexcept {
  const Carrier carrier =
      fact == tls::kOffer ? tls::OfferBits::unpack(value).carrier : tls::SessionBits::unpack(value).carrier;
  if (carrier == Carrier::transport) return tls::kOverTcp;
  return carrier == Carrier::quic ? tls::kInQuic : tls::kBehindStarttls;
}

}  // namespace

Area tls_area() {
  static const std::vector<Measure> kMeasures =
      joined({tls_version_measures(), tls_verdict_measures(), tls_suite_measures(), tls_group_measures(),
              tls_feature_measures(), tls_offer_measures(), tls_mail_measures()});
  return {.name = "web", .measures = kMeasures, .vantage = vantage_of, .words = tls::kWords, .events = tls_events()};
}

}  // namespace uptake
