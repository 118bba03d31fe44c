#include "policy/catalogue/smtp/area.h"

#include "dissectors/smtp/facts.h"
#include "policy/catalogue/smtp/measures.h"
#include "policy/catalogue/smtp/words.h"
#include "policy/events/smtp.h"

namespace uptake {
namespace {

/// Between whom mail travels, from the server's port.
Vantage vantage_of(std::uint16_t fact, std::uint64_t value) noexcept {
  const smtp::Service service =
      fact == smtp::kMessage ? smtp::MessageBits::unpack(value).service : smtp::SessionBits::unpack(value).service;
  switch (service) {
    case smtp::Service::relay:
      return smtp::kRelay;
    case smtp::Service::submission:
    case smtp::Service::submissions:
      return smtp::kSubmission;
    case smtp::Service::other:
      break;
  }
  return smtp::kOtherPort;
}

}  // namespace

Area smtp_area() {
  static const std::vector<Measure> kMeasures =
      joined({smtp_starttls_measures(), smtp_session_measures(), smtp_clear_measures(), smtp_extension_measures(),
              smtp_message_measures()});
  return {
      .name = "smtp", .measures = kMeasures, .vantage = vantage_of, .words = smtp::kWords, .events = smtp_events()};
}

}  // namespace uptake
