#include "policy/correlate/dane/tlsa.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <memory>

#include "policy/correlate/certificates/certificate.h"

namespace uptake::dane {
namespace {

/// A certificate, or a key, that OpenSSL can make a key of, and nothing behind it.
bool is_whole(const Tlsa& record) noexcept {
  const unsigned char* at = record.data.data();
  const auto size = static_cast<long>(record.data.size());
  bool made = false;
  if (record.selector == static_cast<std::uint8_t>(Selector::certificate)) {
    const std::unique_ptr<X509, certificates::FreeCertificate> one(d2i_X509(nullptr, &at, size));
    made = one != nullptr && X509_get0_pubkey(one.get()) != nullptr;
  } else {
    const std::unique_ptr<EVP_PKEY, certificates::FreeKey> one(d2i_PUBKEY(nullptr, &at, size));
    made = one != nullptr;
  }
  ERR_clear_error();
  return made && at == record.data.data() + record.data.size();
}

}  // namespace

Tlsa Tlsa::read(Bytes rdata) noexcept {
  Cursor record(rdata);
  const Tlsa read{record.u8(), record.u8(), record.u8(), record.rest()};
  return record.failed() ? Tlsa{} : read;
}

bool Tlsa::is_usable(bool mail) const noexcept {
  if (usage > static_cast<std::uint8_t>(Usage::dane_ee) || selector > static_cast<std::uint8_t>(Selector::key))
    return false;
  if (mail && (has(Usage::pkix_ta) || has(Usage::pkix_ee))) return false;
  if (has(Matching::sha256)) return data.size() == 32;
  if (has(Matching::sha512)) return data.size() == 64;
  return has(Matching::whole) && is_whole(*this);
}

bool any_usable(Bytes records, bool mail) noexcept {
  bool any = false;
  each_record(records, [&any, mail](const Tlsa& record) { any = any || record.is_usable(mail); });
  return any;
}

}  // namespace uptake::dane
