#include "tools/uptake/export_options.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "tools/uptake/option_words.h"
#include "tools/uptake/query_words.h"
#include "tools/uptake/values.h"

namespace uptake {
namespace {

/// What stands in every row of an export: it must hold nothing but these.
std::optional<Refusal> check_export(const ExportOptions& options) {
  constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  constexpr std::size_t kLongest = 32;
  const std::string& name = options.operator_name;
  if (name.empty() || name.size() > kLongest || name.find_first_not_of(kPlain) != std::string::npos ||
      kPlain.find(name[0]) >= kPlain.find('.'))
    return usage("export: --operator names who measured: up to 32 letters, digits, \".\", \"_\" and \"-\": ISP-A");
  if (options.area.size() != 2 || options.area.find_first_not_of(kUpper) != std::string::npos)
    return usage("export: --area is a country of ISO 3166-1: NL");
  if (!parse_month(options.period)) return usage("export: --month is one as 2026-11");
  if (options.cards.empty())
    return usage("export: give score cards in JSON, or a store, and the folder to make behind them");
  if (!options.signers.allowed_signers.empty()) return usage("export: --allowed-signers belongs to --verify");
  return std::nullopt;
}

std::optional<Refusal> check_verify(const ExportOptions& options) {
  if (!options.cards.empty()) return usage("export: --verify takes one folder");
  if (!options.sign_key.empty()) return usage("export: --verify signs nothing; leave --sign out");
  if (!options.ledger.empty() || options.shares_only)
    return usage("export: --verify exports nothing; leave --ledger and --public out");
  return std::nullopt;
}

}  // namespace

Either<ExportOptions> parse_export(std::span<const std::string> words) {
  ExportOptions options;
  QueryWords query;
  const std::vector<OptionWord> known = {{"--operator", &options.operator_name},
                                         {"--area", &options.area},
                                         {"--month,--period", &options.period},
                                         {"--label", &query.labels},
                                         {"--profile", &query.profile},
                                         {"--plugin", &options.plugins},
                                         {"--sign", &options.sign_key},
                                         {"--ledger", &options.ledger},
                                         {"--public", &options.shares_only},
                                         {"--verify", &options.verify},
                                         {"--allowed-signers", &options.signers.allowed_signers},
                                         {"--signer", &options.signers.signer}};
  Either<std::vector<std::string>> plain = sort_words("export", known, words);
  if (Refusal* refusal = std::get_if<Refusal>(&plain)) return std::move(*refusal);
  options.cards = std::get<std::vector<std::string>>(std::move(plain));
  if (options.cards.empty()) return usage("export: names no folder; see uptake export --help");
  options.folder = std::move(options.cards.back());
  options.cards.pop_back();
  if (!options.signers.signer.empty() && options.signers.allowed_signers.empty())
    return usage("export: --signer is looked for in a file; give --allowed-signers as well");
  std::optional<Refusal> refusal = options.verify ? check_verify(options) : check_export(options);
  if (refusal) return *std::move(refusal);
  if (!options.verify) query.month = options.period;
  if (refusal = take_query("export", query, options.query); refusal) return *std::move(refusal);
  return options;
}

Either<MergeOptions> parse_merge(std::span<const std::string> words) {
  MergeOptions options;
  const std::vector<OptionWord> known = {{"--sign", &options.sign_key},
                                         {"--allowed-signers", &options.signers.allowed_signers}};
  Either<std::vector<std::string>> plain = sort_words("merge", known, words);
  if (Refusal* refusal = std::get_if<Refusal>(&plain)) return std::move(*refusal);
  options.packages = std::get<std::vector<std::string>>(std::move(plain));
  constexpr std::size_t kFewest = 3;
  if (options.packages.size() < kFewest)
    return usage("merge: give two packages or more, and the folder to make behind them");
  options.folder = std::move(options.packages.back());
  options.packages.pop_back();
  return options;
}

std::optional<Refusal> check_statement(std::span<const std::string> words) {
  std::string language = "en";
  Either<std::vector<std::string>> plain =
      sort_words("privacy-statement", std::vector<OptionWord>{{"--language", &language}}, words);
  if (Refusal* refusal = std::get_if<Refusal>(&plain)) return std::move(*refusal);
  if (!std::get<std::vector<std::string>>(plain).empty())
    return usage("privacy-statement: takes no further words; leave them out");
  if (language != "en") return usage("--language: there is only en");
  return std::nullopt;
}

}  // namespace uptake
