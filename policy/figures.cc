#include "policy/figures.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "policy/catalogue/catalogue.h"
#include "policy/crowds.h"
#include "policy/digests.h"
#include "policy/entities.h"
#include "policy/grouping.h"
#include "policy/pending_crowds.h"
#include "policy/subscribers.h"
#include "policy/tally.h"
#include "policy/zeroed_array.h"

namespace uptake {
namespace {

/// Real DNS traffic shows some 6,000 values an hour: four places for each keep the displaced ones below one in 200.
constexpr unsigned kSetBits = 13;
constexpr std::size_t kWays = 2;
constexpr std::size_t kSlots = kWays << kSetBits;

/// Slot: sightings of one (fact, value, cell) that are not yet judged. The two of a set fill a cache line.
struct Slot {
  std::uint64_t value = 0;
  std::uint64_t sightings = 0;
  std::uint64_t bytes = 0;
  std::uint32_t key = 0;   // kInUse | group << 24 | fact << 8 | place of the cell
  std::uint8_t kinds = 0;  // bit per entity kind that this value marks
  std::uint8_t known = 0;  // subscribers among its PendingCrowds

  [[nodiscard]] bool is_of(std::uint32_t other_key, std::uint64_t other_value) const noexcept {
    return key == other_key && value == other_value;
  }
};
static_assert(sizeof(Slot) == 32);

constexpr std::uint32_t kInUse = std::uint32_t{1} << 31;

/// Where a key says the cell to be in its group: Cell::in_group(), or with this bit only family and direction, for
/// the vantage follows from fact and value. It is looked up once a slot, not at every sighting.
constexpr std::uint32_t kVantageFollows = 0x80;

[[nodiscard]] constexpr std::uint32_t key_of(FactId fact, std::uint32_t place, std::uint8_t group) noexcept {
  return kInUse | std::uint32_t{group} << 24 | std::uint32_t{fact} << 8 | place;
}
[[nodiscard]] constexpr std::uint8_t group_of(std::uint32_t key) noexcept {
  return static_cast<std::uint8_t>(key >> 24 & Grouping::kMost);
}
[[nodiscard]] constexpr FactId fact_of(std::uint32_t key) noexcept { return static_cast<FactId>(key >> 8); }
[[nodiscard]] constexpr std::uint32_t place_of(const Subject& subject) noexcept {
  return kVantageFollows | static_cast<std::uint32_t>(subject.client.family) << 2 |
         static_cast<std::uint32_t>(subject.direction);
}

[[nodiscard]] constexpr unsigned bit_of(const Unit& unit) noexcept { return 1U << entity_kind(unit); }
/// Kinds of entities that a name tells apart, and those that are clients.
constexpr unsigned kNamed = bit_of(Unit::names) | bit_of(Unit::servers);
constexpr unsigned kClients = bit_of(Unit::subscribers) | bit_of(Unit::addresses) | bit_of(Unit::resolvers);

/// Pending: a slot whose marks are to be given to entities of a subject.
struct Pending {
  std::uint16_t slot = 0;
  std::uint16_t subject = 0;
};
constexpr std::size_t kBatch = 128;  // observations counted before their entities are marked
static_assert(kSlots <= 0x10000);

/// The directions of the packets of a connection.
[[nodiscard]] std::span<const Direction> both_ways(Direction of_connection) noexcept {
  static constexpr std::array kUnknown = {Direction::unknown};
  static constexpr std::array kBoth = {Direction::from_customer, Direction::toward_customer};
  if (of_connection == Direction::unknown) return kUnknown;
  return kBoth;
}

/// The Marks that a value gives to entities, by kind.
using ValueMarks = std::array<Marks, kEntityKinds>;

/// The first slot of a set. Fibonacci hashing: every bit of value and key reaches the top bits of the product.
[[nodiscard]] constexpr std::size_t set_of(std::uint32_t key, std::uint64_t value) noexcept {
  return ((value + key * 0xa0761d6478bd642fULL) * 0x9e3779b97f4a7c15ULL >> (64 - kSetBits)) * kWays;
}

/// GroupOfLast: observations of one subject stand together: its group is asked for once.
struct GroupOfLast {
  std::uint32_t subject = ~std::uint32_t{0};
  std::uint8_t group = 0;

