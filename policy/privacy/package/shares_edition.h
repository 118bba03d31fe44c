#pragma once

#include <string>
#include <string_view>

#include "policy/privacy/package/package.h"
#include "policy/refusal.h"

namespace uptake {

inline constexpr std::string_view kSharesSchema = "uptake-shares/1";

/// The first files of a package without volumes, made of those of a public one: shares in the place of counts, and
/// coverage without frames. Refusal (configuration): one of them has another form.
[[nodiscard]] Either<PackageTexts> shares_edition(const PackageTexts& counts);

/// headline.csv of such a package, made of nothing but its observations.csv and measures.csv.
[[nodiscard]] Either<std::string> shares_headline_of(std::string_view observations, std::string_view measures);

}  // namespace uptake
