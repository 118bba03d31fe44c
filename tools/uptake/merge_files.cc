#include "tools/uptake/merge_files.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "policy/privacy/package/merge.h"
#include "tools/uptake/package_files.h"

namespace uptake {

Either<std::string> merge_files(const MergeOptions& options) {
  std::vector<MergeInput> inputs;
  std::string read_packages;
  for (const std::string& folder : options.packages) {
    Either<FoundPackage> read = read_package(folder, options.signers);
    if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
    auto& package = std::get<FoundPackage>(read);
    read_packages += fmt::format("{}: {}\n", folder, package.signature);
    inputs.push_back({folder, std::move(package.manifest), std::move(package.first), std::move(package.signer)});
  }
  Either<PackageTexts> first = merge_packages(std::move(inputs), UPTAKE_VERSION);
  if (Refusal* refusal = std::get_if<Refusal>(&first)) return std::move(*refusal);
  Either<std::vector<PackageFile>> files = whole_package(std::get<PackageTexts>(std::move(first)));
  if (Refusal* refusal = std::get_if<Refusal>(&files)) return std::move(*refusal);
  auto& package = std::get<std::vector<PackageFile>>(files);
  if (std::optional<Refusal> refusal = prepare_folder(options.folder)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = add_signature(package, options.sign_key)) return *std::move(refusal);
  if (std::optional<Refusal> refusal = write_package(options.folder, package)) return *std::move(refusal);
  return fmt::format("uptake merge: {} packages to {}\n{}", options.packages.size(), options.folder, read_packages);
}

}  // namespace uptake
