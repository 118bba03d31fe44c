#include "dataplane/sources/port_buffer.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace uptake {
namespace {

/// Puts a tag back. Unless it is `certainly_out` only where it does not stand: some drivers report a tag and do not
/// say whether they took it out. Without room in front of the frame it stays out.
void restore_tag(rte_mbuf* buffer, std::uint16_t tag, bool certainly_out) noexcept {
  const auto* bytes = rte_pktmbuf_mtod(buffer, const std::uint8_t*);
  if (rte_pktmbuf_data_len(buffer) < 16) return;
  const bool tagged = (bytes[12] == 0x81 && bytes[13] == 0x00) || (bytes[12] == 0x88 && bytes[13] == 0xa8);
  if (!certainly_out && tagged && (bytes[14] << 8 | bytes[15]) == tag) return;
  char* head = rte_pktmbuf_prepend(buffer, 4);
  if (head == nullptr) return;
  std::memmove(head, head + 4, 12);
  const std::array<std::uint8_t, 4> octets{0x81, 0x00, static_cast<std::uint8_t>(tag >> 8),
                                           static_cast<std::uint8_t>(tag)};
  std::memcpy(head + 12, octets.data(), octets.size());
}

}  // namespace

rte_mbuf* in_one_piece(rte_mbuf* buffer, rte_mempool* long_frames, bool& cut) noexcept {
  const std::uint32_t whole = rte_pktmbuf_pkt_len(buffer);
  rte_mbuf* copy = rte_pktmbuf_alloc(long_frames);
  cut = copy == nullptr || whole > kLongFrame;
  if (copy == nullptr) return buffer;
  std::uint32_t left = std::min(whole, kLongFrame);
  copy->data_len = static_cast<std::uint16_t>(left);
  copy->pkt_len = whole;
  auto* to = rte_pktmbuf_mtod(copy, std::uint8_t*);
  for (const rte_mbuf* piece = buffer; piece != nullptr && left > 0; piece = piece->next) {
    const std::uint32_t count = std::min<std::uint32_t>(left, rte_pktmbuf_data_len(piece));
    std::memcpy(to, rte_pktmbuf_mtod(piece, const std::uint8_t*), count);
    to += count;
    left -= count;
  }
  // All flags but those that say whose memory a buffer is.
  constexpr std::uint64_t kOfMemory = RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;
  copy->ol_flags |= buffer->ol_flags & ~kOfMemory;
  copy->vlan_tci = buffer->vlan_tci;
  copy->vlan_tci_outer = buffer->vlan_tci_outer;
  std::memcpy(copy->dynfield1, buffer->dynfield1, sizeof copy->dynfield1);
  rte_pktmbuf_free(buffer);
  return copy;
}

void restore_tags(rte_mbuf* buffer) noexcept {
  const std::uint64_t flags = buffer->ol_flags;
  restore_tag(buffer, buffer->vlan_tci, (flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0);
  if ((flags & RTE_MBUF_F_RX_QINQ_STRIPPED) != 0) restore_tag(buffer, buffer->vlan_tci_outer, true);
}

}  // namespace uptake
