#pragma once

#include <string>
#include <string_view>

#include "policy/catalogue/catalogue.h"
#include "policy/privacy/card_sums.h"
#include "policy/privacy/package/package.h"
#include "policy/privacy/publish.h"

namespace uptake {

inline constexpr std::string_view kPublicSchema = "uptake-public/1";

/// PackageName: what a package is called; each is checked for its form before.
struct PackageName {
  std::string operator_name;  ///< "ISP-A"
  std::string area;           ///< ISO 3166-1: "NL"
  std::string period;         ///< "2026-11"
  std::string version;        ///< of uptake
};

/// The first files of a package, of which whole_package() makes all. The same cards give the same octets.
[[nodiscard]] PackageTexts public_texts(const PackageName& name, const CardSums& sums, const Published& published,
                                        const Catalogue& catalogue);

/// What leaves, and what does not and why, in a few lines.
[[nodiscard]] std::string describe_package(const CardSums& sums, const Published& published);

}  // namespace uptake
