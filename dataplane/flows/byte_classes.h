#pragma once

#include <array>
#include <cstdint>

#include "policy/measure.h"

namespace uptake {

/// ByteClasses: of one shard: what the bytes of settled flows count for. A class is one (fact, value, cell); two
/// counters each, for the two windows that may be open. Full: class kOverflow, which counts for nothing.
class ByteClasses {
 public:
  static constexpr std::uint16_t kNone = 0;
  static constexpr std::uint16_t kOverflow = 1;
  static constexpr std::uint16_t kCapacity = 1024;

  struct Class {
    std::uint64_t value = 0;
    FactId fact = 0;
    std::uint16_t cell = 0;
    std::array<std::uint64_t, 2> bytes{};
  };

  /// The class of these three; allocates nothing.
  [[nodiscard]] std::uint16_t intern(FactId fact, std::uint64_t value, Cell cell) noexcept {
    const auto cell_index = static_cast<std::uint16_t>(cell.index());
    std::uint64_t h = (value ^ std::uint64_t{fact} << 48 ^ std::uint64_t{cell_index} << 56) * 0x9e3779b97f4a7c15ULL;
    h ^= h >> 32;
    for (std::size_t i = 0; i < kIndex; ++i) {
      std::uint16_t& entry = index_[(h + i) & (kIndex - 1)];
      if (entry == 0) {
        if (used_ == kCapacity) return kOverflow;
        entry = used_;
        classes_[used_] = {value, fact, cell_index, {}};
        return used_++;
      }
      const Class& known = classes_[entry];
      if (known.value == value && known.fact == fact && known.cell == cell_index) return entry;
    }
    return kOverflow;
  }
  void add(std::uint16_t which, unsigned window_parity, std::uint64_t bytes) noexcept {
    classes_[which].bytes[window_parity] += bytes;
  }
  [[nodiscard]] std::span<Class> in_use() noexcept { return {classes_.data() + 2, std::size_t{used_} - 2U}; }

 private:
  static constexpr std::size_t kIndex = 2048;
  std::array<Class, kCapacity> classes_{};
  std::array<std::uint16_t, kIndex> index_{};
  std::uint16_t used_ = 2;
};

}  // namespace uptake
