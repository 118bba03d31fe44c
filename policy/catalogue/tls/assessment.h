#pragma once

#include <cstdint>

#include "dissectors/tls/facts.h"
#include "policy/catalogue/tls/words.h"
#include "policy/measure.h"
#include "policy/profiles/profile.h"

namespace uptake::tls {

/// Assessment: the worst class among the parts of a session that are known, and whether a part is missing.
/// A missing part can only make it worse.
struct Assessment {
  VerdictClass worst = VerdictClass::good;
  bool whole = true;
  Reason missing = tls::kNoKeyExchange;  ///< only when not whole: the first part that is

  constexpr void see(VerdictClass verdict) noexcept { worst = verdict < worst ? verdict : worst; }
  constexpr void miss(Reason why) noexcept {
    if (whole) missing = why;
    whole = false;
  }
};

/// Whose: of whom an assessment speaks: of the connection as it was, or of the server, to which nothing is charged
/// that its client did not ask for.
enum class Whose : std::uint8_t { connection, server };

/// Ranks version, suite, group, key exchange hash, compression, renegotiation and extended master secret of a session
/// whose ServerHello was read. Resumptions below 1.3 have no key exchange of their own.
[[nodiscard]] Assessment assess(const SessionBits& session, const Profile& profile,
                                Whose whose = Whose::connection) noexcept;

}  // namespace uptake::tls
