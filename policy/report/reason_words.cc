#include "policy/report/reason_words.h"

namespace uptake::report {

// No default case: the compiler reports a reason without words.
std::string_view words_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::no_hello:
      return "neither hello was met, so the connection began before the capture or elsewhere";
    case Reason::no_client_hello:
      return "the ClientHello was not seen";
    case Reason::no_server_hello:
      return "the ServerHello was not seen";
    case Reason::truncated:
      return "it was cut short, by the capture or, in DNS, by the server (TC)";
    case Reason::gap:
      return "a segment of it is missing from the capture";
    case Reason::malformed:
      return "it breaks the rules of its protocol, so what follows is not to be trusted";
    case Reason::limit:
      return "it went beyond a bound of uptake";
    case Reason::no_query:
      return "the query that it answers was not seen";
    case Reason::no_answer_path:
      return "the capture shows only one direction of the link";
    case Reason::no_key_exchange:
      return "the ServerKeyExchange was not seen";
    case Reason::tls13:
      return "TLS 1.3 encrypts it";
    case Reason::not_asked:
      return "nobody asked for it here, so its absence says nothing";
  }
  return {};
}

}  // namespace uptake::report