  [[nodiscard]] std::uint8_t of(std::uint16_t index, const Subject& who, const Subscribers& subscribers) noexcept {
    if (index == subject) return group;
    subject = index;
    return group = subscribers.group(subscribers.of(who));
  }
};

}  // namespace

struct Figures::State {
  State(const Catalogue& c, const Digests& d, SubscriberLengths l, const Grouping* g)
      : catalogue(c),
        digests(d),
        lengths(l),
        subscribers(digests, l),
        grouping(g),
        across(bits_across(c)),
        slots(kSlots),
        marks(kSlots),
        tally(c.size(), g != nullptr ? g->groups : 0),
        pending_crowds(l.groups != nullptr ? kSlots : 0),
        crowds(l.groups != nullptr ? c.size() : 0, g != nullptr ? g->groups : 0) {}

  [[nodiscard]] Slot& find(FactId fact, std::uint64_t value, Cell cell) noexcept {
    const std::uint32_t key = key_of(fact, static_cast<std::uint32_t>(cell.in_group()), cell.group);
    const std::size_t at = way_of(key, value);
    return slots[slots[at].is_of(key, value) ? at : replace(at, key, value)];
  }

  /// The slot of its set that holds the value, or the second one when none does. Without a branch: which of the two
  /// it is cannot be predicted.
  [[nodiscard]] std::size_t way_of(std::uint32_t key, std::uint64_t value) const noexcept {
    const std::size_t first = set_of(key, value);
    return first + (slots[first].is_of(key, value) ? 0 : 1);
  }

  /// Gives the value the slot of its set that has gathered less; `second` is the second slot of the set.
  [[gnu::noinline]] std::size_t replace(std::size_t second, std::uint32_t key, std::uint64_t value) noexcept {
    const std::size_t at = slots[second - 1].sightings <= slots[second].sightings ? second - 1 : second;
    Slot& slot = slots[at];
    displaced += slot.key != 0 ? 1 : 0;
    flush(slot);
    slot = {value, 0, 0, key, 0, 0};
    ValueMarks& of_value = marks[at];
    of_value = {};
    for (const std::uint16_t index : catalogue.of(fact_of(key)).entities) {
      const std::uint64_t bit = std::uint64_t{1} << catalogue.entity_bit(index);
      const std::size_t kind = entity_kind(catalogue.measures()[index].unit);
      add_mark(of_value[kind], bit, catalogue.judge(index, value).outcome);
      if (of_value[kind].any()) slot.kinds = static_cast<std::uint8_t>(slot.kinds | 1U << kind);
    }
    return at;
  }

  static void add_mark(Marks& into, std::uint64_t bit, Judgement::Outcome outcome) noexcept {
    if (outcome == Judgement::Outcome::pass) into.pass |= bit;
    if (outcome == Judgement::Outcome::fail) into.fail |= bit;
    if (outcome == Judgement::Outcome::unobservable) into.unobservable |= bit;
  }

  [[nodiscard]] Cell cell_of(const Slot& slot) const noexcept {
    const std::uint32_t place = slot.key & 0xff;
    if ((place & kVantageFollows) == 0) return Cell::of(group_of(slot.key) * Cell::kCount + place);
    return {static_cast<Family>(place >> 2 & 1), static_cast<Direction>(place & 3),
            catalogue.vantage(fact_of(slot.key), slot.value), group_of(slot.key)};
  }

  /// Judges the value once for every measure of its fact and adds what has gathered.
  void flush(Slot& slot) noexcept {
    if (slot.sightings == 0 && slot.bytes == 0) return;
    const Catalogue::OfFact& measures = catalogue.of(fact_of(slot.key));
    const Cell cell = cell_of(slot);
    if (slot.sightings != 0)
      for (const std::uint16_t index : measures.sightings)
        tally.add(index, cell, catalogue.judge(index, slot.value), slot.sightings);
    if (slot.bytes != 0)
      for (const std::uint16_t index : measures.bytes)
        tally.add(index, cell, catalogue.judge(index, slot.value), slot.bytes);
    if (slot.known != 0) flush_crowd(slot, cell);
    slot.sightings = 0;
    slot.bytes = 0;
  }

