#include "policy/correlate/routes/rov/origin.h"

#include "dissectors/bgp/attributes/as_path.h"

namespace uptake::rov {
namespace {

using bgp::Octets;
using bgp::PathSegment;

/// AS_TRANS stands for an AS number that two octets cannot tell (RFC 6793 section 9).
constexpr std::uint32_t kAsTrans = 23456;

/// Path: how a path ends, and how long it is for RFC 6793: a set is one AS, a confederation's segments are none.
struct Path {
  Origin origin;
  std::size_t length = 0;
};

Path read(Bytes path, Octets octets) noexcept {
  Path found;
  bgp::AsPath segments(path, octets);
  for (PathSegment segment; segments.next(segment);) {
    found.origin = {};  // behind a confederation's segment: the sender's own AS
    if (segment.is_confederation()) continue;
    found.length += segment.is_set() ? 1 : segment.size();
    if (segment.is_set())
      found.origin.kind = Origin::Kind::none;
    else
      found.origin = {Origin::Kind::as, segment[segment.size() - 1]};
  }
  return found;
}

}  // namespace

Origin origin_of(const bgp::Update& update) noexcept {
  const bgp::Attributes& attributes = update.attributes;
  if (!update.bits.path) return {};
  const Path path = read(attributes.as_path, attributes.as_octets);
  if (attributes.as_octets != Octets::two) return path.origin;
  const Path longer = read(attributes.as4_path, Octets::four);
  if (longer.length > 0 && longer.length <= path.length) return longer.origin;
  if (path.origin.kind == Origin::Kind::as && path.origin.as == kAsTrans) return {};
  return path.origin;
}

}  // namespace uptake::rov
