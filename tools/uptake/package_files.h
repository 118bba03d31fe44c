#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/privacy/package/package.h"
#include "policy/refusal.h"
#include "tools/uptake/signature.h"

namespace uptake {

/// FoundPackage: a package that was checked.
struct FoundPackage {
  PackageTexts first;
  std::string manifest;   ///< SHA-256 of its SHA256SUMS
  std::string signature;  ///< what is known of it: "signed by isp-a"
  std::string signer;     ///< "isp-a"; empty: nobody looked
  std::size_t files = 0;
};

/// Reads a package: it must be signed by whom `signers` says where that names a file, every file must be as
/// SHA256SUMS says, and what is made of its first files must be what is there.
[[nodiscard]] Either<FoundPackage> read_package(const std::string& folder, const SignatureRules& signers);

/// Whether prepare_folder() would refuse a folder that is there.
[[nodiscard]] std::optional<Refusal> check_folder(const std::string& folder);
/// Makes the folder; one that holds something is left alone.
[[nodiscard]] std::optional<Refusal> prepare_folder(const std::string& folder);

/// Adds the signature of SHA256SUMS, which is the last file; an empty key adds none.
[[nodiscard]] std::optional<Refusal> add_signature(std::vector<PackageFile>& files, const std::string& sign_key);

[[nodiscard]] std::optional<Refusal> write_package(const std::string& folder, const std::vector<PackageFile>& files);

}  // namespace uptake
