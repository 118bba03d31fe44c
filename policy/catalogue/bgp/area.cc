#include "policy/catalogue/bgp/area.h"

#include "policy/catalogue/bgp/measures.h"
#include "policy/catalogue/bgp/words.h"
#include "policy/events/bgp.h"

namespace uptake {

Area bgp_area() {
  static const std::vector<Measure> kMeasures =
      joined({bgp_session_measures(), bgp_capability_measures(), bgp_notification_measures(), bgp_update_measures(),
              bgp_route_measures()});
  return {.name = "bgp", .measures = kMeasures, .words = bgp::kWords, .events = bgp_events()};
}

}  // namespace uptake
