#include "policy/correlate/dnssec/extended_errors.h"

#include "dissectors/dns/record.h"
#include "policy/correlate/dnssec/name.h"

namespace uptake::dnssec {
namespace {

/// { CODE(2) LENGTH(2) DATA } of an OPT, of which an Extended DNS Error begins with its INFO-CODE(2) (RFC 8914 §2).
bool has_in_options(Cursor options, bool (*is_meant)(std::uint16_t info_code)) noexcept {
  constexpr std::uint16_t kExtendedError = 15;
  bool has = false;
  while (!options.empty()) {
    const std::uint16_t code = options.u16();
    Cursor value = options.prefixed16();
    if (code != kExtendedError) continue;
    const std::uint16_t info_code = value.u16();
    has = has || (value.ok() && is_meant(info_code));
  }
  return has && options.ok();
}

}  // namespace

/// ID(2) flags(2) QDCOUNT(2) ANCOUNT(2) NSCOUNT(2) ARCOUNT(2) (RFC 1035 §4.1.1), then questions and records.
bool has_extended_error(Bytes message, bool (*is_meant)(std::uint16_t info_code)) noexcept {
  Cursor at(message);
  at.skip(4);
  unsigned questions = at.u16();
  unsigned records = at.u16();
  records += at.u16();
  records += at.u16();
  if (at.failed()) return false;
  bool has = false;
  Name name;
  for (; questions != 0 && read_name(message, at, name) && at.ok(); --questions) at.skip(4);
  for (; records != 0 && read_name(message, at, name) && at.ok(); --records) {
    const std::uint16_t type = at.u16();
    at.skip(6);
    const Cursor rdata = at.prefixed16();
    if (at.ok() && rdata.ok() && type == dns::kTypeOpt) has = has || has_in_options(rdata, is_meant);
  }
  return has;
}

}  // namespace uptake::dnssec
