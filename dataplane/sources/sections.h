#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "dataplane/sources/erf_reader.h"
#include "dataplane/sources/pcap_reader.h"
#include "dataplane/sources/pcapng_reader.h"

namespace uptake {

/// Sections: the frames of a capture file, whatever its format. Where another file's header stands behind the last
/// record, as cat(1) leaves it, that file is read on.
class Sections {
 public:
  /// The format that `head` starts with, which is a file header at least or all there is; nothing when it is none.
  /// Captures of Endace cards need more of the file to be known: they are told by is_erf().
  [[nodiscard]] static std::optional<Sections> open(Bytes head) noexcept;
  explicit Sections(ErfReader reader) noexcept : reader_(reader) {}

  /// Octets of the file header, which walk() does not read.
  [[nodiscard]] std::size_t header_bytes() const noexcept { return header_bytes_; }
  /// Reads whole records from `bytes`, which starts where the last walk stopped; never stops for a section.
  [[nodiscard]] Walk walk(Bytes bytes, FrameSink& sink);
  /// The input may end where the last walk stopped.
  [[nodiscard]] bool may_end() const noexcept;

 private:
  using Reader = std::variant<PcapReader, PcapngReader, ErfReader>;

  Sections(Reader reader, std::size_t header_bytes) noexcept
      : reader_(std::move(reader)), header_bytes_(header_bytes) {}

  Reader reader_;
  std::size_t header_bytes_ = 0;
};

}  // namespace uptake
