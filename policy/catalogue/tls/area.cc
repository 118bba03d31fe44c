#include "policy/catalogue/tls/area.h"

#include "policy/catalogue/tls/measures.h"
#include "policy/catalogue/tls/words.h"
#include "policy/events/tls.h"

namespace uptake {

Area tls_area() {
  static const std::vector<Measure> kMeasures =
      joined({tls_version_measures(), tls_verdict_measures(), tls_suite_measures(), tls_group_measures(),
              tls_feature_measures(), tls_offer_measures()});
  return {.name = "web", .measures = kMeasures, .words = tls::kWords, .events = tls_events()};
}

}  // namespace uptake
