#pragma once

#include "dissectors/cursor.h"

// DER, as far as parts of a certificate are cut out of it; OpenSSL reads the rest (X.690 §10).
namespace uptake::certificates {

/// Takes the element that comes next, with its header; empty when there is none of definite length.
[[nodiscard]] Bytes take_element(Bytes& in) noexcept;
/// What is inside the constructed element that comes next; empty when there is none of definite length.
[[nodiscard]] Bytes open_element(Bytes in) noexcept;

/// CertificateField: the fields of a certificate behind its version, in order (RFC 5280 §4.1).
enum class CertificateField : unsigned { serial, signature, issuer, validity, subject, key };
/// A field of a certificate, with its header; empty when it cannot be found.
[[nodiscard]] Bytes take_field(Bytes certificate, CertificateField field) noexcept;

}  // namespace uptake::certificates
