#pragma once

#include <cstdint>
#include <string>

namespace uptake {

/// JoinFiles: what the joins know that no traffic shows: the contents of files, read at start.
struct JoinFiles {
  std::string trust_anchors = {};   ///< certificates in PEM, one behind the other; empty: there are none
  std::string dnssec_anchors = {};  ///< as dnssec::Anchors reads them; empty: those of the root that are shipped
  std::string dnssec_records = {};  ///< zone-file text: records that count as if the first frame had brought them
  /// Signatures that may be verified in a second of packet time; 0: any number.
  std::uint32_t dnssec_per_second = 0;
};

}  // namespace uptake
