#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/registry.h"
#include "policy/catalogue/area.h"
#include "policy/measure.h"
#include "policy/profiles/profile.h"

namespace uptake {

/// Catalogue: what is measured, by which facts, under which profile. Built at start, then only read.
/// The constructor throws std::invalid_argument, saying which row is wrong and why.
class Catalogue {
 public:
  /// Entity measures of one kind: one bit each of Marks.
  static constexpr std::size_t kMeasuresPerKind = 64;
  /// Measures in bytes of one fact: what they make of a value fits a byte class.
  static constexpr std::size_t kByteMeasures = 24;

  /// The rows of `areas` are copied; `profile` is borrowed.
  Catalogue(const Registry& registry, std::span<const Area> areas, const Profile& profile);

  [[nodiscard]] std::span<const Measure> measures() const noexcept { return measures_; }
  [[nodiscard]] std::size_t size() const noexcept { return measures_.size(); }
  /// Name of the area of measure `index`.
  [[nodiscard]] std::string_view area(std::size_t index) const noexcept { return areas_[area_of_[index]].name; }
  /// How the area of measure `index` calls vantages and reasons.
  [[nodiscard]] const Vocabulary& words(std::size_t index) const noexcept { return areas_[area_of_[index]].words; }
  /// The themes of reports, in their order: kThemes, and those that only an area has.
  [[nodiscard]] const std::vector<Theme>& themes() const noexcept { return themes_; }
  [[nodiscard]] const Profile& profile() const noexcept { return *profile_; }
  /// Sixteen hexadecimal digits that change when a row or what its judge says under the profile changes: figures of
  /// equal versions mean the same.
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  /// The same of measure `index` alone: figures of equal meanings can be added, as far as the profile is the same.
  [[nodiscard]] std::string meaning(std::size_t index) const;
  /// Why sightings of measure `index` can be unobservable, as its judge says of many values.
  [[nodiscard]] std::vector<Reason> reasons(std::size_t index) const;
  /// Its judge leaves something out as not applicable, as far as many values tell.
  [[nodiscard]] bool leaves_out(std::size_t index) const;
  /// Index of the measure (id, unit), or size() when there is none.
  [[nodiscard]] std::size_t find(std::string_view id, const Unit& unit) const noexcept;

  /// Witness: a fact that is counted without a subject, and the value of it that is seen with one of another fact.
  struct Witness {
    FactId fact;
    std::uint64_t (*value)(std::uint64_t) noexcept;
  };
  /// Measures of a fact by what they count; indices into measures().
  struct OfFact {
    std::vector<std::uint16_t> sightings;
    std::vector<std::uint16_t> bytes;
    std::vector<std::uint16_t> entities;
    std::vector<Witness> witnesses;
    Vantage (*vantage)(std::uint16_t, std::uint64_t) noexcept = nullptr;
    std::uint16_t local = 0;

    /// Those of a fact that is counted without a subject: of one unit.
    [[nodiscard]] const std::vector<std::uint16_t>& without_subject() const noexcept {
      return bytes.empty() ? sightings : bytes;
    }
  };
  [[nodiscard]] const OfFact& of(FactId fact) const noexcept { return facts_[fact]; }
  [[nodiscard]] std::size_t fact_count() const noexcept { return facts_.size(); }
  /// Some measure of this fact counts bytes.
  [[nodiscard]] bool counts_bytes(FactId fact) const noexcept { return !facts_[fact].bytes.empty(); }
  /// Some measure of this fact counts names, or servers, which a name tells apart.
  [[nodiscard]] bool uses_names(FactId fact) const noexcept;
  [[nodiscard]] Vantage vantage(FactId fact, std::uint64_t value) const noexcept {
    const OfFact& row = facts_[fact];
    return row.vantage != nullptr ? row.vantage(row.local, value) : Vantage::none;
  }
  /// The bit in Marks of an entity measure.
  [[nodiscard]] unsigned entity_bit(std::size_t index) const noexcept { return bits_[index]; }
  [[nodiscard]] Judgement judge(std::size_t index, std::uint64_t value) const noexcept {
    return measures_[index].judge(value, *profile_);
  }

 private:
  void add(const Registry& registry, const Area& area, const Measure& measure);
  [[nodiscard]] std::string digest() const;
  template <class Take>
  void probe(std::size_t index, int count, Take take) const;
  template <class Print>
  void add_row(std::size_t index, Print& print) const;

  std::vector<Measure> measures_;
  std::vector<Area> areas_;
  std::vector<std::uint16_t> area_of_;  ///< by measure: index into areas_
  std::vector<Theme> themes_;
  std::vector<std::uint8_t> bits_;
  std::vector<OfFact> facts_;
  std::array<std::size_t, kEntityKinds> kinds_{};
  const Profile* profile_;
  std::string version_;
};

/// The areas of uptake (areas.cc).
[[nodiscard]] std::vector<Area> standard_areas();
/// The themes of their standards and of reports, in the order of reports.
[[nodiscard]] std::vector<Theme> standard_themes();
/// How their facts are written as events.
[[nodiscard]] std::vector<EventDescriber> standard_events();
/// The catalogue of uptake with further areas, if any, behind it.
[[nodiscard]] Catalogue standard_catalogue(const Registry& registry, const Profile& profile = default_profile(),
                                           std::span<const Area> more = {});

}  // namespace uptake
