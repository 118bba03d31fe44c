#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "policy/catalogue/catalogue.h"
#include "policy/measure.h"
#include "policy/zeroed_array.h"

namespace uptake {

/// ByteClasses: counts the bytes of the settled flows of one shard. A class is one fact, one cell, and the verdict of
/// every measure in bytes on the value; it has a counter for each of the two windows that may be open. Millions of
/// random sessions give some hundreds of classes in each group of clients. None is forgotten; when all are taken
/// kOverflow counts for nothing.
/// The bytes of a flow that carries a stream inside may count for two facts: its class names that of the stream.
class ByteClasses {
 public:
  static constexpr std::uint16_t kNone = 0;
  static constexpr std::uint16_t kOverflow = 1;
  static constexpr std::uint16_t kCapacity = 4096;           ///< without groups
  static constexpr std::uint16_t kCapacityGrouped = 0xfff0;  ///< with groups; memory is touched where it is used

  explicit ByteClasses(std::uint16_t capacity = kCapacity)
      : classes_(capacity), index_(2UL * capacity), capacity_(capacity) {}

  struct Class {
    std::uint64_t value = 0;  ///< the first that was met: any other of the class is judged alike
    FactId fact = 0;
    std::uint16_t cell = 0;
    std::uint16_t also = kNone;  ///< the class that its bytes count for besides
    std::array<std::uint8_t, Catalogue::kByteMeasures> judged{};
    std::array<std::uint64_t, 2> bytes{};
  };

  /// Finds the class of these, or makes it in memory that is there.
  [[nodiscard]] std::uint16_t intern(const Catalogue& catalogue, FactId fact, std::uint64_t value, Cell cell,
                                     std::uint16_t also = kNone) noexcept {
    const auto cell_index = static_cast<std::uint16_t>(cell.index());
    Known& known = known_[mixed(value ^ std::uint64_t{fact} << 48 ^ std::uint64_t{cell_index} << 56) % kKnown];
    const bool is_known = known.which != kNone && known.value == value && known.fact == fact &&
                          known.cell == cell_index && known.also == also;
    if (!is_known) [[unlikely]] {
      const std::uint16_t which = find(catalogue, {value, fact, cell_index, also, {}, {}});
      if (which == kOverflow) return which;
      known = {value, fact, cell_index, also, which};
    }
    return known.which;
  }
  void add(std::uint16_t which, unsigned window_parity, std::uint64_t bytes) noexcept {
    classes_[which].bytes[window_parity] += bytes;
  }
  [[nodiscard]] const Class& at(std::uint16_t which) const noexcept { return classes_[which]; }
  [[nodiscard]] std::span<Class> in_use() noexcept { return classes_.all().subspan(2, std::size_t{used_} - 2U); }

 private:
  static constexpr std::size_t kKnown = 256;

  /// Known: one place of a direct-mapped cache in front of find().
  struct Known {
    std::uint64_t value = 0;
    FactId fact = 0;
    std::uint16_t cell = 0;
    std::uint16_t also = kNone;
    std::uint16_t which = kNone;
  };

  [[nodiscard]] static std::uint64_t mixed(std::uint64_t value) noexcept {
    const std::uint64_t h = value * 0x9e3779b97f4a7c15ULL;
    return h ^ h >> 32;
  }

  [[gnu::noinline]] std::uint16_t find(const Catalogue& catalogue, Class wanted) noexcept {
    std::size_t count = 0;
    std::uint64_t h = std::uint64_t{wanted.also} << 32 | std::uint64_t{wanted.fact} << 16 | wanted.cell;
    for (const std::uint16_t index : catalogue.of(wanted.fact).bytes) {
      const Judgement judgement = catalogue.judge(index, wanted.value);
      const bool hidden = judgement.outcome == Judgement::Outcome::unobservable;
      wanted.judged[count] = static_cast<std::uint8_t>(static_cast<unsigned>(judgement.outcome) << 5 |
                                                       (hidden ? static_cast<unsigned>(judgement.reason) : 0U));
      h = mixed(h ^ wanted.judged[count++]);
    }
    static_assert(kReasons <= 32);
    for (std::size_t i = 0; i < index_.size(); ++i) {
      std::uint16_t& entry = index_[(h + i) % index_.size()];
      if (entry == 0) {
        if (used_ == capacity_) return kOverflow;
        entry = used_;
        classes_[used_] = wanted;
        return used_++;
      }
      const Class& other = classes_[entry];
      const bool same = other.fact == wanted.fact && other.cell == wanted.cell && other.also == wanted.also &&
                        other.judged == wanted.judged;
      if (same) return entry;
    }
    return kOverflow;
  }

  ZeroedArray<Class> classes_;
  ZeroedArray<std::uint16_t> index_;
  std::array<Known, kKnown> known_{};
  std::uint16_t capacity_;
  std::uint16_t used_ = 2;
};

}  // namespace uptake