  /// Adds who stands behind a slot to the crowds of every measure that its value counts for. What is counted without
  /// a subject, as bytes are, is let through by the subscribers of what was seen with it.
  [[gnu::noinline]] void flush_crowd(const Slot& slot, Cell cell) noexcept {
    const auto at = static_cast<std::size_t>(&slot - &slots[0]);
    const std::span<const std::uint64_t> seen = pending_crowds.digests(at, slot.known);
    PendingCrowds::Groups& groups = pending_crowds.groups(at);
    const auto crowd_of = [&](std::uint16_t index, std::uint64_t value, Cell in) -> Crowd* {
      const Judgement::Outcome how = catalogue.judge(index, value).outcome;
      if (how == Judgement::Outcome::ignored) return nullptr;
      Crowd& crowd = crowds.to_add(index, in, how);
      crowd.gate.add(seen);
      return &crowd;
    };
    const Catalogue::OfFact& measures = catalogue.of(fact_of(slot.key));
    for (const std::uint16_t index : measures.sightings)
      if (Crowd* crowd = crowd_of(index, slot.value, cell))
        for (std::size_t i = 0; i < groups.size(); ++i) crowd->groups[i] += groups[i];
    groups = {};
    for (const std::uint16_t index : measures.bytes) (void)crowd_of(index, slot.value, cell);
    for (const std::uint16_t index : measures.entities) (void)crowd_of(index, slot.value, cell);
    for (const Catalogue::Witness& witness : measures.witnesses)
      for (const Direction direction : both_ways(cell.direction))
        for (const std::uint16_t index : catalogue.of(witness.fact).without_subject())
          (void)crowd_of(index, witness.value(slot.value), {cell.family, direction, Vantage::none, 0});
  }

  void mark(std::size_t kind, std::size_t slot, std::uint64_t digest) noexcept {
    entities[kind].mark(digest, marks[slot][kind]);
  }

  /// Counts the sightings, and writes down which entities to mark: two lists filled without a branch, for what an
  /// observation marks no processor can guess, and each list is worked off by itself.
  template <bool kGrouped, bool kCrowded>
  void count(std::span<const Observation> observations, std::span<Subject> subjects) noexcept {
    std::array<Pending, kBatch> named;
    std::array<Pending, kBatch> clients;
    std::size_t named_count = 0;
    std::size_t client_count = 0;
    GroupOfLast last;
    for (const Observation& observation : observations) {
      Subject& subject = subjects[observation.subject];
      if (kGrouped && subject.group == 0) subject.group = grouping->of(subject.client);
      const std::uint32_t key =
          key_of(observation.fact, place_of(subject), kGrouped ? subject.group : std::uint8_t{0});
      std::size_t at = way_of(key, observation.value);
      if (!slots[at].is_of(key, observation.value)) [[unlikely]] {
        // By the marks that are about to go.
        mark_early(std::span(named).first(named_count), std::span(clients).first(client_count), subjects);
        named_count = client_count = 0;
        at = replace(at, key, observation.value);
      }
      Slot& slot = slots[at];
      ++slot.sightings;
      if (kCrowded) add_to_crowd(at, subject, last.of(observation.subject, subject, subscribers), 1);
      named[named_count] = clients[client_count] = {static_cast<std::uint16_t>(at), observation.subject};
      named_count += (slot.kinds & kNamed) != 0 ? 1 : 0;
      client_count += (slot.kinds & kClients) != 0 ? 1 : 0;
    }
    mark_all(std::span(named).first(named_count), std::span(clients).first(client_count), subjects);
  }

  /// Adds sightings to the crowd of a slot, which has counted them.
  void add_to_crowd(std::size_t at, const Subject& subject, std::uint8_t group, std::uint64_t count) noexcept {
    Slot& slot = slots[at];
    if (slot.known < PendingCrowds::kEnough) [[unlikely]]
      slot.known = pending_crowds.see(at, slot.known, subscribers.digest(subscribers.of(subject)));
    if (!pending_crowds.add(at, group, count)) [[unlikely]]
      add_beyond(slot, group, count);
  }
  /// The same of more than the pending counters hold: straight into the crowds.
  [[gnu::noinline]] void add_beyond(Slot& slot, std::uint8_t group, std::uint64_t count) noexcept {
    flush(slot);
    const Cell cell = cell_of(slot);
    for (const std::uint16_t index : catalogue.of(fact_of(slot.key)).sightings)
      if (const Judgement::Outcome how = catalogue.judge(index, slot.value).outcome;
          how != Judgement::Outcome::ignored)
        crowds.to_add(index, cell, how).groups[group] += count;
  }

