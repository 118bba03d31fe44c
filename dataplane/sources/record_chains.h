#pragma once

#include <array>
#include <cstdint>

#include "dataplane/sources/pcap_reader.h"

namespace uptake {

/// RecordChains: reads many records of a classic capture at once. Only a record's header says where the next one
/// starts, so a single walk waits for memory at every record; here up to sixteen walks take turns. All but the first
/// start at a guess. A guess counts only when the walk before it arrives exactly there, so the frames are those of
/// the plain walk. Where none arrives, the plain walk goes on from there and seams_missed() rises.
class RecordChains {
 public:
  static constexpr std::size_t kChains = 16;
  static constexpr std::size_t kRecordsPerChain = 1024;

  /// Reads the records that start in the first `window` octets of `bytes`, which starts at a record; the last may
  /// reach beyond. Stops as PcapReader::walk() does; `bytes` stays below 4 GiB.
  [[nodiscard]] Walk walk(Bytes bytes, std::size_t window, PcapReader& reader, FrameSink& sink) noexcept;

  /// Windows in which a guess proved false, and the plain walk bridged the gap.
  [[nodiscard]] std::uint64_t seams_missed() const noexcept { return seams_missed_; }
  [[nodiscard]] std::uint64_t windows() const noexcept { return windows_; }

 private:
  /// Chain: one walk: the records it passed, as offsets into the window.
  struct Chain {
    const std::uint8_t* at = nullptr;
    const std::uint8_t* stop = nullptr;  ///< where the next chain starts
    std::uint32_t count = 0;
    std::uint32_t start = 0;
  };

  void guess(Bytes bytes, std::size_t window, const PcapLayout& layout) noexcept;
  template <bool kSwapped>
  void run(Bytes bytes) noexcept;
  template <bool kSwapped>
  void deliver(Bytes bytes, std::size_t chain, std::size_t count, const PcapLayout& layout,
               FrameSink& sink) const noexcept;

  [[nodiscard]] Walk join(Bytes bytes, std::size_t window, PcapReader& reader, FrameSink& sink,
                          bool& missed) noexcept;
  void judge(bool missed) noexcept;

  std::array<Chain, kChains> chains_{};
  std::array<std::array<std::uint32_t, kRecordsPerChain + 1>, kChains> offsets_{};  ///< and where each walk ended
  std::size_t count_ = 0;                                                           ///< chains of this window
  std::size_t wanted_ = 0;  ///< as many starts were looked for
  std::uint64_t windows_ = 0;
  std::uint64_t seams_missed_ = 0;
  unsigned pause_ = 0;    ///< windows still to be walked plainly after guesses failed
  unsigned penalty_ = 0;  ///< how long the next pause is
};

}  // namespace uptake
