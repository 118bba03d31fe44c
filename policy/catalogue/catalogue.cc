#include "policy/catalogue/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace uptake {
namespace {

[[noreturn]] void refuse(const Measure& measure, std::string_view why) {
  throw std::invalid_argument(fmt::format("measure {} ({}): {}", measure.id, name_of(measure.unit), why));
}

void check_row(const Measure& measure) {
  if (measure.id.empty()) refuse(measure, "has no id");
  if (measure.standard == nullptr) refuse(measure, "belongs to no standard");
  if (measure.judge == nullptr) refuse(measure, "has no judge");
  if (measure.question.empty() || measure.passes.empty() || measure.hidden.empty())
    refuse(measure, "must say what it asks, what passes and what is hidden");
}

std::vector<Theme> themes_of(std::span<const Area> areas) {
  std::vector<Theme> themes(kThemes.begin(), kThemes.end());
  for (const Area& area : areas)
    for (const Measure& measure : area.measures)
      if (std::ranges::find(themes, measure.standard->theme) == themes.end())
        themes.insert(themes.end() - 1, measure.standard->theme);
  return themes;
}

/// The FactId of (dissector, local number) in `registry`.
FactId resolve(const Registry& registry, const Measure& measure) {
  const std::span<const Row> rows = registry.all_rows();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == measure.dissector; });
  if (row == rows.end()) refuse(measure, fmt::format("no dissector is named {}", measure.dissector));
  if (measure.fact >= row->facts.size())
    refuse(measure, fmt::format("dissector {} has no fact {}", measure.dissector, measure.fact));
  return static_cast<FactId>(registry.base(static_cast<std::size_t>(row - rows.begin())) + measure.fact);
}

}  // namespace

Catalogue::Catalogue(const Registry& registry, std::span<const Area> areas, const Profile& profile)
    : facts_(registry.fact_count()), profile_(&profile) {
  for (FactId fact = 0; fact < registry.fact_count(); ++fact)
    facts_[fact].local = static_cast<std::uint16_t>(fact - registry.base(registry.row_of_fact(fact)));
  for (const Area& area : areas) {
    if (const std::string fault = area.words.fault(); !fault.empty())
      throw std::invalid_argument(fmt::format("area {}: {}", area.name, fault));
    areas_.push_back(area);
    for (const Measure& measure : area.measures)
      if (!measure.of_join || registry.base(measure.dissector) != registry.fact_count()) add(registry, area, measure);
    for (const Area::Witness& witness : area.witnesses) {
      const FactId base = registry.base(witness.dissector);
      if (base == registry.fact_count())
        throw std::invalid_argument(fmt::format("area {}: no dissector is named {}", area.name, witness.dissector));
      facts_[base + witness.of].witnesses.push_back({static_cast<FactId>(base + witness.fact), witness.value});
    }
  }
  themes_ = themes_of(areas);
  version_ = digest();
}

/// Gives `take` what the judge of a row says of `count` values, small and large, for packed fields lie low and high.
template <class Take>
void Catalogue::probe(std::size_t index, int count, Take take) const {
  std::uint64_t value = 1;
  for (int i = 0; i < count; ++i) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    take(judge(index, value >> (value >> 58)));
  }
}

namespace {
constexpr int kManyValues = 20'000;
}

std::vector<Reason> Catalogue::reasons(std::size_t index) const {
  std::array<bool, kReasons> seen{};
  probe(index, kManyValues, [&](Judgement judgement) {
    if (judgement.outcome == Judgement::Outcome::unobservable)
      seen[static_cast<std::size_t>(judgement.reason)] = true;
  });
  std::vector<Reason> reasons;
  for (std::size_t i = 0; i < kReasons; ++i)
    if (seen[i]) reasons.push_back(static_cast<Reason>(i));
  return reasons;
}

bool Catalogue::leaves_out(std::size_t index) const {
  bool any = false;
  probe(index, kManyValues,
        [&](Judgement judgement) { any = any || judgement.outcome == Judgement::Outcome::not_applicable; });
  return any;
}

