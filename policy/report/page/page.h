#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/report/page/cards.h"
#include "policy/report/page/strings.h"
#include "policy/targets/targets.h"

namespace uptake {

/// The figures as one HTML page that loads nothing and runs no script. `source` has one group, and all measures of
/// `catalogue`: see complete(). With a policy, of measures of that catalogue, its targets stand on it, too.
[[nodiscard]] std::string render_page(const PageSource& source, const Catalogue& catalogue,
                                      const page::Strings& strings, const TargetPolicy* policy = nullptr);

}  // namespace uptake
