#include "policy/events/quic.h"

#include "dissectors/quic/facts.h"
#include "policy/events/tls_code_points.h"

namespace uptake {
namespace {

using Bits = quic::ConnectionBits;
using Table = quic::ConnectionFields;

std::string_view hello_name(quic::Hello hello) {
  switch (hello) {
    case quic::Hello::read:
      return "read";
    case quic::Hello::sealed:
      return "sealed";
    case quic::Hello::partial:
      return "partial";
    case quic::Hello::truncated:
      return "truncated";
    case quic::Hello::overload:
      return "overload_quic";
    case quic::Hello::malformed:
      return "malformed";
    case quic::Hello::limit:
      return "limit";
    case quic::Hello::foreign:
      return "unknown_version";
  }
  return "unknown";
}

std::string_view answer_name(quic::Answer answer) {
  switch (answer) {
    case quic::Answer::unseen:
      return "no_answer";
    case quic::Answer::read:
      return "read";
    case quic::Answer::refused:
      return "refused";
    case quic::Answer::partial:
      return "partial";
    case quic::Answer::sealed:
      return "sealed";
    case quic::Answer::truncated:
      return "truncated";
    case quic::Answer::overload:
      return "overload_quic";
    case quic::Answer::malformed:
      return "malformed";
    case quic::Answer::limit:
      return "limit";
  }
  return "unknown";
}

std::string_view alpn_name(tls::Alpn alpn) {
  if (alpn == tls::Alpn::h3) return "h3";
  return alpn == tls::Alpn::absent ? "absent" : "other";
}

template <auto... kMembers>
void append_flags(EventFields& fields, const Bits& connection) {
  (fields.flag(Table::name<kMembers>(), connection.*kMembers), ...);
}

void append_hello(EventFields& fields, const Bits& connection) {
  fields.number(Table::name<&Bits::hello_octets>(), connection.hello_octets);
  fields.number(Table::name<&Bits::hello_initials>(), connection.hello_initials);
  append_flags<&Bits::hello_shuffled>(fields, connection);
  if (connection.hello != quic::Hello::read) return;
  fields.word(Table::name<&Bits::alpn>(), alpn_name(connection.alpn));
  append_flags<&Bits::ech, &Bits::pq_offered>(fields, connection);
}

// What was not seen has no field: a reader must not take a zero for an answer.
void describe_connection(std::uint64_t value, EventFields& fields) {
  const Bits connection = Bits::unpack(value);
  fields.word(Table::name<&Bits::offered>(), quic::name_of(connection.offered));
  if (connection.negotiated != quic::Version::none)
    fields.word(Table::name<&Bits::negotiated>(), quic::name_of(connection.negotiated));
  append_flags<&Bits::version_negotiation, &Bits::retry, &Bits::zero_rtt, &Bits::went_on, &Bits::doq>(fields,
                                                                                                      connection);
  fields.word(Table::name<&Bits::hello>(), hello_name(connection.hello));
  if (connection.hello_initials > 0) append_hello(fields, connection);
  fields.word(Table::name<&Bits::answer>(), answer_name(connection.answer));
  if (connection.answer != quic::Answer::read) return;
  fields.code_point(Table::name<&Bits::suite>(), connection.suite);
  const std::string_view suite = tls::suite_name(connection.suite);
  if (!suite.empty()) fields.word("suite_name", suite);
  if (connection.group == 0) return;
  fields.code_point(Table::name<&Bits::group>(), connection.group);
  const std::string_view group = tls::group_name(connection.group);
  if (!group.empty()) fields.word("group_name", group);
}

constexpr EventDescriber kEvents[] = {{"quic", quic::kConnection, "quic", describe_connection}};

}  // namespace

std::span<const EventDescriber> quic_events() noexcept { return kEvents; }

}  // namespace uptake
