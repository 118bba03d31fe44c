#include "dataplane/fragments/page_slab.h"

#include <cassert>

namespace uptake {

PageSlab::PageSlab(std::uint32_t bytes)
    : octets_(std::make_unique_for_overwrite<std::uint8_t[]>(bytes / kPage * kPage)) {
  assert(bytes / kPage < kNoPage);
  for (std::uint32_t n = bytes / kPage; n > 0; --n) free_.push_back(static_cast<std::uint16_t>(n - 1));
}

}  // namespace uptake
