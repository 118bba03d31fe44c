#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/refusal.h"
#include "tools/uptake/signature.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake {

/// ExportOptions: what the command line asks of one export, or to be verified. Values are checked for form.
struct ExportOptions {
  std::vector<std::string> cards;  ///< in JSON, or one store; to verify: none
  store::ReportQuery query;        ///< of a store: whose days, of the month
  std::string folder;
  std::string operator_name;  ///< letters, digits, "." "_" "-"; at most 32
  std::string area;           ///< ISO 3166-1, two letters
  std::string period;         ///< a month: "2026-11"
  std::vector<std::string> plugins;
  std::string sign_key;      ///< the file of a key of OpenSSH; or empty: the package is not signed
  bool shares_only = false;  ///< without volumes
  std::string ledger;        ///< of cuts that left; or empty
  bool verify = false;
  SignatureRules signers;  ///< to verify; without a file of them the signature is not looked at
};

/// MergeOptions: what the command line asks of one merge.
struct MergeOptions {
  std::vector<std::string> packages;  ///< folders, two or more
  std::string folder;
  std::string sign_key;
  SignatureRules signers;  ///< of the packages
};

/// Understands the words behind `export`. A Refusal names the word at fault and says what to do.
[[nodiscard]] Either<ExportOptions> parse_export(std::span<const std::string> words);
/// As parse_export(), behind `merge`.
[[nodiscard]] Either<MergeOptions> parse_merge(std::span<const std::string> words);
/// As parse_export(), behind `privacy-statement`: there is one language.
[[nodiscard]] std::optional<Refusal> check_statement(std::span<const std::string> words);

}  // namespace uptake
