#include "policy/catalogue/quic/area.h"

#include "policy/catalogue/quic/measures.h"
#include "policy/catalogue/quic/words.h"
#include "policy/events/quic.h"

namespace uptake {

Area quic_area() {
  static const std::vector<Measure> kMeasures =
      joined({quic_version_measures(), quic_handshake_measures(), quic_offer_measures(), quic_share_measures()});
  return {.name = "quic", .measures = kMeasures, .words = quic::kWords, .events = quic_events()};
}

}  // namespace uptake
