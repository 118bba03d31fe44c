#include "policy/correlate/certificates/der.h"

#include <openssl/asn1.h>
#include <openssl/err.h>

namespace uptake::certificates {

Bytes take_element(Bytes& in) noexcept {
  const unsigned char* at = in.data();
  long size = 0;
  int tag = 0;
  int kind = 0;
  constexpr int kBroken = 0x80;
  constexpr int kIndefinite = 0x01;
  const int said = in.empty() ? kBroken : ASN1_get_object(&at, &size, &tag, &kind, static_cast<long>(in.size()));
  if ((said & (kBroken | kIndefinite)) != 0) return {};
  const Bytes element = in.first(static_cast<std::size_t>(at - in.data() + size));
  in = in.subspan(element.size());
  return element;
}

Bytes open_element(Bytes in) noexcept {
  const unsigned char* at = in.data();
  long size = 0;
  int tag = 0;
  int kind = 0;
  const int said = in.empty() ? 0 : ASN1_get_object(&at, &size, &tag, &kind, static_cast<long>(in.size()));
  return said == V_ASN1_CONSTRUCTED ? Bytes{at, static_cast<std::size_t>(size)} : Bytes{};
}

// Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { version [0] OPTIONAL, serialNumber, signature, issuer,
// validity, subject, subjectPublicKeyInfo, ... }, ... }
Bytes take_field(Bytes certificate, CertificateField field) noexcept {
  constexpr std::uint8_t kVersion = 0xa0;
  Bytes in = open_element(open_element(certificate));
  if (!in.empty() && in[0] == kVersion && take_element(in).empty()) in = {};
  for (unsigned i = 0; i < static_cast<unsigned>(field) && !in.empty(); ++i)
    if (take_element(in).empty()) in = {};
  const Bytes found = take_element(in);
  ERR_clear_error();
  return found;
}

}  // namespace uptake::certificates
