#include "dissectors/dns/edns.h"

#include "dissectors/dns/key_tags.h"

namespace uptake::dns {
namespace {

enum Option : std::uint16_t { kClientSubnet = 8, kCookie = 10, kPadding = 12, kKeyTag = 14, kExtendedError = 15 };

/// client cookie(8) [server cookie(8..32)] (RFC 7873 §4)
bool read_cookie(std::size_t length, Edns& edns) noexcept {
  const bool with_server = length >= 16 && length <= 40;
  if (length != 8 && !with_server) return false;
  edns.set(Edns::kClientCookie);
  edns.set(Edns::kServerCookie, with_server);
  return true;
}

bool read_option(std::uint16_t code, Cursor value, Edns& edns) noexcept {
  switch (code) {
    case kClientSubnet:  // FAMILY(2) SOURCE PREFIX-LENGTH(1) SCOPE PREFIX-LENGTH(1) ADDRESS (RFC 7871 §6)
      value.skip(4);
      edns.set(Edns::kClientSubnet, value.ok());
      return value.ok();
    case kCookie:
      return read_cookie(value.left(), edns);
    case kPadding:
      edns.set(Edns::kPadding);
      return true;
    case kKeyTag: {
      const KeyTags tags = option_key_tags(value);
      edns.key_tags = tags.count != 0 ? tags.pack() : 0;
      return tags.count != 0;
    }
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

void read_options(Cursor options, bool cut, Edns& edns) noexcept {
  while (!options.empty()) {
    const std::uint16_t code = options.u16();
    const Cursor value = options.prefixed16();
    if (options.failed() || value.failed()) {
      edns.set(Edns::kMalformed, !cut);
      return;
    }
    if (!read_option(code, value, edns)) edns.set(Edns::kMalformed);
  }
}

}  // namespace uptake::dns
