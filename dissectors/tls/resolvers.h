#pragma once

#include "dissectors/cursor.h"

namespace uptake::tls {

/// Whether a server name is one under which a public resolver offers DNS over HTTPS: what travels there is likely
/// DNS.
[[nodiscard]] bool is_public_resolver(Bytes server_name) noexcept;

}  // namespace uptake::tls
