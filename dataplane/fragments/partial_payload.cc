#include "dataplane/fragments/partial_payload.h"

#include <algorithm>
#include <cstring>

namespace uptake {

void PartialPayload::clear() noexcept {
  total_ = 0;
  end_ = 0;
  blocks_ = 0;
  pages_.fill(PageSlab::kNoPage);
  for (auto& bits : present_) bits.fill(0);
}

PartialPayload::Fit PartialPayload::fit(const Segment& fragment, const PageSlab& slab) const noexcept {
  const std::uint32_t end = fragment.fragment_offset + fragment.payload_wire;
  if (total_ != 0 && (fragment.more_fragments ? end > total_ : end != total_)) return {.conflict = true};
  if (!fragment.more_fragments && end < end_) return {.conflict = true};
  Fit fit{.adds = !fragment.more_fragments && total_ == 0};
  std::uint32_t last_page = kPages;
  for (std::uint32_t at = 0; at < fragment.payload_wire; at += kBlock) {
    const std::uint32_t place = fragment.fragment_offset + at;
    const std::uint32_t number = place / PageSlab::kPage;
    const std::uint32_t block = place % PageSlab::kPage / kBlock;
    if ((present_[number][block / 64] >> block % 64 & 1) == 0) {
      fit.adds = true;
      if (pages_[number] == PageSlab::kNoPage && number != last_page) ++fit.new_pages;
      last_page = number;
      continue;
    }
    const std::uint32_t size = std::min(kBlock, fragment.payload_wire - at);
    if (std::memcmp(slab.page(pages_[number]) + place % PageSlab::kPage, fragment.payload + at, size) != 0)
      return {.conflict = true};
  }
  return fit;
}

void PartialPayload::store(const Segment& fragment, PageSlab& slab) noexcept {
  for (std::uint32_t at = 0; at < fragment.payload_wire; at += kBlock) {
    const std::uint32_t place = fragment.fragment_offset + at;
    const std::uint32_t number = place / PageSlab::kPage;
    const std::uint32_t block = place % PageSlab::kPage / kBlock;
    std::uint64_t& bits = present_[number][block / 64];
    if ((bits >> block % 64 & 1) != 0) continue;
    bits |= std::uint64_t{1} << block % 64;
    ++blocks_;
    if (pages_[number] == PageSlab::kNoPage) pages_[number] = slab.take();
    std::memcpy(slab.page(pages_[number]) + place % PageSlab::kPage, fragment.payload + at,
                std::min(kBlock, fragment.payload_wire - at));
  }
  const std::uint32_t end = fragment.fragment_offset + fragment.payload_wire;
  end_ = std::max(end_, end);
  if (!fragment.more_fragments) total_ = end;
}

std::uint32_t PartialPayload::copy_to(std::uint8_t* to, const PageSlab& slab) const noexcept {
  constexpr std::uint32_t kPage = PageSlab::kPage;
  for (std::uint32_t at = 0; at < total_; at += kPage)
    std::memcpy(to + at, slab.page(pages_[at / kPage]), std::min(kPage, total_ - at));
  return total_;
}

void PartialPayload::give_back(PageSlab& slab) noexcept {
  for (std::uint16_t& number : pages_) {
    if (number == PageSlab::kNoPage) continue;
    slab.give(number);
    number = PageSlab::kNoPage;
  }
}

}  // namespace uptake
