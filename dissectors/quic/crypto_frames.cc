#include "dissectors/quic/crypto_frames.h"

#include <algorithm>
#include <cstring>

#include "dissectors/quic/packet.h"

namespace uptake::quic {
namespace {

enum FrameType : std::uint8_t {  // RFC 9000 section 12.4
  kPadding = 0x00,
  kPing = 0x01,
  kAck = 0x02,
  kAckEcn = 0x03,
  kCrypto = 0x06,
  kGoogleCrypto = 0x08,
  kConnectionClose = 0x1c,
};

/// More ranges than any ACK of an Initial has.
constexpr std::uint64_t kMostRanges = 1024;

// Offset (i), Length (i), Data (..)  RFC 9000 section 19.6
void read_crypto(Cursor& frames, CryptoFrames& crypto) noexcept {
  const std::uint64_t offset = read_varint(frames);
  const std::uint64_t length = read_varint(frames);
  const Bytes data = frames.bytes(std::min<std::uint64_t>(length, frames.left() + 1));
  if (frames.ok()) crypto.add(offset, data);
}

// Error Code (i), Frame Type (i), Reason Phrase Length (i), Reason Phrase (..)  RFC 9000 section 19.19
void pass_close(Cursor& frames) noexcept {
  (void)read_varint(frames);
  (void)read_varint(frames);
  const std::uint64_t reason = read_varint(frames);
  frames.skip(std::min<std::uint64_t>(reason, frames.left() + 1));
}

// Largest Acknowledged (i), Delay (i), Range Count (i), First Range (i), { Gap (i), Length (i) }..., [ECN counts]
// RFC 9000 section 19.3
void pass_ack(Cursor& frames, bool with_ecn) noexcept {
  (void)read_varint(frames);
  (void)read_varint(frames);
  const std::uint64_t ranges = std::min(read_varint(frames), kMostRanges);
  const std::uint64_t numbers = 1 + 2 * ranges + (with_ecn ? 3 : 0);
  for (std::uint64_t i = 0; i < numbers && frames.ok(); ++i) (void)read_varint(frames);
}

/// Most of an Initial may be padding: eight octets at a time.
void pass_padding(Cursor& frames) noexcept {
  const Bytes rest = frames.rest();
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= rest.size(); at += sizeof word) {
    std::memcpy(&word, rest.data() + at, sizeof word);
    if (word != 0) break;
  }
  while (at < rest.size() && rest[at] == kPadding) ++at;
  frames.skip(at);
}

}  // namespace

void CryptoFrames::add(std::uint64_t offset, Bytes bytes) noexcept {
  if (bytes.empty()) return;
  if (count_ == kFrames) {
    ++dropped_;
    return;
  }
  frames_[count_++] = {static_cast<std::uint32_t>(std::min<std::uint64_t>(offset, kFarthest)), bytes};
}

/// Joins a frame to the octets that begin at `start`, when it begins in them or behind them and says nothing else
/// about those that both have.
bool CryptoFrames::joins(const Frame& frame, std::uint32_t start) noexcept {
  const std::size_t held = used_ - first_;
  const std::size_t at = frame.offset - start;
  if (at > held || used_ + frame.bytes.size() > kRoom) return false;
  const std::size_t common = std::min(held - at, frame.bytes.size());
  if (common > 0 && std::memcmp(room_.data() + first_ + at, frame.bytes.data(), common) != 0) return false;
  const Bytes fresh = frame.bytes.subspan(common);
  if (!fresh.empty()) std::memcpy(room_.data() + used_, fresh.data(), fresh.size());
  used_ += fresh.size();
  return true;
}

void CryptoFrames::carry(Carried& carried) noexcept {
  const std::span<Frame> frames{frames_.data(), count_};
  count_ = 0;
  for (; dropped_ > 0; --dropped_) carried.drop();
  if (frames.size() == 1) return carried.add(frames[0].offset, frames[0].bytes);
  std::ranges::sort(frames, {}, &Frame::offset);
  used_ = first_ = 0;
  std::uint32_t start = 0;
  for (const Frame& frame : frames) {
    if (used_ > first_ && joins(frame, start)) continue;
    if (used_ > first_) carried.add(start, Bytes(room_).subspan(first_, used_ - first_));
    first_ = used_;
    start = frame.offset;
    if (!joins(frame, start)) carried.drop();
  }
  if (used_ > first_) carried.add(start, Bytes(room_).subspan(first_, used_ - first_));
}

InitialFrames read_frames(Bytes octets, Version version, CryptoFrames& crypto) noexcept {
  const bool google = version == Version::google_t50 || version == Version::google_t51;
  InitialFrames found;
  Cursor frames(octets);
  while (!frames.empty()) {
    const std::uint64_t type = read_varint(frames);
    if (type == (google ? kGoogleCrypto : kCrypto)) {
      read_crypto(frames, crypto);
      found.crypto = true;
      continue;
    }
    switch (type) {
      case kPadding:
        pass_padding(frames);
        break;
      case kPing:
        break;
      case kAck:
      case kAckEcn:
        pass_ack(frames, type == kAckEcn);
        break;
      case kConnectionClose:
        pass_close(frames);
        found.close = frames.ok();
        break;
      default:
        found.sound = false;
        return found;
    }
  }
  found.sound = frames.ok();
  return found;
}

}  // namespace uptake::quic
