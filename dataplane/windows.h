#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

#include "dataplane/engine.h"
#include "dataplane/open_windows.h"
#include "dissectors/frame/facts.h"
#include "policy/figures.h"
#include "policy/ledger.h"
#include "policy/unread.h"

namespace uptake {

/// PacketCounts: packets and bytes by direction and frame::PacketKind; cheaper to add to than Figures.
struct PacketCounts {
  static constexpr std::size_t kKinds = 3 * frame::PacketKind::kCount;
  std::array<std::uint64_t, kKinds> packets{};
  std::array<std::uint64_t, kKinds> bytes{};

  void add(Direction direction, frame::PacketKind packet, std::uint64_t length) noexcept {
    const std::size_t kind = static_cast<std::size_t>(direction) * frame::PacketKind::kCount + packet.pack();
    ++packets[kind];
    bytes[kind] += length;
  }
  /// Takes back what was added in this window.
  void take_back(Direction direction, frame::PacketKind packet, std::uint64_t count, std::uint64_t length) noexcept {
    const std::size_t kind = static_cast<std::size_t>(direction) * frame::PacketKind::kCount + packet.pack();
    packets[kind] -= count;
    bytes[kind] -= length;
  }
};

/// Unanswered: attempts that nobody was seen to answer, and whether this capture shows answers of their family at
/// all: if it shows none, it holds one direction only, and nothing is known of the attempts. For TCP the sign of that
/// is handshakes that go on without a SYN-ACK; for datagrams it is that none came back. Sums; adding commutes.
struct Unanswered {
  static constexpr std::size_t kKinds = 3 * 2 * 2 * 8;
  std::array<std::uint64_t, kKinds> attempts{};     ///< by direction, family, TCP or not, path
  std::array<std::uint64_t, 2> answers_seen{};      ///< SYN-ACKs, by family
  std::array<std::uint64_t, 2> answers_inferred{};  ///< handshakes that went on without a SYN-ACK in the capture
  std::array<std::uint64_t, 2> datagrams_back{};    ///< answers to datagrams, by family

  void attempt(Direction direction, Family family, bool tcp, Path path) noexcept {
    const std::size_t ends = static_cast<std::size_t>(direction) * 2 + static_cast<std::size_t>(family);
    ++attempts[(ends * 2 + (tcp ? 1 : 0)) * 8 + static_cast<std::size_t>(path)];
  }
  void add(const Unanswered& other) noexcept;
  /// Answers to datagrams of a family that the capture lost, by the share of SYN-ACKs that it lost.
  [[nodiscard]] std::uint64_t datagrams_lost(std::size_t family) const noexcept;
  /// Counts the attempts, as failed or as not known, and forgets them.
  void absorb(const Engine& engine, Figures& figures) noexcept;
};

/// WindowCounts: what a Window counts beside its figures; all of it is forgotten when the window is used again.
struct WindowCounts {
  std::uint64_t index = 0;
  bool open = false;  ///< something was counted, or may be
  Ledger ledger;
  LimitCounts limits{};
  PacketCounts counts;
  UnreadCounts unread;
  Unanswered unanswered;
};

/// Window: what one worker counts in one span of packet time. `index` is the span's number since 1970.
struct Window : WindowCounts {
  explicit Window(const Engine& engine)
      : figures(engine.catalogue, engine.digests, engine.subscriber, engine.grouping) {}

  Figures figures;

  void limit(Limit which, std::uint64_t count = 1) noexcept { limits[static_cast<std::size_t>(which)] += count; }
  /// Adds what another worker counted in the same span, settled.
  void merge(const Window& other) noexcept;
  /// As new, in the same memory.
  void clear() noexcept;
};

/// ClosedWindows: who takes the windows that workers close. Called once a window, never between two packets of one.
class ClosedWindows {
 public:
  virtual ~ClosedWindows() = default;
  /// Takes a settled window and leaves an empty one in its place; none when the run is one window.
  virtual void close(unsigned worker, std::unique_ptr<Window>& window) = 0;
  /// The worker has closed every window below `index` and opens none of them any more.
  virtual void come_to(unsigned worker, std::uint64_t index) = 0;
};

/// Windows: the two open windows of one worker. Which window a frame belongs to follows from its own stamp and from
/// the packet time, so from the order of all frames: never from what this worker has seen of them.
class Windows {
 public:
  /// How long a session may be silent before the end of its window ends it. RFC 6298 doubles the retransmission timer
  /// from 1 s on: 1 + 2 + 4 s pass when three segments in a row are lost.
  static constexpr std::uint64_t kPauseNs = 10'000'000'000;

  Windows(const Engine& engine, ClosedWindows& closed, unsigned worker);

  /// How long a window stays open behind its end.
  [[nodiscard]] static std::uint64_t grace_of(const Engine& engine) noexcept;

  /// Packet time opens or closes a window. Then the caller delivers what it has noted and calls move_to().
  [[nodiscard]] bool moves(std::uint64_t packet_ns) const noexcept { return packet_ns >= next_move_ns_; }
  void move_to(std::uint64_t packet_ns);
  /// The open window for what is stamped `time_ns`; the nearest one when its own is closed, or not yet open.
  [[nodiscard]] Window& of(std::uint64_t time_ns) noexcept {
    Window& window = *places_[open_.place_at(time_ns)];
    window.open = true;
    return window;
  }
  /// The window of that stamp is open.
  [[nodiscard]] bool hold(std::uint64_t time_ns) const noexcept { return open_.hold(time_ns); }
  /// Why it is not.
  [[nodiscard]] Limit why_not(std::uint64_t time_ns) const noexcept { return open_.why_not(time_ns); }
  /// There is one window for the whole run.
  [[nodiscard]] bool single() const noexcept { return open_.span() == 0; }
  template <class Visit>
  void each_open(Visit visit) {
    for (const std::unique_ptr<Window>& window : places_)
      if (window != nullptr && window->open) visit(*window);
  }
  /// Closes everything that is open; nothing is counted after that.
  void close_all();
  /// Called before a window closes, to bring in what the shards still count for it. `place` is its counter in
  /// ByteClasses.
  void before_close(std::function<void(Window&, unsigned place)> gather) { gather_ = std::move(gather); }
  /// Called before that: the window closes at `now_ns`, and what was silent since `silent_ns` belongs to it. It may
  /// not be open yet.
  using Ending = std::function<void(Window&, std::uint64_t silent_ns, std::uint64_t now_ns)>;
  void at_end(Ending ending) { ending_ = std::move(ending); }

 private:
  void hold_open(std::uint64_t oldest, std::uint64_t newest) noexcept;
  void close_below(std::uint64_t index);
  void close(std::unique_ptr<Window>& window);

  const Engine& engine_;
  ClosedWindows& closed_;
  unsigned worker_;
  std::uint64_t grace_;  ///< how long a window stays open behind its end
  OpenWindows open_;
  std::array<std::unique_ptr<Window>, 2> places_;
  std::uint64_t next_move_ns_ = ~std::uint64_t{0};
  std::function<void(Window&, unsigned)> gather_;
  Ending ending_;
};

}  // namespace uptake
