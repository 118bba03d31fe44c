#include "dissectors/dns/edns.h"

namespace uptake::dns {
namespace {

enum Option : std::uint16_t { kClientSubnet = 8, kCookie = 10, kPadding = 12, kExtendedError = 15 };

/// client cookie(8) [server cookie(8..32)] (RFC 7873 §4)
bool read_cookie(std::size_t length, Edns& edns) noexcept {
  const bool with_server = length >= 16 && length <= 40;
  if (length != 8 && !with_server) return false;
  edns.client_cookie = true;
  edns.server_cookie |= with_server;
  return true;
}

bool read_option(std::uint16_t code, Cursor value, Edns& edns) noexcept {
  switch (code) {
    case kClientSubnet:  // FAMILY(2) SOURCE PREFIX-LENGTH(1) SCOPE PREFIX-LENGTH(1) ADDRESS (RFC 7871 §6)
      value.skip(4);
      edns.client_subnet |= value.ok();
      return value.ok();
    case kCookie:
      return read_cookie(value.left(), edns);
    case kPadding:
      edns.padding = true;
      return true;
    case kExtendedError: {  // INFO-CODE(2) EXTRA-TEXT (RFC 8914 §2)
      const std::uint16_t info_code = value.u16();
      if (value.ok()) edns.errors.add(info_code);
      return value.ok();
    }
    default:
      return true;
  }
}

}  // namespace

/// root(1) 41(2) size(2) EXTENDED-RCODE(1) VERSION(1) DO(1 bit) Z(15 bits) RDLENGTH(2) { CODE(2) LENGTH(2) DATA }
void read_opt(Record& record, Edns& edns) noexcept {
  if (edns.present || !record.owner_is_root) {
    edns.malformed = true;
    return;
  }
  edns.present = true;
  edns.size = record.klass;
  edns.rcode_high = static_cast<std::uint8_t>(record.ttl >> 24);
  edns.dnssec_ok = (record.ttl & 0x8000) != 0;
  const bool version_zero = (record.ttl >> 16 & 0xff) == 0;
  if (!version_zero) return;  // the options of later versions are not known
  Cursor& options = record.rdata;
  while (!options.empty()) {
    const std::uint16_t code = options.u16();
    Cursor value = options.prefixed16();
    if (options.failed() || value.failed()) {
      edns.malformed = true;
      return;
    }
    if (!read_option(code, value, edns)) edns.malformed = true;
  }
}

}  // namespace uptake::dns
