#include "policy/correlate/der.h"

#include <openssl/asn1.h>

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

}  // namespace uptake::certificates
