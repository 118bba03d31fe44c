#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/refusal.h"

namespace uptake {

/// PackageFile: one file of a package.
struct PackageFile {
  std::string name;
  std::string text;
};

/// PackageTexts: files by name.
using PackageTexts = std::map<std::string, std::string, std::less<>>;

/// The files of a package of which all others are made.
inline constexpr std::array<std::string_view, 4> kFirstFiles = {"observations.csv", "measures.csv", "coverage.csv",
                                                                "datapackage.json"};

/// The files that are made of nothing but the first ones, so that whoever has these can check them: headline.csv and
/// observations.json, of several operators merged.csv. Refusal (configuration): one of the first has another form, or
/// the package another schema.
[[nodiscard]] Either<std::vector<PackageFile>> derived_files(const PackageTexts& first);

/// All files of a package, SHA256SUMS last.
[[nodiscard]] Either<std::vector<PackageFile>> whole_package(PackageTexts first);

}  // namespace uptake
