#include "dataplane/sources/sections.h"

namespace uptake {

std::optional<Sections> Sections::open(Bytes head) noexcept {
  if (const auto pcap = PcapReader::open(head)) return Sections(*pcap, pcap->header_bytes());
  if (auto pcapng = PcapngReader::open(head)) return Sections(std::move(*pcapng), 0);
  return std::nullopt;
}

bool Sections::may_end() const noexcept {
  const auto* pcapng = std::get_if<PcapngReader>(&reader_);
  return pcapng == nullptr || pcapng->between_blocks();
}

Walk Sections::walk(Bytes bytes, FrameSink& sink) {
  for (std::size_t at = 0;;) {
    const auto walk = [&](auto& reader) { return reader.walk(bytes.subspan(at), sink); };
    Walk walked = std::visit(walk, reader_);
    at += walked.consumed;
    walked.consumed = at;
    if (walked.stop != Walk::Stop::section) return walked;
    auto next = open(bytes.subspan(at));
    if (!next) return {Walk::Stop::damaged, at, 0, "another capture begins here, of a version that is not known"};
    at += next->header_bytes();
    *this = std::move(*next);
  }
}

}  // namespace uptake
