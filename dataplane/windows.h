#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "dataplane/engine.h"
#include "policy/figures.h"
#include "policy/ledger.h"
#include "policy/unread.h"

namespace uptake {

/// PacketCounts: packets and bytes by direction, family and path; cheaper to add to than Figures.
struct PacketCounts {
  static constexpr std::size_t kKinds = 3 * 2 * 8;
  std::array<std::uint64_t, kKinds> packets{};
  std::array<std::uint64_t, kKinds> bytes{};

  void add(Direction direction, Family family, Path path, std::uint64_t length) noexcept {
    const std::size_t kind = (static_cast<std::size_t>(direction) * 2 + static_cast<std::size_t>(family)) * 8 +
                             static_cast<std::size_t>(path);
    ++packets[kind];
    bytes[kind] += length;
  }
};

/// Unanswered: attempts that nobody was seen to answer, and whether this capture shows answers at all. A mirror of
/// one direction shows none, though conversations go on: then nothing is known of the attempts. Sums; adding
/// commutes.
struct Unanswered {
  static constexpr std::size_t kKinds = 3 * 2 * 2 * 8;
  std::array<std::uint64_t, kKinds> attempts{};     ///< by direction, family, TCP or not, path
  std::array<std::uint64_t, 2> answers_seen{};      ///< SYN-ACKs, by family
  std::array<std::uint64_t, 2> answers_inferred{};  ///< handshakes that went on without a SYN-ACK in the capture

  void attempt(Direction direction, Family family, bool tcp, Path path) noexcept {
    const std::size_t ends = static_cast<std::size_t>(direction) * 2 + static_cast<std::size_t>(family);
    ++attempts[(ends * 2 + (tcp ? 1 : 0)) * 8 + static_cast<std::size_t>(path)];
  }
  void add(const Unanswered& other) noexcept;
  /// Counts the attempts, as failed or as not known, and forgets them.
  void absorb(const Engine& engine, Figures& figures) noexcept;
};

/// Window: what one worker counts in one span of packet time. `index` is the span's number since 1970.
struct Window {
  explicit Window(const Engine& engine) : figures(engine.catalogue, engine.digests, engine.subscriber) {}

  std::uint64_t index = 0;
  bool open = false;
  Ledger ledger;
  LimitCounts limits{};
  PacketCounts counts;
  UnreadCounts unread;
  Unanswered unanswered;
  Figures figures;

  void limit(Limit which, std::uint64_t count = 1) noexcept { limits[static_cast<std::size_t>(which)] += count; }
};

/// Windows: the two open windows of one worker. What is older than both is counted in the older one as `late`.
class Windows {
 public:
  /// `close` gets each window that ended, settled, before its place is used again.
  using Close = std::function<void(Window&)>;

  Windows(const Engine& engine, Close close);

  /// The window for a frame stamped `time_ns` when the packet time is `packet_ns`; closes those that ended.
  [[nodiscard]] Window& of(std::uint64_t time_ns, std::uint64_t packet_ns) {
    if (span_ == 0) [[likely]]
      return *places_[0];
    return choose(time_ns, packet_ns);
  }
  /// There is one window for the whole run.
  [[nodiscard]] bool single() const noexcept { return span_ == 0; }
  /// The place (0 or 1) of a window, which is also its counter in ByteClasses.
  [[nodiscard]] unsigned place_of(const Window& window) const noexcept { return &window == places_[0].get() ? 0 : 1; }
  /// Closes everything that is open.
  void close_all();
  /// Called before a window closes, to bring in what the shards still count for it.
  void before_close(std::function<void(Window&, unsigned place)> gather) { gather_ = std::move(gather); }

 private:
  [[nodiscard]] Window& choose(std::uint64_t time_ns, std::uint64_t packet_ns);
  void open(unsigned place, std::uint64_t index);
  void close(unsigned place);

  const Engine& engine_;
  std::uint64_t span_;
  std::array<std::unique_ptr<Window>, 2> places_;
  std::uint64_t newest_ = 0;
  Close close_;
  std::function<void(Window&, unsigned)> gather_;
};

}  // namespace uptake
