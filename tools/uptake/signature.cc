#include "tools/uptake/signature.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "tools/uptake/child.h"
#include "tools/uptake/input_text.h"

namespace uptake {
namespace {

/// A signature that was made for something else, as mail or git, is not taken.
constexpr std::string_view kNamespace = "uptake-public";

std::string first_line(const std::string& text) { return text.substr(0, text.find_first_of("\r\n")); }

/// What ssh-keygen answers.
Either<Finished> ask(std::vector<std::string> words, const std::string& text) {
  words.insert(words.begin(), {"ssh-keygen", "-Y"});
  std::optional<Finished> finished = run_child(words, text);
  if (finished) return *std::move(finished);
  const std::string hint = errno == ENOENT ? "install OpenSSH's client" : "";
  return Refusal{Why::configuration, fmt::format("cannot be run ({})", std::strerror(errno)), "ssh-keygen", hint};
}

Refusal refused(std::string what, const std::string& where, const Finished& answer) {
  const std::string said = first_line(answer.errors);
  if (!said.empty()) what += fmt::format(" (ssh-keygen: {})", said);
  return {Why::configuration, std::move(what), where, {}};
}

}  // namespace

Either<std::string> signature_of(const std::string& text, const std::string& key_file) {
  Either<Finished> asked = ask({"sign", "-q", "-f", key_file, "-n", std::string(kNamespace)}, text);
  if (Refusal* refusal = std::get_if<Refusal>(&asked)) return std::move(*refusal);
  auto& answer = std::get<Finished>(asked);
  if (!answer.ok || answer.output.empty()) return refused("is no key to sign with", key_file, answer);
  return std::move(answer.output);
}

Either<std::string> signer_of(const std::string& text, const std::string& signature_file,
                              const SignatureRules& rules) {
  Either<std::string> found = read_text(signature_file, kMostText);
  if (Refusal* refusal = std::get_if<Refusal>(&found)) {
    if (refusal->why != Why::no_input) return std::move(*refusal);
    return Refusal{Why::configuration, "is not there: the package is not signed", signature_file, {}};
  }
  // Of a list that cannot be read ssh-keygen says the same as of one that names nobody.
  found = read_text(rules.allowed_signers, kMostText);
  if (Refusal* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  std::string signer = rules.signer;
  if (signer.empty()) {
    Either<Finished> asked = ask({"find-principals", "-s", signature_file, "-f", rules.allowed_signers}, text);
    if (Refusal* refusal = std::get_if<Refusal>(&asked)) return std::move(*refusal);
    const auto& answer = std::get<Finished>(asked);
    signer = first_line(answer.output);
    if (!answer.ok || signer.empty())
      return refused(fmt::format("is by nobody whom {} names", rules.allowed_signers), signature_file, answer);
  }
  Either<Finished> asked =
      ask({"verify", "-f", rules.allowed_signers, "-I", signer, "-n", std::string(kNamespace), "-s", signature_file},
          text);
  if (Refusal* refusal = std::get_if<Refusal>(&asked)) return std::move(*refusal);
  const auto& answer = std::get<Finished>(asked);
  if (!answer.ok)
    return refused(fmt::format("is no signature of {} over SHA256SUMS", signer), signature_file, answer);
  return signer;
}

}  // namespace uptake
