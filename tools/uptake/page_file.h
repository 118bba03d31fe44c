#pragma once

#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"
#include "tools/uptake/report_options.h"

namespace uptake {

/// Writes the page of a store, or of score cards, to options.html_file. Returns what is left to be printed: nothing.
[[nodiscard]] Either<std::string> write_page(const ReportOptions& options, const Catalogue& catalogue);

}  // namespace uptake
