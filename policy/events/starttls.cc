#include "policy/events/starttls.h"

namespace uptake {

std::string_view starttls_name(starttls::Offer offer, starttls::Request request) noexcept {
  using starttls::Offer;
  using starttls::Request;
  switch (request) {
    case Request::unanswered:
      return "requested";
    case Request::refused_for_now:
    case Request::refused:
      return "refused";
    case Request::accepted:
      return "accepted";
    case Request::begun:
      return "used";
    case Request::none:
      break;
  }
  switch (offer) {
    case Offer::absent:
      return "not offered";
    case Offer::masked:
      return "masked";
    case Offer::offered:
      return "unused";
    case Offer::unseen:
      break;
  }
  return "unknown";
}

}  // namespace uptake
