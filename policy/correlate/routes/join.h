#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/bgp/update.h"
#include "policy/correlate/correlator.h"
#include "policy/correlate/routes/facts.h"
#include "policy/correlate/routes/new_routes.h"
#include "policy/correlate/routes/route_table.h"
#include "policy/correlate/routes/rov/held_tables.h"

namespace uptake::routes {

/// Join: finds the routes that one end of a session announces for the first time, per direction, prefix and Path
/// Identifier. One that is told again (RFC 2918, RFC 7313), or that comes back after it was withdrawn, is known. A
/// new route is counted after a wait, with the attributes that were announced last: speakers often replace one at
/// once. Its origin is judged by the VRPs that its receiver held when they were announced.
class Join {
 public:
  static constexpr std::string_view kName = "routes";
  /// As long as speakers wait between two advertisements of a route inside an AS (RFC 4271 section 10).
  static constexpr std::uint64_t kWaitNs = 5'000'000'000;
  static std::span<const FactRow> facts() noexcept;
  static std::span<const Wanted> reads() noexcept;

  explicit Join(const Digests& digests) : Join(digests, rov::HeldTables::Bounds{}) {}
  Join(const Digests& digests, const rov::HeldTables::Bounds& bounds);

  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept;
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept;
  void finish(Findings& findings) noexcept;
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return known_.forgotten() + tables_.forgotten(); }

 private:
  /// 4 M routes; 32 MiB.
  static constexpr unsigned kKnownBits = 22;
  /// Routes whose places are asked for before the first of them is needed.
  static constexpr std::size_t kBatch = NewRoutes::kBatch;

  /// Told: a route that an UPDATE announces.
  struct Told {
    std::uint64_t key = 0;
    std::uint32_t value = 0;
    std::uint32_t group = 0;
  };
  /// ToldRoute: the same where there are VRPs to judge it by.
  struct ToldRoute {
    rov::HeldTables::Chosen table;
    rov::JudgedRoute route;
  };

  void file_update(const Filed& filed, Findings& findings) noexcept;
  template <bool kJudges>
  void tell(const Filed& filed, const bgp::UpdateBits& bits, const bgp::Update& update,
            const rov::HeldTables::Chosen& table, Findings& findings) noexcept;
  void settle(Findings& findings) noexcept;
  template <class Value>
  void announce(const Told& told, Value value, Findings& findings) noexcept;
  [[nodiscard]] std::uint32_t judge(std::size_t index, Findings& findings) const noexcept;

  const Digests& digests_;
  RouteTable known_;
  rov::HeldTables tables_;
  NewRoutes new_;
  std::array<Told, kBatch> told_{};              ///< not looked at yet, in order
  std::array<ToldRoute, kBatch> told_routes_{};  ///< where judges_
  std::size_t told_count_ = 0;
  bool judges_ = false;        ///< there are VRPs for what was told
  std::uint64_t told_ns_ = 0;  ///< packet time of the first of them
};

}  // namespace uptake::routes
