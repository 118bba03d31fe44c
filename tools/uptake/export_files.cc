#include "tools/uptake/export_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "policy/privacy/card_sums.h"
#include "policy/privacy/publish.h"
#include "policy/report/manifest.h"
#include "policy/report/public_headline.h"
#include "policy/report/public_package.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/output.h"

namespace uptake {
namespace {

constexpr std::array<std::string_view, 5> kFiles = {"observations.csv", "headline.csv", "measures.csv",
                                                    "coverage.csv", "datapackage.json"};

std::string at(const std::string& folder, std::string_view name) {
  return (std::filesystem::path(folder) / name).string();
}

Refusal fault(std::string what, std::string where) {
  return {Why::configuration, std::move(what), std::move(where), {}};
}

/// Makes the folder; one that holds something is left alone.
std::optional<Refusal> prepare(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && std::filesystem::is_empty(folder, error) && !error) return std::nullopt;
  if (error) return output_failure(Why::cannot_create, folder, error.value(), "name a folder that can be made");
  return Refusal{Why::cannot_create, "is not empty", folder, "name a new folder"};
}

Either<CardSums> sums_of(const ExportOptions& options, const Catalogue& catalogue) {
  CardSums sums;
  sums.period = options.period;
  std::set<std::string> seen;
  for (const std::string& path : options.cards) {
    Either<std::string> text = read_card_text(path);
    if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
    const std::string& card = std::get<std::string>(text);
    if (!seen.insert(sha256_of(card)).second) return fault("is the same card as one before it; leave it out", path);
    if (std::optional<Refusal> refusal = add_card(sums, catalogue, card, path)) return std::move(*refusal);
  }
  if (!sums.facts) return fault("the cards have no window with figures", options.cards[0]);
  return sums;
}

using Texts = std::map<std::string, std::string, std::less<>>;

/// The files of a package, each as its line of SHA256SUMS says.
Either<Texts> sound_files(const std::string& folder) {
  const std::string manifest_path = at(folder, "SHA256SUMS");
  Either<std::string> manifest = read_card_text(manifest_path);
  if (Refusal* refusal = std::get_if<Refusal>(&manifest)) return std::move(*refusal);
  const auto lines = manifest_of(std::get<std::string>(manifest));
  if (!lines) return fault("a line of it is not as sha256sum writes it", manifest_path);
  Texts texts;
  for (const std::string_view name : kFiles) {
    const auto line = std::find_if(lines->begin(), lines->end(), [&](const auto& l) { return l.name == name; });
    if (line == lines->end()) return fault(fmt::format("does not name {}", name), manifest_path);
    Either<std::string> text = read_card_text(at(folder, name));
    if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
    if (sha256_of(std::get<std::string>(text)) != line->digest)
      return fault("is not what SHA256SUMS says", at(folder, name));
    texts[std::string(name)] = std::get<std::string>(std::move(text));
  }
  if (lines->size() != kFiles.size()) return fault("names other files than those of a package", manifest_path);
  return texts;
}

/// The first line in which two texts differ.
std::string first_difference(std::string_view found, std::string_view made) {
  const auto* const differs = std::mismatch(found.begin(), found.end(), made.begin(), made.end()).first;
  const auto line = 1 + std::count(found.begin(), differs, '\n');
  return fmt::format("line {} is not what observations.csv makes of it", line);
}

}  // namespace

Either<std::string> export_files(const ExportOptions& options, const Catalogue& catalogue) {
  Either<CardSums> read = sums_of(options, catalogue);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& sums = std::get<CardSums>(read);
  if (std::optional<Refusal> refusal = prepare(options.folder)) return std::move(*refusal);
  const Published published = publish(sums, catalogue);
  const PackageName name{options.operator_name, options.area, options.period, UPTAKE_VERSION};
  for (const PackageFile& file : render_package(name, sums, published, catalogue))
    if (std::optional<Refusal> refusal = write_whole(at(options.folder, file.name), file.text))
      return std::move(*refusal);
  return fmt::format("uptake export: {} to {}\n{}", options.operator_name, options.folder,
                     describe_package(sums, published));
}

Either<std::string> verify_files(const std::string& folder) {
  Either<Texts> read = sound_files(folder);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const Texts& texts = std::get<Texts>(read);
  const std::string& found = texts.at("headline.csv");
  const Either<std::string> made = headline_of(texts.at("observations.csv"), texts.at("measures.csv"));
  if (const Refusal* refusal = std::get_if<Refusal>(&made)) return *refusal;
  if (found != std::get<std::string>(made))
    return fault(first_difference(found, std::get<std::string>(made)), at(folder, "headline.csv"));
  return fmt::format(
      "uptake export: {}: {} files are as SHA256SUMS says, {} rows of headline.csv as observations.csv\n", folder,
      kFiles.size(), std::count(found.begin(), found.end(), '\n') - 1);
}

}  // namespace uptake
