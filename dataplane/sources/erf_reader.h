#pragma once

#include <cstdint>

#include "dataplane/sources/record.h"

namespace uptake {

/// Octets that is_erf() wants to see of a longer file: a jumbo frame's record and the header behind it.
inline constexpr std::size_t kErfHead = 16384;

/// True when a file that starts like this is a capture of an Endace card. The format has no magic: every record whose
/// header is seen must make sense, and there are two of them unless `whole`: the file is no longer.
[[nodiscard]] bool is_erf(Bytes head, bool whole) noexcept;

/// ErfReader: the frames of an Extensible Record Format capture. Ethernet, HDLC and IP records are read, those of
/// other links become frames of an unsupported link type; padding, counters and what describes the card are passed
/// over.
class ErfReader {
 public:
  /// Reads whole records from `bytes`, which starts where the last walk stopped.
  [[nodiscard]] Walk walk(Bytes bytes, FrameSink& sink) noexcept;
};

}  // namespace uptake
