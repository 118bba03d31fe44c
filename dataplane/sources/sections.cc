#include "dataplane/sources/sections.h"

namespace uptake {

std::optional<Sections> Sections::open(Bytes head) noexcept {
  if (const auto pcap = PcapReader::open(head)) return Sections(*pcap, pcap->header_bytes());
  if (auto pcapng = PcapngReader::open(head)) return Sections(std::move(*pcapng), 0);
  return std::nullopt;
}

bool Sections::usual() const noexcept {
  const auto* pcap = std::get_if<PcapReader>(&reader_);
  return pcap != nullptr && pcap->layout().usual();
}

bool Sections::may_end() const noexcept {
  const auto* pcapng = std::get_if<PcapngReader>(&reader_);
  return pcapng == nullptr || pcapng->between_blocks();
}

Walk Sections::walk_one(Bytes bytes, FrameSink& sink, std::size_t until, RecordChains* chains) {
  if (auto* pcap = std::get_if<PcapReader>(&reader_)) {
    if (chains != nullptr && pcap->layout().usual()) return chains->walk(bytes, until, *pcap, sink);
    return pcap->walk(bytes, sink, until);
  }
  if (auto* pcapng = std::get_if<PcapngReader>(&reader_)) return pcapng->walk(bytes, sink, until);
  return std::get<ErfReader>(reader_).walk(bytes, sink, until);
}

Walk Sections::walk(Bytes bytes, FrameSink& sink, std::size_t until, RecordChains* chains) {
  for (std::size_t at = 0;;) {
    if (at >= until) return {Walk::Stop::until, at, 0, nullptr};
    Walk walked = walk_one(bytes.subspan(at), sink, until - at, chains);
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
