#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "dissectors/exhibit.h"

namespace uptake {

/// ExhibitShelf: the Exhibits of one burst. Without take() nobody wants any, and all else but wants() and clear() is
/// not to be called. Full: an Exhibit is dropped, and dropped() rises.
class ExhibitShelf {
 public:
  /// Takes Exhibits of the kinds that have a 1 in `wanted`, an octet each. All three are borrowed. `packet_ns` is
  /// read when an Exhibit is put.
  void take(ExhibitRoom& room, std::span<const std::uint8_t> wanted, const std::uint64_t& packet_ns) noexcept {
    room_ = &room;
    wanted_ = wanted;
    packet_ns_ = &packet_ns;
  }
  [[nodiscard]] bool wants(FactId kind) const noexcept { return kind < wanted_.size() && wanted_[kind] != 0; }

  [[nodiscard]] bool has_room(std::size_t size) const noexcept {
    return ExhibitRoom::taken_by(size) <= ExhibitRoom::kBytes - bytes_;
  }
  void drop() noexcept { ++dropped_; }
  /// Copies an Exhibit. Requires has_room().
  void put(FactId kind, std::uint64_t value, std::uint16_t subject, Bytes bytes) noexcept {
    std::uint8_t* const copy = room_->octets.data() + bytes_;
    if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
    room_->exhibits[count_++] = {{copy, bytes.size()}, value, *packet_ns_, kind, subject};
    bytes_ += static_cast<std::uint32_t>(ExhibitRoom::taken_by(bytes.size()));
  }

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  /// Takes back all but the first `count`.
  void rewind(std::uint32_t count) noexcept {
    if (count == count_) return;
    bytes_ = static_cast<std::uint32_t>(room_->exhibits[count].bytes.data() - room_->octets.data());
    count_ = count;
  }
  [[nodiscard]] std::span<const Exhibit> all() const noexcept {
    if (room_ == nullptr) return {};
    return {room_->exhibits.data(), count_};
  }
  /// Less room left than one more call of dissect() may need.
  [[nodiscard]] bool nearly_full() const noexcept {
    return bytes_ > ExhibitRoom::kBytes - ExhibitRoom::kBytesPerCall;
  }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  void clear() noexcept { count_ = bytes_ = 0; }

 private:
  std::uint32_t count_ = 0;
  std::uint32_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::span<const std::uint8_t> wanted_;
  ExhibitRoom* room_ = nullptr;
  const std::uint64_t* packet_ns_ = nullptr;
};

}  // namespace uptake
