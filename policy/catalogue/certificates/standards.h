#pragma once

#include "policy/standard.h"

namespace uptake::standards {

inline constexpr Standard kCertificates{"certificates", "Certificates of TLS servers", "RFC 5280, RFC 9525",
                                        Theme::secure_connection};
inline constexpr Standard kTransparency{"certificate-transparency", "Certificate Transparency", "RFC 6962, RFC 9162",
                                        Theme::secure_connection};
inline constexpr Standard kOcspStapling{"ocsp-stapling", "OCSP stapling", "RFC 6066, RFC 6960",
                                        Theme::secure_connection};
inline constexpr Standard kCertificateProfile{"certificate-profile", "Verdict profile for certificates",
                                              "the profile chosen", Theme::secure_connection};

}  // namespace uptake::standards
