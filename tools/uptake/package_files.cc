#include "tools/uptake/package_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "policy/privacy/package/manifest.h"
#include "tools/uptake/input_text.h"
#include "tools/uptake/output.h"

namespace uptake {
namespace {

constexpr std::string_view kManifest = "SHA256SUMS";
constexpr std::string_view kSignature = "SHA256SUMS.sig";

std::string at(const std::string& folder, std::string_view name) {
  return (std::filesystem::path(folder) / name).string();
}

/// A pipe in the place of a file would be waited for.
Either<std::string> text_of_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error))
    return fault("is no file", path);
  return read_card_text(path);
}

/// Manifest: the lines of SHA256SUMS, and what they are called.
struct Manifest {
  std::string path;
  std::vector<ManifestLine> lines;
};

/// The signature comes first: nothing else is believed before.
Either<Manifest> find_manifest(const std::string& folder, const SignatureRules& signers, FoundPackage& package) {
  const std::string path = at(folder, kManifest);
  const std::string signature = at(folder, kSignature);
  Either<std::string> read = text_of_file(path);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& text = std::get<std::string>(read);
  std::error_code ignored;
  if (!signers.allowed_signers.empty()) {
    Either<std::string> signer = signer_of(text, signature, signers);
    if (Refusal* refusal = std::get_if<Refusal>(&signer)) return std::move(*refusal);
    package.signer = std::get<std::string>(std::move(signer));
    package.signature = fmt::format("signed by {}", package.signer);
  } else {
    package.signature = std::filesystem::exists(signature, ignored)
                            ? "its signature was not checked: give --allowed-signers"
                            : "it is not signed";
  }
  std::optional<std::vector<ManifestLine>> lines = manifest_of(text);
  if (!lines) return fault("a line of it is not as sha256sum writes it", path);
  package.manifest = sha256_of(text);
  package.files = lines->size();
  return Manifest{path, *std::move(lines)};
}

/// A file of a package, if it is as its line of SHA256SUMS says.
Either<std::string> sound_file(const std::string& folder, const Manifest& manifest, std::string_view name) {
  const auto line = std::find_if(manifest.lines.begin(), manifest.lines.end(),
                                 [&](const ManifestLine& one) { return one.name == name; });
  if (line == manifest.lines.end()) return fault(fmt::format("does not name {}", name), manifest.path);
  Either<std::string> text = text_of_file(at(folder, name));
  if (std::holds_alternative<Refusal>(text)) return text;
  if (sha256_of(std::get<std::string>(text)) != line->digest)
    return fault("is not what SHA256SUMS says", at(folder, name));
  return text;
}

/// The first line in which two texts differ.
std::string first_difference(std::string_view found, std::string_view made) {
  const auto* const differs = std::mismatch(found.begin(), found.end(), made.begin(), made.end()).first;
  const auto line = 1 + std::count(found.begin(), differs, '\n');
  return fmt::format("line {} is not what the other files make of it", line);
}

/// How many files are made of the first ones, if each is there as it is made.
Either<std::size_t> check_derived(const std::string& folder, const Manifest& manifest, const PackageTexts& first) {
  Either<std::vector<PackageFile>> derived = derived_files(first);
  if (Refusal* refusal = std::get_if<Refusal>(&derived)) {
    refusal->where = at(folder, refusal->where);
    return std::move(*refusal);
  }
  const auto& made = std::get<std::vector<PackageFile>>(derived);
  for (const PackageFile& file : made) {
    Either<std::string> found = sound_file(folder, manifest, file.name);
    if (Refusal* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
    if (std::get<std::string>(found) != file.text)
      return fault(first_difference(std::get<std::string>(found), file.text), at(folder, file.name));
  }
  return made.size();
}

/// What SHA256SUMS does not name nobody vouches for.
std::optional<Refusal> check_no_more(const std::string& folder, const Manifest& manifest) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool named =
        name == kManifest || name == kSignature || std::ranges::count(manifest.lines, name, &ManifestLine::name) != 0;
    if (!named) return fault("is not named by SHA256SUMS", at(folder, name));
  }
  return std::nullopt;
}

}  // namespace

Either<FoundPackage> read_package(const std::string& folder, const SignatureRules& signers) {
  FoundPackage package;
  Either<Manifest> read = find_manifest(folder, signers, package);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const auto& manifest = std::get<Manifest>(read);
  for (const std::string_view name : kFirstFiles) {
    Either<std::string> text = sound_file(folder, manifest, name);
    if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
    package.first[std::string(name)] = std::get<std::string>(std::move(text));
  }
  const Either<std::size_t> derived = check_derived(folder, manifest, package.first);
  if (const Refusal* refusal = std::get_if<Refusal>(&derived)) return *refusal;
  if (package.files != kFirstFiles.size() + std::get<std::size_t>(derived))
    return fault("names other files than those of a package", manifest.path);
  if (std::optional<Refusal> refusal = check_no_more(folder, manifest)) return *std::move(refusal);
  return package;
}

std::optional<Refusal> check_folder(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error) && !error) return std::nullopt;
  if (!error && std::filesystem::is_empty(folder, error) && !error) return std::nullopt;
  if (error) return output_failure(Why::cannot_create, folder, error.value(), "name a folder that can be made");
  return Refusal{Why::cannot_create, "is not empty", folder, "name a new folder"};
}

std::optional<Refusal> prepare_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return output_failure(Why::cannot_create, folder, error.value(), "name a folder that can be made");
  return check_folder(folder);
}

std::optional<Refusal> add_signature(std::vector<PackageFile>& files, const std::string& sign_key) {
  if (sign_key.empty()) return std::nullopt;
  Either<std::string> signature = signature_of(files.back().text, sign_key);
  if (Refusal* refusal = std::get_if<Refusal>(&signature)) return std::move(*refusal);
  files.push_back({std::string(kSignature), std::get<std::string>(std::move(signature))});
  return std::nullopt;
}

std::optional<Refusal> write_package(const std::string& folder, const std::vector<PackageFile>& files) {
  for (const PackageFile& file : files)
    if (std::optional<Refusal> refusal = write_whole(at(folder, file.name), file.text)) return refusal;
  return std::nullopt;
}

}  // namespace uptake
