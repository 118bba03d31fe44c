#include "tools/uptake/export_files.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "policy/privacy/card_sums.h"
#include "policy/privacy/package/manifest.h"
#include "policy/privacy/package/public_package.h"
#include "policy/privacy/package/shares_edition.h"
#include "policy/privacy/publish.h"
#include "tools/uptake/cut_ledger.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/package_files.h"
#include "tools/uptake/store/day_cards.h"
#include "tools/uptake/store/schema.h"

namespace uptake {
namespace {

/// SummedCards: cards added up, and the digest of what they are, in any order.
struct SummedCards {
  CardSums sums;
  std::string digest;
};

/// The card at `path`, or the days of the month of a store.
Either<std::string> card_text(const std::string& path, const store::ReportQuery& query) {
  if (store::is_store(path)) return store::read_day_cards(path, query);
  if (query.labels.empty() && query.profile.empty()) return read_card_text(path);
  return Refusal{Why::usage, "export: a score card is exported as it is; only a store takes --label and --profile"};
}

Either<SummedCards> sums_of(const ExportOptions& options, const Catalogue& catalogue) {
  SummedCards cards;
  cards.sums.period = options.period;
  std::set<std::string> seen;
  for (const std::string& path : options.cards) {
    Either<std::string> text = card_text(path, options.query);
    if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
    const std::string& card = std::get<std::string>(text);
    if (!seen.insert(sha256_of(card)).second) return fault("is the same card as one before it; leave it out", path);
    if (std::optional<Refusal> refusal = add_card(cards.sums, catalogue, card, path)) return std::move(*refusal);
  }
  if (!cards.sums.facts) return fault("the cards have no window with figures", options.cards[0]);
  cards.digest = sha256_of(fmt::format("{}", fmt::join(seen, "\n")));
  return cards;
}

Either<std::vector<PackageFile>> package_of(const PackageTexts& counts, bool shares_only) {
  if (!shares_only) return whole_package(counts);
  Either<PackageTexts> shares = shares_edition(counts);
  if (Refusal* refusal = std::get_if<Refusal>(&shares)) return std::move(*refusal);
  return whole_package(std::get<PackageTexts>(std::move(shares)));
}

/// Noted before it is written, when nothing but writing can fail any more: a crash leaves no package of which the
/// ledger does not know, and what was refused stands in no ledger.
std::optional<Refusal> note(const ExportOptions& options, const std::string& cards, const PackageTexts& counts) {
  if (options.ledger.empty()) return std::nullopt;
  return note_cut(options.ledger, {options.period, options.operator_name, options.area, cards,
                                   sha256_of(counts.find("observations.csv")->second)});
}

}  // namespace

Either<std::string> export_files(const ExportOptions& options, const Catalogue& catalogue) {
  Either<SummedCards> read = sums_of(options, catalogue);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& [sums, cards] = std::get<SummedCards>(read);
  const Published published = publish(sums, catalogue);
  const PackageTexts counts =
      public_texts({options.operator_name, options.area, options.period, UPTAKE_VERSION}, sums, published, catalogue);
  Either<std::vector<PackageFile>> files = package_of(counts, options.shares_only);
  if (Refusal* refusal = std::get_if<Refusal>(&files)) return std::move(*refusal);
  auto& package = std::get<std::vector<PackageFile>>(files);
  if (std::optional<Refusal> refusal = check_folder(options.folder)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = add_signature(package, options.sign_key)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = note(options, cards, counts)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = prepare_folder(options.folder)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = write_package(options.folder, package)) return *std::move(refusal);
  return fmt::format("uptake export: {} to {}{}\n{}", options.operator_name, options.folder,
                     options.shares_only ? ", shares only of" : "", describe_package(sums, published));
}

Either<std::string> verify_files(const std::string& folder, const SignatureRules& signers) {
  Either<FoundPackage> read = read_package(folder, signers);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& package = std::get<FoundPackage>(read);
  return fmt::format("uptake export: {}: {} files are as SHA256SUMS says; shares and JSON are as the counts; {}\n",
                     folder, package.files, package.signature);
}

}  // namespace uptake
