#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kQuic{"quic", "QUIC", "RFC 9000, RFC 9001", Theme::secure_connection};
inline constexpr Standard kQuicVersions{"quic-versions", "QUIC version 2 and version negotiation",
                                        "RFC 9369, RFC 9368", Theme::secure_connection};
inline constexpr Standard kHttp3{"http3", "HTTP/3", "RFC 9114", Theme::secure_connection};
inline constexpr Standard kDoq{"doq", "DNS over QUIC", "RFC 9250", Theme::name_service};

}  // namespace uptake::standards
