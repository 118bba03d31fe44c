#include "policy/privacy/package/package.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "policy/privacy/package/json_stat.h"
#include "policy/privacy/package/manifest.h"
#include "policy/privacy/package/merge.h"
#include "policy/privacy/package/merged_tables.h"
#include "policy/privacy/package/public_headline.h"
#include "policy/privacy/package/public_package.h"
#include "policy/privacy/package/shares_edition.h"

namespace uptake {
namespace {

/// Empty where it says none.
std::string schema_of(const std::string& datapackage) {
  const nlohmann::json package = nlohmann::json::parse(datapackage, nullptr, false);
  const nlohmann::json::json_pointer place("/uptake/schema");
  if (!package.contains(place) || !package.at(place).is_string()) return {};
  return package.at(place).get<std::string>();
}

Either<std::vector<PackageFile>> shares_of(const std::string& schema, const std::string& counts,
                                           const std::string& asked) {
  if (schema == kMergedSchema) return merged_files(counts, asked);
  if (schema != kPublicSchema && schema != kSharesSchema)
    return Refusal{Why::configuration, "has another schema", "datapackage.json", {}};
  Either<std::string> headline =
      schema == kPublicSchema ? headline_of(counts, asked) : shares_headline_of(counts, asked);
  if (Refusal* refusal = std::get_if<Refusal>(&headline)) return std::move(*refusal);
  return std::vector<PackageFile>{{"headline.csv", std::get<std::string>(std::move(headline))}};
}

}  // namespace

Either<std::vector<PackageFile>> derived_files(const PackageTexts& first) {
  const std::string& counts = first.at("observations.csv");
  const std::string& asked = first.at("measures.csv");
  const std::string& package = first.at("datapackage.json");
  Either<std::vector<PackageFile>> shares = shares_of(schema_of(package), counts, asked);
  if (std::holds_alternative<Refusal>(shares)) return shares;
  Either<std::string> cube = json_stat_of(counts, asked, package);
  if (Refusal* refusal = std::get_if<Refusal>(&cube)) return std::move(*refusal);
  std::get<std::vector<PackageFile>>(shares).push_back({"observations.json", std::get<std::string>(std::move(cube))});
  return shares;
}

Either<std::vector<PackageFile>> whole_package(PackageTexts first) {
  Either<std::vector<PackageFile>> derived = derived_files(first);
  if (std::holds_alternative<Refusal>(derived)) return derived;
  std::vector<PackageFile> files;
  for (const std::string_view name : kFirstFiles)
    files.push_back({std::string(name), std::move(first.find(name)->second)});
  for (PackageFile& file : std::get<std::vector<PackageFile>>(derived)) files.push_back(std::move(file));
  std::string manifest;
  for (const PackageFile& file : files) manifest += manifest_line(file.name, file.text);
  files.push_back({"SHA256SUMS", std::move(manifest)});
  return files;
}

}  // namespace uptake