namespace {

/// Fingerprint: FNV-1a over octets and texts.
class Fingerprint {
 public:
  void octet(unsigned char value) noexcept { hash_ = (hash_ ^ value) * 0x100000001b3; }
  void text(std::string_view words) noexcept {
    for (const char c : words) octet(static_cast<unsigned char>(c));
    octet(0xff);
  }
  [[nodiscard]] std::string digits() const { return fmt::format("{:016x}", hash_); }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

/// Adds what a row says, and what its judge makes of some values, to a Fingerprint.
template <class Print>
void Catalogue::add_row(std::size_t index, Print& print) const {
  constexpr int kProbes = 256;  // a judge that changes answers differently to some
  const Measure& m = measures_[index];
  for (const std::string_view words : {m.id, name_of(m.unit), m.standard->id, m.standard->document, m.question,
                                       m.passes, m.fails, m.hidden, m.outside, name_of(m.good)})
    print.text(words);
  probe(index, kProbes, [&](Judgement judgement) {
    print.octet(static_cast<unsigned char>(static_cast<unsigned>(judgement.outcome) << 5 |
                                           static_cast<unsigned>(judgement.reason)));
  });
}

std::string Catalogue::meaning(std::size_t index) const {
  Fingerprint print;
  add_row(index, print);
  return print.digits();
}

std::string Catalogue::digest() const {
  Fingerprint print;
  print.text(profile_->name());
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto point = static_cast<std::uint16_t>(code);
    print.octet(static_cast<unsigned char>(static_cast<unsigned>(profile_->suite(point)) << 4 |
                                           static_cast<unsigned>(profile_->group(point))));
  }
  for (std::size_t index = 0; index < size(); ++index) add_row(index, print);
  return print.digits();
}

void Catalogue::add(const Registry& registry, const Area& area, const Measure& measure) {
  check_row(measure);
  if (find(measure.id, measure.unit) != size()) refuse(measure, "stands in the catalogue already");
  if (size() > 0xffff) refuse(measure, "is one measure too many");
  OfFact& fact = facts_[resolve(registry, measure)];
  if (area.vantage != nullptr) {
    if (fact.vantage != nullptr && fact.vantage != area.vantage)
      refuse(measure, "its fact has another vantage already");
    fact.vantage = area.vantage;
  }
  const auto index = static_cast<std::uint16_t>(size());
  std::uint8_t bit = 0;
  if (is_entity(measure.unit)) {
    std::size_t& used = kinds_[entity_kind(measure.unit)];
    if (used == kMeasuresPerKind)
      refuse(measure, fmt::format("more than {} measures in this unit", kMeasuresPerKind));
    bit = static_cast<std::uint8_t>(used++);
    fact.entities.push_back(index);
  } else if (measure.unit.counts == Unit::Counts::bytes) {
    if (fact.bytes.size() == kByteMeasures) refuse(measure, "one measure in bytes too many for its fact");
    fact.bytes.push_back(index);
  } else {
    fact.sightings.push_back(index);
  }
  measures_.push_back(measure);
  area_of_.push_back(static_cast<std::uint16_t>(areas_.size() - 1));
  bits_.push_back(bit);
}

std::size_t Catalogue::find(std::string_view id, const Unit& unit) const noexcept {
  const auto found = std::find_if(measures_.begin(), measures_.end(),
                                  [&](const Measure& m) { return m.unit == unit && m.id == id; });
  return static_cast<std::size_t>(found - measures_.begin());
}

std::vector<Measure> joined(std::initializer_list<std::span<const Measure>> parts) {
  std::vector<Measure> all;
  for (const std::span<const Measure> part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<Theme> standard_themes() { return themes_of(standard_areas()); }

std::vector<EventDescriber> standard_events() {
  std::vector<EventDescriber> all;
  for (const Area& area : standard_areas()) all.insert(all.end(), area.events.begin(), area.events.end());
  return all;
}

Catalogue standard_catalogue(const Registry& registry, const Profile& profile, std::span<const Area> more) {
  std::vector<Area> areas = standard_areas();
  areas.insert(areas.end(), more.begin(), more.end());
  return Catalogue(registry, areas, profile);
}

bool Catalogue::uses_names(FactId fact) const noexcept {
  return std::ranges::any_of(facts_[fact].entities, [this](std::uint16_t index) {
    return measures_[index].unit == Unit::names || measures_[index].unit == Unit::servers;
  });
}

}  // namespace uptake
