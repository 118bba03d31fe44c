#pragma once

#include <utility>
#include <vector>

#include "dissectors/frame/decode.h"
#include "tests/dataplane/tracked.h"
#include "tests/dataplane/traffic.h"

namespace uptake::test {

/// Listening: what is noted of a Traffic by any dissectors: frames go through decoding to the real tracker.
class Listening {
 public:
  explicit Listening(std::vector<Row> rows)
      : tracked_(std::move(rows), 1U << 14,
                 [this](FactId fact, std::uint64_t value, const Subject&) { noted_.emplace_back(fact, value); }) {}

  Listening& hear(const Traffic& traffic) {
    for (const Traffic::Packet& packet : traffic.packets) {
      const auto size = static_cast<std::uint32_t>(packet.bytes.size());
      last_ = {packet.bytes.data(), size, size, packet.time_ns, ordinal_++, LinkType::ethernet};
      last_.packet_ns = packet.time_ns;
      Segment segment;
      if (decode(last_, segment) == Disposition::parsed) (void)tracked_.track(last_, segment);
    }
    return *this;
  }
  Listening& end() {
    tracked_.end(last_);
    return *this;
  }
  /// Values of a dissector's own fact, in order.
  [[nodiscard]] std::vector<std::uint64_t> values(std::string_view dissector, std::uint16_t fact) const {
    std::vector<std::uint64_t> found;
    for (const auto& [id, value] : noted_)
      if (id == tracked_.base(dissector) + fact) found.push_back(value);
    return found;
  }
  [[nodiscard]] std::uint64_t limit(Limit which) const { return tracked_.limit(which); }
  [[nodiscard]] std::uint32_t pending() { return tracked_.pending(); }
  [[nodiscard]] std::uint32_t free_chunks() { return tracked_.free_chunks(); }

 private:
  std::vector<std::pair<FactId, std::uint64_t>> noted_;
  Tracked tracked_;
  Frame last_;
  std::uint64_t ordinal_ = 0;
};

}  // namespace uptake::test
