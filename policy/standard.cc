#include "policy/standard.h"

namespace uptake {

std::string_view name_of(Theme theme) noexcept {
  switch (theme) {
    case Theme::modern_address:
      return "modern_address";
    case Theme::signed_names:
      return "signed_names";
    case Theme::secure_connection:
      return "secure_connection";
    case Theme::secure_mail:
      return "secure_mail";
    case Theme::authentic_mail:
      return "authentic_mail";
    case Theme::routes:
      return "routes";
    case Theme::name_service:
      return "name_service";
    case Theme::other:
      return "other";
  }
  return "unknown";
}

std::string_view title_of(Theme theme) noexcept {
  switch (theme) {
    case Theme::modern_address:
      return "Modern address";
    case Theme::signed_names:
      return "Signed domain names";
    case Theme::secure_connection:
      return "Secure connection";
    case Theme::secure_mail:
      return "Secure mail connection";
    case Theme::authentic_mail:
      return "Authenticity of mail";
    case Theme::routes:
      return "Route authorisation";
    case Theme::name_service:
      return "Name service";
    case Theme::other:
      return "Other standards";
  }
  return "unknown";
}

}  // namespace uptake
