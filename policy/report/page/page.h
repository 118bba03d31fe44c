#pragma once

#include <span>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/offered/offered.h"
#include "policy/report/page/cards.h"
#include "policy/report/page/strings.h"
#include "policy/targets/targets.h"

namespace uptake {

/// PageBeside: what stands on a page beside the figures; borrowed.
struct PageBeside {
  const TargetPolicy* policy = nullptr;          ///< targets, of measures of the catalogue; or nullptr
  std::span<const OfferedResults> offered = {};  ///< what domains offer by a test from outside
};

/// The figures as one HTML page that loads nothing and runs no script. `source` has one group, and all measures of
/// `catalogue`: see complete().
[[nodiscard]] std::string render_page(const PageSource& source, const Catalogue& catalogue,
                                      const page::Strings& strings, const PageBeside& beside = {});

}  // namespace uptake