  [[gnu::always_inline]] void mark_all(std::span<const Pending> named, std::span<const Pending> clients,
                                       std::span<Subject> subjects) noexcept {
    for (const Pending pending : named) mark_named(pending.slot, subjects[pending.subject]);
    for (const Pending pending : clients) mark_client(pending.slot, subjects[pending.subject]);
  }
  /// The same, apart: hardly ever.
  [[gnu::noinline]] void mark_early(std::span<const Pending> named, std::span<const Pending> clients,
                                    std::span<Subject> subjects) noexcept {
    mark_all(named, clients, subjects);
  }

  void mark_named(std::size_t slot, Subject& subject) noexcept {
    const unsigned kinds = slots[slot].kinds;
    if (subject.name_digest == 0 && !subject.name.empty()) subject.name_digest = digests.name(subject.name);
    if ((kinds & bit_of(Unit::names)) != 0 && subject.name_digest != 0)
      mark(entity_kind(Unit::names), slot, subject.name_digest);
    if ((kinds & bit_of(Unit::servers)) != 0)
      mark(entity_kind(Unit::servers), slot,
           digests.server(subject.server, subject.server_port, subject.name_digest));
  }

  [[nodiscard]] std::uint64_t digest_of(const Address& whole) const noexcept {
    return digests.prefix(whole, address[static_cast<std::size_t>(whole.family)]);
  }
  void mark_client(std::size_t slot, const Subject& subject) noexcept {
    const unsigned kinds = slots[slot].kinds;
    if ((kinds & bit_of(Unit::resolvers)) != 0) mark(entity_kind(Unit::resolvers), slot, digest_of(subject.client));
    // A client beyond the customers' edge is nobody's subscriber here.
    if (subject.direction == Direction::toward_customer) return;
    if ((kinds & bit_of(Unit::subscribers)) != 0) mark_subscriber(slot, subject.client);
    if ((kinds & bit_of(Unit::addresses)) != 0) mark_address(slot, subject.client);
  }

  void mark_address(std::size_t slot, const Address& client) noexcept {
    std::uint64_t digest = digest_of(client);
    if (subscribers.grouped()) digest = subscribers.with_group(digest, subscribers.of(client));
    mark(entity_kind(Unit::addresses), slot, digest);
  }

  /// By the line of the customers that names the subscriber, else by its prefix in this family. Then nothing ties it
  /// to the one in the other, and what is asked across families is unobservable.
  void mark_subscriber(std::size_t slot, const Address& client) noexcept {
    const Subscribers::Subscriber subscriber = subscribers.of(client);
    if (!subscriber.customer) return;
    Marks of_client = marks[slot][entity_kind(Unit::subscribers)];
    if (!subscriber.tied) {
      of_client.unobservable |= (of_client.pass | of_client.fail) & across;
      of_client.pass &= ~across;
      of_client.fail &= ~across;
    }
    entities[entity_kind(Unit::subscribers)].mark(subscribers.digest(subscriber), of_client);
  }

  /// The bits of the measures of subscribers that ask across families.
  static std::uint64_t bits_across(const Catalogue& catalogue) noexcept {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < catalogue.size(); ++i)
      if (catalogue.measures()[i].answer == Answer::across_families)
        bits |= std::uint64_t{1} << catalogue.entity_bit(i);
    return bits;
  }

  const Catalogue& catalogue;
  const Digests digests;
  const SubscriberLengths lengths;
  const Subscribers subscribers;
  const Grouping* const grouping;
  const std::uint64_t across;
  const std::array<PrefixMask, 2> address{PrefixMask(Family::v4, 32), PrefixMask(Family::v6, 128)};
  ZeroedArray<Slot> slots;
  ZeroedArray<ValueMarks> marks;  // beside the slots: only values that mark entities reach for them
  Tally tally;
  PendingCrowds pending_crowds;  // beside the slots too; empty where nobody asks who stands behind the counts
  Crowds crowds;
  std::array<Entities, kEntityKinds> entities;
  std::uint64_t displaced = 0;
};

