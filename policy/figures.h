#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "dissectors/observation.h"
#include "policy/measure.h"

namespace uptake {

class Catalogue;
class Tally;
class Entities;
class Digests;
class ClientGroups;
class Crowds;
class SubscriberTies;
struct Grouping;

/// SubscriberLengths: how many leading address bits name one subscriber, where no line of the customers does, and
/// what else is known of subscribers.
struct SubscriberLengths {
  std::uint8_t v4 = 32;
  std::uint8_t v6 = 56;
  const SubscriberTies* ties = nullptr;  ///< nullptr: customers are not known; outlives the figures
  const ClientGroups* groups =
      nullptr;  ///< who stands behind each count is kept; nullptr: it is not, and costs nothing
};

/// Figures: what one worker counted in one window. Absorbing neither allocates nor throws.
/// Equal (fact, value, cell) are counted together and judged once, when settled or displaced.
class Figures {
 public:
  /// `grouping` holds the cells of groups of clients apart; null: there are none.
  Figures(const Catalogue& catalogue, const Digests& digests, SubscriberLengths lengths,
          const Grouping* grouping = nullptr);
  ~Figures();
  Figures(Figures&&) noexcept;
  Figures& operator=(Figures&&) noexcept;

  /// Counts a sighting each for every measure of their facts, and marks the entities they are about.
  void absorb(std::span<const Observation> observations, std::span<Subject> subjects) noexcept;
  /// The same of one, about `subject`.
  void absorb(const Observation& observation, Subject& subject) noexcept {
    const Observation about_first{observation.value, observation.fact, 0};
    absorb({&about_first, 1}, {&subject, 1});
  }
  /// The same `count` times over.
  void absorb(const Observation& observation, Subject& subject, std::uint64_t count) noexcept;
  /// Adds `count` sightings (fact without a subject: packets) to the measures that are not in bytes or entities.
  void absorb_count(FactId fact, std::uint64_t value, Cell cell, std::uint64_t count) noexcept;
  /// Adds `bytes` to the measures in bytes of that fact.
  void absorb_bytes(FactId fact, std::uint64_t value, Cell cell, std::uint64_t bytes) noexcept;
  /// The cell in which an observation is counted.
  [[nodiscard]] Cell cell_of(FactId fact, std::uint64_t value, const Subject& subject) const noexcept;

  /// Brings all pending counts into the tally. Call before reading or merging.
  void settle() noexcept;
  /// Adds another worker's settled figures; in any order with the same result.
  void merge(const Figures& other) noexcept;
  /// As new, in the same memory.
  void clear() noexcept;

  [[nodiscard]] const Catalogue& catalogue() const noexcept;
  [[nodiscard]] const Tally& tally() const noexcept;
  [[nodiscard]] const Entities& entities(const Unit& unit) const noexcept;
  /// Who stands behind the counts; read it only where client_groups() is there.
  [[nodiscard]] const Crowds& crowds() const noexcept;
  [[nodiscard]] const ClientGroups* client_groups() const noexcept;
  [[nodiscard]] const SubscriberLengths& subscriber() const noexcept;
  /// Distinct entities beyond those kept, over all kinds (Limit::entities_sampled). Read it of settled, merged
  /// figures.
  [[nodiscard]] std::uint64_t entities_beyond() const noexcept;
  /// Values that made room for another one before they were settled: what judging one by one costs, and no loss.
  [[nodiscard]] std::uint64_t displaced() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace uptake
