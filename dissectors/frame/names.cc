#include <array>

#include "dissectors/frame/facts.h"
#include "dissectors/frame/frame.h"

namespace uptake {

std::string_view name_of(Disposition disposition) noexcept {
  constexpr std::array<std::string_view, kDispositions> kNames = {
      "parsed",      "no_interest", "filtered",         "duplicate", "truncated", "malformed",
      "unsupported", "too_deep",    "fragment_dropped", "flow_full", "overload"};
  const auto index = static_cast<std::size_t>(disposition);
  return index < kNames.size() ? kNames[index] : "?";
}

std::string_view name_of(Path path) noexcept {
  constexpr std::array<std::string_view, kPaths> kNames = {"native", "6in4",   "6to4",   "teredo",
                                                           "nat64",  "tunnel", "unknown"};
  const auto index = static_cast<std::size_t>(path);
  return index < kNames.size() ? kNames[index] : "?";
}

namespace frame {

std::span<const FactRow> facts() noexcept {
  static constexpr std::array<FactRow, kFactCount> kFacts = {{
      {"packets", "family, path, whether the innermost packet was read; weighted by packets"},
      {"bytes", "family, path, whether the innermost packet was read; weighted by innermost IP total length"},
      {"connection", "family, path, transport, answered, client address kind, directions seen"},
  }};
  return kFacts;
}

Row row() noexcept {
  return {"frame", facts(), [](const Payload&) noexcept { return Claim::no; },
          [](Call&, Memory&) noexcept { return Result{}; }, [](Memory&, Ending, Notes&) noexcept {}};
}

}  // namespace frame
}  // namespace uptake
