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

std::string_view name_of(Vantage vantage) noexcept {
  switch (vantage) {
    case Vantage::none:
      return "none";
    case Vantage::stub_resolver:
      return "stub_resolver";
    case Vantage::resolver_authoritative:
      return "resolver_authoritative";
    case Vantage::other:
      return "other";
  }
  return "unknown";
}

std::string_view name_of(Unit unit) noexcept {
  switch (unit) {
    case Unit::packets:
      return "packets";
    case Unit::connections:
      return "connections";
    case Unit::queries:
      return "queries";
    case Unit::responses:
      return "responses";
    case Unit::records:
      return "records";
    case Unit::bytes:
      return "bytes";
    case Unit::names:
      return "names";
    case Unit::servers:
      return "servers";
    case Unit::subscribers:
      return "subscribers";
    case Unit::addresses:
      return "addresses";
  }
  return "unknown";
}

std::string_view name_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::no_hello:
      return "no_hello";
    case Reason::no_client_hello:
      return "no_client_hello";
    case Reason::no_server_hello:
      return "no_server_hello";
    case Reason::truncated:
      return "truncated";
    case Reason::gap:
      return "gap";
    case Reason::malformed:
      return "malformed";
    case Reason::limit:
      return "limit";
    case Reason::no_query:
      return "no_query";
    case Reason::no_answer_path:
      return "no_answer_path";
    case Reason::no_key_exchange:
      return "no_key_exchange";
    case Reason::tls13:
      return "tls13";
    case Reason::not_asked:
      return "not_asked";
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
