#pragma once

#include <memory>
#include <string>
#include <utility>

#include "dissectors/frame/frame.h"
#include "policy/refusal.h"

namespace uptake {

/// Filter: a packet filter as tcpdump takes it (pcap-filter(7)), compiled for every link type uptake reads.
/// matches() may be called by any number of threads.
class Filter {
 public:
  /// A Refusal has libpcap's message when the expression makes sense on no link type.
  [[nodiscard]] static Either<Filter> compile(const std::string& expression);

  /// Whether the filter keeps `frame`. An empty expression keeps all; frames of unsupported link types are kept,
  /// to be counted as such; a link type on which the expression makes no sense keeps none.
  [[nodiscard]] bool matches(const Frame& frame) const noexcept;
  /// The expression has a word that makes libpcap look behind a tag or tunnel header: vlan, mpls, pppoes, geneve.
  /// Without one it compares the outer headers only, and leaves out a tagged frame whatever is in it.
  [[nodiscard]] bool looks_inside() const noexcept;

 private:
  struct Programs;
  explicit Filter(std::shared_ptr<const Programs> programs) : programs_(std::move(programs)) {}
  std::shared_ptr<const Programs> programs_;
};

}  // namespace uptake
