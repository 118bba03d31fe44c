#include "policy/events/tls.h"

#include "dissectors/tls/facts.h"
#include "policy/events/tls_code_points.h"

namespace uptake {
namespace {

using Bits = tls::SessionBits;
using Table = tls::SessionFields;

std::string_view sight_name(tls::Sight sight) {
  switch (sight) {
    case tls::Sight::complete:
      return "complete";
    case tls::Sight::no_hello:
      return "no_hello";
    case tls::Sight::no_server_hello:
      return "no_server_hello";
    case tls::Sight::truncated:
      return "truncated";
    case tls::Sight::gap:
      return "gap";
    case tls::Sight::malformed:
      return "malformed";
    case tls::Sight::limit:
      return "limit";
    case tls::Sight::refused:
      return "refused";
    case tls::Sight::midstream:
      return "midstream";
  }
  return "unknown";
}

std::string_view group_sight_name(tls::GroupSight sight) {
  switch (sight) {
    case tls::GroupSight::known:
      return "known";
    case tls::GroupSight::none:
      return "none";
    case tls::GroupSight::custom_dh:
      return "custom_dh";
    case tls::GroupSight::unobservable:
      return "unobservable";
  }
  return "unknown";
}

std::string_view alpn_name(tls::Alpn alpn) {
  switch (alpn) {
    case tls::Alpn::absent:
      return "absent";
    case tls::Alpn::http11:
      return "http/1.1";
    case tls::Alpn::h2:
      return "h2";
    case tls::Alpn::dot:
      return "dot";
    case tls::Alpn::other:
      return "other";
    case tls::Alpn::h3:
      return "h3";
    case tls::Alpn::smtp:
      return "smtp";
    case tls::Alpn::unobservable:
      return "unobservable";
  }
  return "unknown";
}

std::string_view version_name(std::uint8_t minor) {
  switch (minor) {
    case 0:
      return "SSL 3.0";
    case 1:
      return "TLS 1.0";
    case 2:
      return "TLS 1.1";
    case 3:
      return "TLS 1.2";
    case 4:
      return "TLS 1.3";
    case 13:
      return "SSL 2.0";
    case 14:
      return "TLS 1.3 draft";
    default:
      return "unknown";
  }
}

// HashAlgorithm (RFC 5246 §7.4.1.4.1); 8 stands for the schemes that bring their own.
std::string_view hash_name(std::uint8_t hash) {
  switch (hash) {
    case 1:
      return "md5";
    case 2:
      return "sha1";
    case 3:
      return "sha224";
    case 4:
      return "sha256";
    case 5:
      return "sha384";
    case 6:
      return "sha512";
    case 8:
      return "intrinsic";
    default:
      return "unknown";
  }
}

std::string_view carrier_name(Carrier carrier) {
  switch (carrier) {
    case Carrier::transport:
      return "tcp";
    case Carrier::smtp:
      return "smtp";
    case Carrier::imap:
      return "imap";
    case Carrier::pop3:
      return "pop3";
    case Carrier::xmpp:
      return "xmpp";
    case Carrier::ldap:
      return "ldap";
    case Carrier::quic:
      return "quic";
  }
  return "unknown";
}

/// Appends flags of a session under their names in its table.
template <auto... kMembers>
void append_flags(EventFields& fields, const Bits& session) {
  (fields.flag(Table::name<kMembers>(), session.*kMembers), ...);
}

// A code point that nobody assigned is not kept.
void append_code_point(EventFields& fields, std::string_view key, std::uint16_t value) {
  if (value == tls::kOtherCodePoint) return fields.word(key, "other");
  fields.code_point(key, value);
}

// What was not negotiated, or not seen, has no field: a reader must not take a zero for an answer.
void append_negotiated(EventFields& fields, const Bits& session) {
  fields.word(Table::name<&Bits::version_minor>(), version_name(session.version_minor));
  if (session.version() != 0) fields.code_point("version_code", session.version());
  if (session.sight == tls::Sight::complete || session.suite != 0) {
    append_code_point(fields, Table::name<&Bits::suite>(), session.suite);
    const std::string_view name = tls::suite_name(session.suite);
    if (!name.empty()) fields.word("suite_name", name);
  }
  fields.word(Table::name<&Bits::group_sight>(), group_sight_name(session.group_sight));
  if (session.group_sight != tls::GroupSight::known) return;
  append_code_point(fields, Table::name<&Bits::group>(), session.group);
  const std::string_view name = tls::group_name(session.group);
  if (!name.empty()) fields.word("group_name", name);
}

void describe_session(std::uint64_t value, EventFields& fields) {
  const Bits session = Bits::unpack(value);
  fields.word(Table::name<&Bits::carrier>(), carrier_name(session.carrier));
  fields.word(Table::name<&Bits::sight>(), sight_name(session.sight));
  append_negotiated(fields, session);
  fields.word(Table::name<&Bits::alpn>(), alpn_name(session.alpn));
  append_flags<&Bits::client_hello, &Bits::resumed, &Bits::hello_retry, &Bits::ems, &Bits::secure_renegotiation,
               &Bits::compression>(fields, session);
  if (session.client_hello) append_flags<&Bits::pq_offered, &Bits::pq_share, &Bits::offered_1_3>(fields, session);
  append_flags<&Bits::dot>(fields, session);
  fields.word(Table::name<&Bits::signature_hash>(), hash_name(session.signature_hash));
}

constexpr EventDescriber kEvents[] = {{"tls", tls::kSession, "tls", describe_session}};

}  // namespace

std::span<const EventDescriber> tls_events() noexcept { return kEvents; }

}  // namespace uptake
