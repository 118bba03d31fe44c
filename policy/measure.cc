#include "policy/measure.h"

namespace uptake {

// No default cases: the compiler reports a name that is missing.

std::string_view name_of(Family family) noexcept {
  switch (family) {
    case Family::v4:
      return "ipv4";
    case Family::v6:
      return "ipv6";
  }
  return "unknown";
}

std::string_view name_of(Direction direction) noexcept {
  switch (direction) {
    case Direction::unknown:
      return "unknown";
    case Direction::from_customer:
      return "from_customer";
    case Direction::toward_customer:
      return "toward_customer";
  }
  return "unknown";
}

std::string_view name_of(Judgement::Outcome outcome) noexcept {
  switch (outcome) {
    case Judgement::Outcome::pass:
      return "pass";
    case Judgement::Outcome::fail:
      return "fail";
    case Judgement::Outcome::unobservable:
      return "unobservable";
    case Judgement::Outcome::not_applicable:
      return "not_applicable";
    case Judgement::Outcome::ignored:
      return "ignored";
  }
  return "unknown";
}

std::string_view name_of(Good good) noexcept {
  switch (good) {
    case Good::high:
      return "high";
    case Good::low:
      return "low";
    case Good::none:
      return "none";
  }
  return "unknown";
}

}  // namespace uptake
