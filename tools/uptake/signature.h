#pragma once

#include <string>

#include "policy/refusal.h"

namespace uptake {

/// The signature of a text under a key of OpenSSH, as ssh-keygen writes it (SSHSIG), for the namespace uptake-public.
/// It may ask for a passphrase, at the terminal. Refusal (configuration): ssh-keygen is missing, or refuses.
[[nodiscard]] Either<std::string> signature_of(const std::string& text, const std::string& key_file);

/// SignatureRules: whose signatures are taken.
struct SignatureRules {
  std::string allowed_signers;  ///< a file as ssh-keygen(1) says
  std::string signer;           ///< who it must be, by a name in that file; or empty: anybody of it
};

/// Who signed a text, by the name that the rules have. Refusal: the signature is missing, was made for another
/// namespace or text, or by nobody of the rules.
[[nodiscard]] Either<std::string> signer_of(const std::string& text, const std::string& signature_file,
                                            const SignatureRules& rules);

}  // namespace uptake
