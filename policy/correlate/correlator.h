#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "dissectors/dissector.h"
#include "policy/correlate/filed.h"
#include "policy/correlate/findings.h"
#include "policy/correlate/join_files.h"

namespace uptake {

/// Wanted: one kind of Exhibit that a correlator reads, by the name and own number of the dissector that notes it, or
/// of the correlator, above it in the list, that shows it.
struct Wanted {
  std::string_view dissector;
  std::uint16_t kind = 0;
};

/// Correlator: one join. It reads Exhibits in frame order on one thread and answers in facts of its own. Its memory
/// is taken when it is made; its functions neither allocate nor throw. It keeps digests, and About::kept() of what
/// waits for an answer. Its only time is packet time. What it had to forget, it answers as unobservable.
template <class C>
concept Correlator = (std::constructible_from<C, const Digests&> ||
                      std::constructible_from<C, const Digests&, const JoinFiles&>)&&requires(C& c, std::size_t which,
                                                                                              const Filed& filed,
                                                                                              std::uint64_t packet_ns,
                                                                                              Findings& findings) {
  { C::kName } -> std::convertible_to<std::string_view>;
  /// How long an answer may wait for a later Exhibit. In a run with shorter windows it waits for less than a window.
  { C::kWaitNs } -> std::convertible_to<std::uint64_t>;
  { C::facts() }
  noexcept->std::same_as<std::span<const FactRow>>;
  { C::reads() }
  noexcept->std::same_as<std::span<const Wanted>>;
  /// Takes an Exhibit of the kind reads()[which]: remembers it, answers it, or keeps it to answer later.
  { c.file(which, filed, findings) }
  noexcept->std::same_as<void>;
  /// Packet time has come to `packet_ns`: answers what was filed at `packet_ns` - kWaitNs or before. Called before
  /// file() whenever time has moved. Before a window closes it is called with a later time than any frame had yet.
  { c.advance(packet_ns, findings) }
  noexcept->std::same_as<void>;
  /// The input has ended: answers all that waits.
  { c.finish(findings) }
  noexcept->std::same_as<void>;
  /// Entries that its bounds made it forget so far.
  { c.forgotten() }
  noexcept->std::same_as<std::uint64_t>;
};

/// AnyCorrelator: a correlator of whatever class.
class AnyCorrelator {
 public:
  virtual ~AnyCorrelator() = default;
  virtual void file(std::size_t which, const Filed& filed, Findings& findings) noexcept = 0;
  virtual void advance(std::uint64_t packet_ns, Findings& findings) noexcept = 0;
  virtual void finish(Findings& findings) noexcept = 0;
  [[nodiscard]] virtual std::uint64_t forgotten() const noexcept = 0;
};

/// CorrelatorRow: a correlator as a table entry.
struct CorrelatorRow {
  std::string_view name;
  std::span<const FactRow> facts;
  std::span<const Wanted> reads;
  std::uint64_t wait_ns = 0;
  /// Takes its memory. The digests are borrowed.
  std::function<std::unique_ptr<AnyCorrelator>(const Digests&, const JoinFiles&)> make = {};
};

/// CorrelatorOf: a correlator of class C as AnyCorrelator.
template <Correlator C>
class CorrelatorOf final : public AnyCorrelator {
 public:
  explicit CorrelatorOf(const Digests& digests) : own_(digests) {}
  CorrelatorOf(const Digests& digests, const JoinFiles& files) : own_(digests, files) {}
  void file(std::size_t which, const Filed& filed, Findings& findings) noexcept override {
    own_.file(which, filed, findings);
  }
  void advance(std::uint64_t packet_ns, Findings& findings) noexcept override { own_.advance(packet_ns, findings); }
  void finish(Findings& findings) noexcept override { own_.finish(findings); }
  [[nodiscard]] std::uint64_t forgotten() const noexcept override { return own_.forgotten(); }

 private:
  C own_;
};

template <Correlator C>
[[nodiscard]] CorrelatorRow correlator_row() noexcept {
  return {C::kName, C::facts(), C::reads(), C::kWaitNs,
          [](const Digests& digests, const JoinFiles& files) -> std::unique_ptr<AnyCorrelator> {
            if constexpr (std::constructible_from<C, const Digests&, const JoinFiles&>)
              return std::make_unique<CorrelatorOf<C>>(digests, files);
            else
              return std::make_unique<CorrelatorOf<C>>(digests);
          }};
}

}  // namespace uptake
