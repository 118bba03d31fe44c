#include "policy/correlate/routes.h"

#include "dissectors/big_endian.h"

namespace uptake {
namespace {

using bgp::Prefix;
using bgp::Reading;
using bgp::Update;
using bgp::UpdateBits;

/// Both halves of a product: every bit of either factor reaches the result.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

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

}  // namespace

std::span<const FactRow> Routes::facts() noexcept {
  static constexpr std::array<FactRow, routes::kFactCount> kFacts{
      {{"route", "what holds of a route that a session was given: UpdateBits"}}};
  return kFacts;
}

std::span<const Wanted> Routes::reads() noexcept {
  static constexpr std::array<Wanted, 1> kReads{{{"bgp", bgp::kUpdateShown}}};
  return kReads;
}

Routes::Routes(const Digests& digests)
    : digests_(digests), known_(kKnownBits), waiting_(kWaiting), groups_(kGroups) {}

void Routes::file(std::size_t, const Filed& filed, Findings& findings) noexcept {
  const UpdateBits bits = UpdateBits::unpack(filed.value);
  if (!bits.announces || bits.withdrawn) return;
  Update update;
  if (!read_update(filed.bytes, Reading::of(bits), update)) return;
  const std::uint64_t session = session_of(digests_, filed.about.subject, bits.from_server);
  const std::array<std::uint32_t, 2> values = {value_of(bits, Family::v4), value_of(bits, Family::v6)};
  const std::uint32_t group = open_group(filed.about, findings);
  update.each_route([&](const Prefix& prefix, bool announced) {
    if (!announced) return;
    const std::uint64_t key = key_of(session, prefix);
    known_.prefetch(key);
    if (told_count_ == 0) told_ns_ = filed.about.packet_ns;
    told_[told_count_++] = {key, values[static_cast<std::size_t>(prefix.address.family)], group};
    if (told_count_ == kBatch) settle(findings);
  });
}

/// Remembers whom the routes of one UPDATE are counted by.
std::uint32_t Routes::open_group(const About& about, Findings& findings) noexcept {
  while (first_ != next_ && next_group_ - waiting_[first_ % kWaiting].group >= kGroups - kBatch)
    count_first(findings);
  groups_[next_group_ % kGroups] = about.kept(digests_);
  return next_group_++;
}

/// Looks at the routes that were told, in order.
void Routes::settle(Findings& findings) noexcept {
  for (const Told& told : std::span(told_).first(told_count_)) announce(told, findings);
  told_count_ = 0;
}

void Routes::announce(const Told& told, Findings& findings) noexcept {
  if (const RouteTable::Place* const place = known_.find(told.key); place != nullptr) {
    // One that still waits counts as it is now.
    const std::uint64_t number = RouteTable::number_of(*place, next_);
    Waiting& waiting = waiting_[number % kWaiting];
    if (number >= first_ && number < next_ && waiting.key == told.key) waiting.value = told.value;
    return;
  }
  while (next_ - first_ == kWaiting) count_first(findings);
  waiting_[next_ % kWaiting] = {told.key, told.value, told.group};
  known_.put(told.key, next_++);
}

/// Counts the route that waits for longest, and those behind it that are like it.
void Routes::count_first(Findings& findings) noexcept {
  const Waiting first = waiting_[first_ % kWaiting];
  std::uint32_t count = 0;
  do {
    ++first_;
    ++count;
  } while (first_ != next_ && waiting_[first_ % kWaiting].group == first.group &&
           waiting_[first_ % kWaiting].value == first.value);
  findings.note(routes::kRoute, first.value, groups_[first.group % kGroups], count);
}

void Routes::advance(std::uint64_t packet_ns, Findings& findings) noexcept {
  // What replaces a route that is due came before.
  if (is_due(packet_ns) || (told_count_ > 0 && told_ns_ + kWaitNs <= packet_ns)) settle(findings);
  while (is_due(packet_ns)) count_first(findings);
}

void Routes::finish(Findings& findings) noexcept {
  settle(findings);
  while (first_ != next_) count_first(findings);
}

}  // namespace uptake
