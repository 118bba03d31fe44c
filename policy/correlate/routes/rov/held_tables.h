#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dissectors/rtr/facts.h"
#include "dissectors/rtr/records.h"
#include "policy/correlate/filed.h"
#include "policy/correlate/routes/rov/router_sessions.h"
#include "policy/correlate/routes/rov/vrp_table.h"
#include "policy/zeroed_array.h"

namespace uptake::rov {

/// HeldTables: which VRPs routers hold, as far as it was seen what caches sent them: a whole table from the Reset
/// Query to its End of Data, and the differences upon it, until it expires or something of its session is missing.
class HeldTables {
 public:
  static_assert(2 * RouterSessions::kPlaces <= VrpTable::kTables);

  /// Bounds: VRPs in all tables together, each once, and changes of a difference that is under way.
  struct Bounds {
    std::size_t vrps = std::size_t{1} << 20;
    std::size_t changes = std::size_t{1} << 14;
  };

  /// The digests are borrowed.
  HeldTables(const Digests& digests, const Bounds& bounds);

  /// Exhibits of the kinds rtr::kRecords, rtr::kCommit, rtr::kLost, rtr::kWaits and rtr::kEnded.
  void take_records(const Filed& filed) noexcept;
  void end_data(const Filed& filed) noexcept;
  void lose(const Filed& filed) noexcept;
  void wait(const Filed& filed) noexcept;
  void end(const Filed& filed) noexcept;

  /// Chosen: the tables by which routes are judged, a bit each, until the next Exhibit; or why there are none.
  struct Chosen {
    Validity why = Validity::no_table;
    bool united = false;        ///< the receiver holds all of `tables`
    std::uint16_t tables = 0;   ///< united: any of them may be empty; else one at least
    std::uint16_t perhaps = 0;  ///< united: it may hold these, too
  };
  /// Those of the router with this address, which makes no difference between its caches (RFC 8210 section 10); else
  /// of each cache what it told some router last, for caches of one RPKI tell the same. Where they do not, none is
  /// believed more than another: whoever can speak as a cache can hide a verdict, and make none. `came_ns`: the route
  /// came then or later.
  [[nodiscard]] Chosen choose(const Address& receiver, std::uint64_t packet_ns,
                              std::uint64_t came_ns) const noexcept {
    return packet_ns < until_ns_ ? choose_held(receiver, packet_ns, came_ns) : Chosen{};
  }
  [[nodiscard]] Validity judge(const Chosen& chosen, const bgp::Prefix& route, const Origin& origin) const noexcept {
    if (chosen.why != Validity::valid) return chosen.why;
    return chosen.united ? vrps_.judge_united(chosen.tables, chosen.perhaps, route, origin)
                         : vrps_.judge(chosen.tables, route, origin);
  }
  /// Sessions, VRPs and changes for which there was no room.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  struct Change {
    Vrp vrp;
    bool announced;
  };

  [[nodiscard]] std::uint8_t table_of(const RouterSession& session, bool other) const noexcept {
    return static_cast<std::uint8_t>(2 * sessions_.place_of(session) + (other ? 1 : 0));
  }
  [[nodiscard]] std::span<Change> changes_of(const RouterSession& session) noexcept;
  [[nodiscard]] RouterSession* find_or_make(const Filed& filed) noexcept;
  void begin(RouterSession& session, rtr::Update update) noexcept;
  void take(RouterSession& session, const rtr::Record& record) noexcept;
  void change(RouterSession& session) noexcept;
  void drop(RouterSession& session) noexcept;
  [[nodiscard]] Chosen choose_held(const Address& receiver, std::uint64_t packet_ns,
                                   std::uint64_t came_ns) const noexcept;
  [[nodiscard]] Chosen choose_own(std::uint64_t router, std::uint64_t packet_ns, std::uint64_t came_ns,
                                  bool& found) const noexcept;
  void end_others(const RouterSession* kept, const Subject& subject) noexcept;

  RouterSessions sessions_;
  VrpTable vrps_;
  ZeroedArray<Change> changes_;  ///< as many for each place of a session
  std::uint64_t until_ns_ = 0;   ///< no table is held from then on
  std::uint64_t forgotten_ = 0;
};

}  // namespace uptake::rov