Figures::Figures(const Catalogue& catalogue, const Digests& digests, SubscriberLengths lengths,
                 const Grouping* grouping)
    : state_(std::make_unique<State>(catalogue, digests, lengths, grouping)) {}
Figures::~Figures() = default;
Figures::Figures(Figures&&) noexcept = default;
Figures& Figures::operator=(Figures&&) noexcept = default;

[[gnu::flatten]] void Figures::absorb(std::span<const Observation> observations,
                                      std::span<Subject> subjects) noexcept {
  while (!observations.empty()) {
    const std::size_t count = std::min(observations.size(), kBatch);
    const bool crowded = state_->subscribers.grouped();
    if (state_->grouping == nullptr && !crowded) {
      state_->count<false, false>(observations.first(count), subjects);
    } else if (state_->grouping == nullptr) {
      state_->count<false, true>(observations.first(count), subjects);
    } else if (!crowded) {
      state_->count<true, false>(observations.first(count), subjects);
    } else {
      state_->count<true, true>(observations.first(count), subjects);
    }
    observations = observations.subspan(count);
  }
}

void Figures::absorb(const Observation& observation, Subject& subject, std::uint64_t count) noexcept {
  if (count == 0) return;
  absorb(observation, subject);
  if (count == 1) return;
  Slot& slot =
      state_->find(observation.fact, observation.value, cell_of(observation.fact, observation.value, subject));
  slot.sightings += count - 1;
  const Subscribers& subscribers = state_->subscribers;
  if (subscribers.grouped())
    state_->add_to_crowd(static_cast<std::size_t>(&slot - &state_->slots[0]), subject,
                         subscribers.group(subscribers.of(subject)), count - 1);
}

void Figures::absorb_count(FactId fact, std::uint64_t value, Cell cell, std::uint64_t count) noexcept {
  assert(fact < state_->catalogue.fact_count());
  state_->find(fact, value, cell).sightings += count;
}

void Figures::absorb_bytes(FactId fact, std::uint64_t value, Cell cell, std::uint64_t bytes) noexcept {
  assert(fact < state_->catalogue.fact_count());
  state_->find(fact, value, cell).bytes += bytes;
}

Cell Figures::cell_of(FactId fact, std::uint64_t value, const Subject& subject) const noexcept {
  return {subject.client.family, subject.direction, state_->catalogue.vantage(fact, value),
          state_->grouping != nullptr ? state_->grouping->of(subject.client) : std::uint8_t{0}};
}

void Figures::settle() noexcept {
  for (Slot& slot : state_->slots.all()) state_->flush(slot);
  for (Entities& kind : state_->entities) kind.settle();
}

void Figures::merge(const Figures& other) noexcept {
  settle();
  state_->tally.merge(other.state_->tally);
  state_->crowds.merge(other.state_->crowds);
  state_->displaced += other.state_->displaced;
  for (std::size_t kind = 0; kind < kEntityKinds; ++kind) state_->entities[kind].merge(other.state_->entities[kind]);
}

void Figures::clear() noexcept {
  if (state_->subscribers.grouped())
    for (std::size_t at = 0; at < kSlots; ++at)
      if (state_->slots[at].sightings != 0) state_->pending_crowds.groups(at) = {};
  std::ranges::fill(state_->slots.all(), Slot{});
  state_->displaced = 0;
  state_->tally.clear();
  state_->crowds.clear();
  for (Entities& kind : state_->entities) kind.clear();
}

const Catalogue& Figures::catalogue() const noexcept { return state_->catalogue; }
const Tally& Figures::tally() const noexcept { return state_->tally; }
const Entities& Figures::entities(const Unit& unit) const noexcept { return state_->entities[entity_kind(unit)]; }
const Crowds& Figures::crowds() const noexcept { return state_->crowds; }
const ClientGroups* Figures::client_groups() const noexcept { return state_->lengths.groups; }
const SubscriberLengths& Figures::subscriber() const noexcept { return state_->lengths; }

std::uint64_t Figures::displaced() const noexcept { return state_->displaced; }

std::uint64_t Figures::entities_beyond() const noexcept {
  std::uint64_t beyond = 0;
  for (const Entities& kind : state_->entities)
    if (kind.sampled()) beyond += kind.distinct() - std::min<std::uint64_t>(kind.distinct(), kind.kept());
  return beyond;
}

}  // namespace uptake
