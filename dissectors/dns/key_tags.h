#pragma once

#include "dissectors/cursor.h"
#include "dissectors/dns/facts.h"

namespace uptake::dns {

/// The key tags of the edns-key-tag option: { TAG(2) } (RFC 8145 §4.1). None: it breaks its form.
[[nodiscard]] KeyTags option_key_tags(Cursor option) noexcept;
/// Those of a question for a name of which the first label is `_ta-`, with four hexadecimal digits for each tag and a
/// dash between them (RFC 8145 §5.1). `name` is a sound name in wire form.
[[nodiscard]] KeyTags name_key_tags(Bytes name) noexcept;

/// Reads a name whose first label is `root-key-sentinel-is-ta-` or `-not-ta-`, with the tag as five decimal digits
/// (RFC 8509 §2). False for all others.
[[nodiscard]] bool read_sentinel(Bytes name, SentinelBits& out) noexcept;
/// Whether its first label is as long.
[[nodiscard]] inline bool may_be_sentinel(std::uint8_t label_length) noexcept {
  return label_length == 29 || label_length == 30;
}

}  // namespace uptake::dns
