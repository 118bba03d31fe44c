#pragma once

#include <array>
#include <cstdint>

#include "dataplane/fragments/page_slab.h"
#include "dissectors/frame/frame.h"

namespace uptake {

/// PartialPayload: the octets of one datagram's payload that have arrived, on pages of a PageSlab.
/// Requires of every fragment that its octets were all captured and end within 65535.
class PartialPayload {
 public:
  static constexpr std::uint32_t kPages = 65536 / PageSlab::kPage;

  /// How a fragment fits what is there.
  struct Fit {
    bool conflict = false;  ///< other octets, or another end: it is of another datagram
    bool adds = false;      ///< brings octets, or the end, that were not known yet
    std::uint32_t new_pages = 0;
  };

  /// Forgets everything. Its pages have been given back.
  void clear() noexcept;
  [[nodiscard]] Fit fit(const Segment& fragment, const PageSlab& slab) const noexcept;
  /// Copies what is not there yet. Requires a fit without conflict, and its new pages free.
  void store(const Segment& fragment, PageSlab& slab) noexcept;
  /// Every octet is there.
  [[nodiscard]] bool is_whole() const noexcept { return total_ != 0 && blocks_ == (total_ + kBlock - 1) / kBlock; }
  /// Copies the whole payload to `to` and returns its octets.
  std::uint32_t copy_to(std::uint8_t* to, const PageSlab& slab) const noexcept;
  void give_back(PageSlab& slab) noexcept;

 private:
  static constexpr std::uint32_t kBlock = 8;  // fragment offsets count in blocks of 8 octets (RFC 791 section 3.1)
  static constexpr std::uint32_t kBlocksPerPage = PageSlab::kPage / kBlock;

  std::uint32_t total_ = 0;   ///< octets, 0 while the last fragment is missing
  std::uint32_t end_ = 0;     ///< largest end of a fragment so far
  std::uint32_t blocks_ = 0;  ///< blocks present
  std::array<std::uint16_t, kPages> pages_;
  std::array<std::array<std::uint64_t, kBlocksPerPage / 64>, kPages> present_;  ///< one bit a block
};

}  // namespace uptake
