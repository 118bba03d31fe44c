#include "policy/correlate/routes/join.h"

#include <algorithm>
#include <cstring>

#include "dissectors/big_endian.h"
#include "dissectors/rtr/facts.h"
#include "policy/correlate/routes/fold.h"
#include "policy/correlate/routes/rov/origin.h"

namespace uptake::routes {
namespace {

using bgp::Prefix;
using bgp::Reading;
using bgp::Update;
using bgp::UpdateBits;

enum Read : std::size_t { kUpdate, kRecords, kEndOfData, kLost, kWaits, kEnded, kReadCount };

/// A digest of a route; `session` is keyed, so nobody can choose routes that meet.
std::uint64_t key_of(std::uint64_t session, const Prefix& prefix) noexcept {
  const std::uint8_t* const octets = prefix.address.octets.data();
  const std::uint64_t rest = std::uint64_t{prefix.path_id} << 16 | std::uint64_t{prefix.length} << 1 |
                             static_cast<std::uint64_t>(prefix.address.family);
  const std::uint64_t mixed = fold(be64(octets) ^ session, rest ^ 0x9e3779b97f4a7c15);
  return RouteTable::key_of(fold(mixed ^ be64(octets + 8), session ^ 0xa0761d6478bd642f));
}

/// One direction of a session.
std::uint64_t session_of(const Digests& digests, const Subject& subject, bool from_server) noexcept {
  const std::uint64_t client = digests.server(subject.client, subject.client_port, from_server ? 2 : 1);
  return digests.server(subject.server, subject.server_port, client);
}

/// What is asked of a route, without what is only its UPDATE's.
std::uint32_t value_of(UpdateBits bits, Family family) noexcept {
  bits.announces = bits.withdraws = bits.end_of_rib = bits.other_family = false;
  bits.add_path_v4 = bits.add_path_v6 = bits.discarded = bits.broken_routes = false;
  bits.v6 = family == Family::v6;
  static_assert(bgp::UpdateFields::kUsed >> 32 == 0);
  return static_cast<std::uint32_t>(bits.pack());
}

/// When an UPDATE came at the earliest: ticks are steps of 2^24 ns.
std::uint64_t came_ns(const Filed& filed) noexcept {
  const std::uint64_t waited = bgp::waited(filed.value);
  if (waited == 0) return filed.about.packet_ns;
  return filed.about.packet_ns - std::min(filed.about.packet_ns, (waited + 1) << 24);
}

}  // namespace

std::span<const FactRow> Join::facts() noexcept {
  static constexpr std::array<FactRow, routes::kFactCount> kFacts{
      {{"route", "what holds of a route that a session was given: UpdateBits"}}};
  return kFacts;
}

std::span<const Wanted> Join::reads() noexcept {
  static constexpr std::array<Wanted, kReadCount> kReads{{{"bgp", bgp::kUpdateShown},
                                                          {"rtr", rtr::kRecords},
                                                          {"rtr", rtr::kCommit},
                                                          {"rtr", rtr::kLost},
                                                          {"rtr", rtr::kWaits},
                                                          {"rtr", rtr::kEnded}}};
  return kReads;
}

Join::Join(const Digests& digests, const rov::HeldTables::Bounds& bounds)
    : digests_(digests), known_(kKnownBits), tables_(digests, bounds) {}

void Join::file(std::size_t which, const Filed& filed, Findings& findings) noexcept {
  if (which == kUpdate) return file_update(filed, findings);
  // What was told before is judged by what was held before.
  settle(findings);
  switch (which) {
    case kRecords:
      return tables_.take_records(filed);
    case kEndOfData:
      return tables_.end_data(filed);
    case kLost:
      return tables_.lose(filed);
    case kWaits:
      return tables_.wait(filed);
    default:
      return tables_.end(filed);
  }
}

void Join::file_update(const Filed& filed, Findings& findings) noexcept {
  const UpdateBits bits = UpdateBits::unpack(filed.value);
  if (!bits.announces || bits.withdrawn) return;
  Update update;
  if (!read_update(filed.bytes, Reading::of(bits), update)) return;
  const Subject& subject = filed.about.subject;
  const Address& receiver = bits.from_server ? subject.client : subject.server;
  const rov::HeldTables::Chosen table = tables_.choose(receiver, filed.about.packet_ns, came_ns(filed));
  // What is told together is judged or not.
  if (told_count_ > 0 && judges_ != (table.why == rov::Validity::valid)) settle(findings);
  judges_ = table.why == rov::Validity::valid;
  judges_ ? tell<true>(filed, bits, update, table, findings) : tell<false>(filed, bits, update, table, findings);
}

template <bool kJudges>
void Join::tell(const Filed& filed, const UpdateBits& bits, const Update& update,
                const rov::HeldTables::Chosen& table, Findings& findings) noexcept {
  const std::uint64_t session = session_of(digests_, filed.about.subject, bits.from_server);
  const std::uint32_t validity = static_cast<std::uint32_t>(table.why) << rov::kValidityShift;
  const std::array<std::uint32_t, 2> values = {value_of(bits, Family::v4) | validity,
                                               value_of(bits, Family::v6) | validity};
  const std::uint32_t group = new_.open_group(filed.about.kept(digests_), findings);
  const rov::Origin origin = kJudges ? rov::origin_of(update) : rov::Origin{};
  update.each_route([&](const Prefix& prefix, bool announced) {
    if (!announced) return;
    const std::uint64_t key = key_of(session, prefix);
    known_.prefetch(key);
    if (told_count_ == 0) told_ns_ = filed.about.packet_ns;
    if constexpr (kJudges) told_routes_[told_count_] = {table, {prefix, origin, bits.from_server}};
    told_[told_count_++] = {key, values[static_cast<std::size_t>(prefix.address.family)], group};
    if (told_count_ == kBatch) settle(findings);
  });
}

/// Looks at the routes that were told, in order.
void Join::settle(Findings& findings) noexcept {
  if (judges_) {
    for (std::size_t i = 0; i < told_count_; ++i)
      announce(
          told_[i], [&]() noexcept { return judge(i, findings); }, findings);
  } else {
    for (const Told& told : std::span(told_).first(told_count_))
      announce(
          told, [&]() noexcept { return told.value; }, findings);
  }
  told_count_ = 0;
}

/// `value()` is asked for where the route counts with it.
template <class Value>
void Join::announce(const Told& told, Value value, Findings& findings) noexcept {
  if (const RouteTable::Place* const place = known_.find(told.key); place != nullptr) {
    // One that still waits counts as it is now.
    std::uint32_t* const waiting = new_.find(RouteTable::number_of(*place, new_.next()), told.key);
    if (waiting != nullptr) *waiting = value();
    return;
  }
  known_.put(told.key, new_.push(told.key, value(), told.group, findings));
}

/// The value of a route that was told, with what the VRPs say of it.
std::uint32_t Join::judge(std::size_t index, Findings& findings) const noexcept {
  const auto& [table, route] = told_routes_[index];
  const rov::Validity validity = tables_.judge(table, route.prefix, route.origin);
  const std::uint32_t value = (told_[index].value & ((1U << rov::kValidityShift) - 1)) |
                              static_cast<std::uint32_t>(validity) << rov::kValidityShift;
  if (!rov::is_judged(validity)) return value;
  std::array<std::uint8_t, sizeof route> octets;
  std::memcpy(octets.data(), &route, sizeof route);
  findings.show(routes::kJudged, value, octets, new_.about(told_[index].group), nullptr);
  return value;
}

void Join::advance(std::uint64_t packet_ns, Findings& findings) noexcept {
  // What replaces a route that is due came before.
  if (new_.is_due(packet_ns, kWaitNs) || (told_count_ > 0 && told_ns_ + kWaitNs <= packet_ns)) settle(findings);
  while (new_.is_due(packet_ns, kWaitNs)) new_.count_first(findings);
}

void Join::finish(Findings& findings) noexcept {
  settle(findings);
  while (!new_.empty()) new_.count_first(findings);
}

}  // namespace uptake::routes
