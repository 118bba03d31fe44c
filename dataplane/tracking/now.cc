#include "dataplane/tracking/now.h"

namespace uptake {

unsigned customers_of(const Now& now, const PrefixSet& customers) noexcept {
  const Segment& segment = now.item.segment;
  unsigned bits = 0;
  if (customers.holds(segment.source)) bits |= now.from_low ? Flow::kLowCustomer : Flow::kHighCustomer;
  if (customers.holds(segment.destination)) bits |= now.from_low ? Flow::kHighCustomer : Flow::kLowCustomer;
  return bits;
}

}  // namespace uptake
