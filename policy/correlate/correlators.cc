#include "policy/correlate/correlators.h"

#include "policy/correlate/certificates/join.h"
#include "policy/correlate/dane/join.h"
#include "policy/correlate/dnssec/join.h"
#include "policy/correlate/mail/join.h"
#include "policy/correlate/mail_domains/join.h"
#include "policy/correlate/resolvers/join.h"
#include "policy/correlate/routes/join.h"

namespace uptake {

std::vector<CorrelatorRow> correlators() {
  return {
      correlator_row<routes::Join>(),    correlator_row<certificates::Join>(), correlator_row<dnssec::Join>(),
      correlator_row<dane::Join>(),      correlator_row<mail::Join>(),         correlator_row<mail_domains::Join>(),
      correlator_row<resolvers::Join>(),
  };
}

std::vector<Row> fact_rows(std::span<const CorrelatorRow> correlators) {
  std::vector<Row> rows;
  for (const CorrelatorRow& correlator : correlators)
    rows.push_back({correlator.name, correlator.facts, [](const Payload&) noexcept { return Claim::no; },
                    [](Call&, Memory&) noexcept { return Result{}; }, [](Memory&, Ending, Notes&) noexcept {}});
  return rows;
}

}  // namespace uptake
