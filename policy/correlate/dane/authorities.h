#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "dissectors/cursor.h"
#include "policy/correlate/certificates/certificate.h"

namespace uptake::dane {

/// Authorities: the certificates that stood above leaves, opened once, because a few hundred stand above nearly all
/// and opening one takes as long as verifying a signature. Forgetting one costs time and no answer.
class Authorities {
 public:
  using Own = std::unique_ptr<X509, certificates::FreeCertificate>;

  Authorities() : places_(kPlaces) {}

  /// A share of it; nullptr when it cannot be opened. `digest` is SHA-256 of the octets.
  [[nodiscard]] Own open(Bytes octets, const std::array<std::uint8_t, 32>& digest) noexcept {
    std::size_t number = 0;
    std::memcpy(&number, digest.data(), sizeof(number));
    Place& place = places_[number % kPlaces];
    if (place.certificate == nullptr || place.digest != digest) {
      const unsigned char* at = octets.data();
      place.certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(octets.size())));
      place.digest = digest;
    }
    if (place.certificate != nullptr) X509_up_ref(place.certificate.get());
    return Own(place.certificate.get());
  }

 private:
  static constexpr std::size_t kPlaces = 256;
  struct Place {
    std::array<std::uint8_t, 32> digest{};
    Own certificate;
  };
  std::vector<Place> places_;
};

}  // namespace uptake::dane
