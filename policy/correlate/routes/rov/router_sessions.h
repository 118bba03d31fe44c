#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dissectors/rtr/facts.h"
#include "policy/correlate/filed.h"

namespace uptake::rov {

/// RouterSession: one of a router with a cache. It has two tables: one that is held, and one that is under way.
struct RouterSession {
  std::uint64_t key = 0;  ///< 0: none
  std::uint64_t router = 0;
  std::uint64_t cache = 0;
  std::uint64_t until_ns = 0;  ///< until when the router holds a table; 0: it is not known
  std::uint64_t ended_ns = 0;  ///< when its End of Data came
  std::uint64_t last_ns = 0;
  std::uint64_t open_ns = 0;  ///< when the last records came of an answer whose end did not; 0: none is open
  std::size_t changes = 0;
  std::uint32_t serial = 0;  ///< of what is held
  std::uint16_t session_id = 0;
  rtr::Update under_way = rtr::Update::unknown;
  std::uint8_t shown = 0;  ///< Exhibits of it, counted by rtr::next_shown()
  bool waits = false;      ///< what its cache sent is not all read yet
  bool over = false;       ///< it ended: the router may keep what it holds, and may drop it
  bool other = false;      ///< which of the two tables is held
  bool is_full = false;    ///< there was no room for all that is held
  bool ran_full = false;   ///< nor for all that is under way
};

/// RouterSessions: a few sessions of routers with caches, each in a place of its own.
class RouterSessions {
 public:
  static constexpr std::size_t kPlaces = 8;

  /// The digests are borrowed.
  explicit RouterSessions(const Digests& digests) noexcept : digests_(digests) {}

  [[nodiscard]] RouterSession* find(const Subject& subject) noexcept;
  /// The place that a new session may take: a free one, that of one whose table has expired, or of the one without a
  /// table that was silent for longest. nullptr: all have tables, and whoever comes later cannot take their places.
  [[nodiscard]] RouterSession* place_at(std::uint64_t packet_ns) noexcept;
  /// A new one.
  [[nodiscard]] RouterSession made(const Subject& subject) const noexcept;
  [[nodiscard]] std::uint64_t router_of(const Address& address) const noexcept {
    return digests_.server(address, 0, 0);
  }
  /// No other router was told anything later by the same cache.
  [[nodiscard]] bool is_latest_of_cache(const RouterSession& session) const noexcept;

  /// Whether it is known what the router holds of it.
  [[nodiscard]] static bool is_sure(const RouterSession& session, std::uint64_t packet_ns,
                                    std::uint64_t came_ns) noexcept;

  [[nodiscard]] std::size_t place_of(const RouterSession& session) const noexcept {
    return static_cast<std::size_t>(&session - sessions_.data());
  }
  [[nodiscard]] std::span<RouterSession> all() noexcept { return sessions_; }
  [[nodiscard]] std::span<const RouterSession> all() const noexcept { return sessions_; }

 private:
  [[nodiscard]] std::uint64_t key_of(const Subject& subject) const noexcept;

  const Digests& digests_;
  std::array<RouterSession, kPlaces> sessions_{};
};

}  // namespace uptake::rov
