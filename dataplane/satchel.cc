#include "dataplane/satchel.h"

namespace uptake {

Satchel::Satchel() {
  items_.reserve(kItems);
  octets_.reserve(kBytes);
}

/// Within what was reserved, so that earlier copies stay where they are.
Bytes Satchel::copy(Bytes bytes) noexcept {
  const std::size_t at = octets_.size();
  octets_.insert(octets_.end(), bytes.begin(), bytes.end());
  return {octets_.data() + at, bytes.size()};
}

bool Satchel::put(const Filed& filed) noexcept {
  const std::size_t wanted = filed.bytes.size() + filed.about.subject.name.size();
  if (items_.size() == kItems || wanted > kBytes - octets_.size()) return false;
  Filed& own = items_.emplace_back(filed);
  own.bytes = copy(filed.bytes);
  own.about.subject.name = copy(filed.about.subject.name);
  return true;
}

void Satchel::clear() noexcept {
  items_.clear();
  octets_.clear();
}

}  // namespace uptake
