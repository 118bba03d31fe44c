#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "dissectors/address.h"
#include "dissectors/cursor.h"
#include "dissectors/exhibit_shelf.h"
#include "dissectors/fact.h"

namespace uptake {

/// Observation: one fact seen once. `value` is packed as the fact's row in the dissector's facts.h says.
struct Observation {
  std::uint64_t value = 0;
  FactId fact = 0;
  std::uint16_t subject = 0;  ///< index into the subjects of the same Notes
};

/// Subject: whom an Observation is about. One per flow and message; borrowed until its burst ends.
struct Subject {
  Address client;
  Address server;
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  std::uint8_t transport = 0;  ///< IP protocol number
  Direction direction = Direction::unknown;
  std::uint8_t group = 0;         ///< of the client, where figures are held apart by groups; 0: not asked yet
  std::uint64_t time_ns = 0;      ///< capture time of the frame that completed the message
  std::uint64_t ordinal = 0;      ///< of that frame
  std::uint64_t name_digest = 0;  ///< keyed digest kept from an earlier message of the flow, or 0
  Bytes name;                     ///< lower-case name in presentation form without the last dot, or empty
};

/// Notes: what the dissectors saw in one burst: observations, their subjects, copied names and Exhibits, in memory of
/// fixed size. A dissector that gives up on a message takes back what it noted since mark() with rewind().
class Notes {
 public:
  static constexpr std::size_t kObservations = 1024;
  static constexpr std::size_t kSubjects = 256;
  static constexpr std::size_t kNameBytes = 32 * 1024;
  /// What one call of dissect() may add at most; the worker absorbs when less than this is left.
  static constexpr std::size_t kObservationsPerCall = 256;
  static constexpr std::size_t kSubjectsPerCall = 64;
  static constexpr std::size_t kNameBytesPerCall = 16 * 1024;

  struct Mark {
    std::uint32_t observations;
    std::uint32_t subjects;
    std::uint32_t name_bytes;
    std::uint32_t exhibits;
  };

  /// `named` has an octet for each fact: 0 when nobody asks for the names of its subjects. Borrowed. Without this
  /// call all names are wanted.
  void name_facts(std::span<const std::uint8_t> named) noexcept { named_ = named; }
  /// Whether somebody asks for the names of this fact's subjects; else a dissector need not read them.
  [[nodiscard]] bool wants_name(std::uint16_t fact) const noexcept {
    const auto number = static_cast<FactId>(base_ + fact);
    return number >= named_.size() || named_[number] != 0;
  }

  /// Takes Exhibits of the kinds that have a 1 in `wanted`, an octet each. All three are borrowed. Without this call
  /// nobody wants any. `packet_ns` is read when an Exhibit is noted.
  void take_exhibits(ExhibitRoom& room, std::span<const std::uint8_t> wanted,
                     const std::uint64_t& packet_ns) noexcept {
    exhibits_.take(room, wanted, packet_ns);
  }
  /// Whether somebody wants Exhibits of this kind, the dissector's own number.
  [[nodiscard]] bool wants(std::uint16_t kind) const noexcept {
    return exhibits_.wants(static_cast<FactId>(base_ + kind));
  }
  /// Copies an Exhibit that the current message is about, when somebody wants its kind. Full: it is dropped and
  /// exhibits_dropped() rises.
  void exhibit(std::uint16_t kind, std::uint64_t value, Bytes bytes) noexcept {
    if (!wants(kind)) return;
    if (!exhibits_.has_room(bytes.size()) || (!open_ && !open_subject())) return exhibits_.drop();
    exhibits_.put(static_cast<FactId>(base_ + kind), value, static_cast<std::uint16_t>(subject_count_ - 1), bytes);
  }

  /// Whom the following notes are about; called by the worker before dissect(). Borrowed until the next call.
  void about(const Subject& subject, FactId base) noexcept {
    base_ = base;
    template_ = &subject;
    in_place_ = false;
    open_ = false;
  }
  void about(Subject&&, FactId) = delete;
  /// The same without a copy: returns the subject of the first message, which stays even if nothing is noted. The
  /// worker fills in all of it before anything is noted. Requires !nearly_full().
  [[nodiscard]] Subject& about(FactId base) noexcept {
    Subject& subject = subjects_[subject_count_++];
    base_ = base;
    template_ = &subject;
    in_place_ = true;
    open_ = true;
    return subject;
  }
  /// The following notes are another dissector's, about the same subject.
  void rebase(FactId base) noexcept { base_ = base; }
  /// Starts a new message of the same flow: its subject is a copy without the name. While no message had a name they
  /// share one subject.
  void next_message() noexcept { open_ = open_ && subjects_[subject_count_ - 1].name.data() == nullptr; }

  /// Notes one fact. `fact` is the dissector's own number. Full: the note is dropped and `dropped` rises.
  void note(std::uint16_t fact, std::uint64_t value) noexcept {
    if (!open_ && !open_subject()) {
      ++dropped_;
      return;
    }
    if (observation_count_ == kObservations) {
      ++dropped_;
      return;
    }
    observations_[observation_count_++] = {value, static_cast<FactId>(base_ + fact),
                                           static_cast<std::uint16_t>(subject_count_ - 1)};
  }

  /// Counts observations that a dissector leaves out, because a message holds more than may be noted of one.
  void drop(std::uint64_t count) noexcept { dropped_ += count; }

  /// Room for a name of at most `size` bytes for the current message, or nullptr when full; then commit_name().
  [[nodiscard]] std::uint8_t* name_room(std::size_t size) noexcept {
    if (kNameBytes - name_bytes_ < size) {
      ++dropped_;
      return nullptr;
    }
    return names_.data() + name_bytes_;
  }
  /// Gives the current message the name of `size` bytes that was written to name_room().
  void commit_name(std::size_t size) noexcept {
    if (!open_ && !open_subject()) {
      ++dropped_;
      return;
    }
    Subject& subject = subjects_[subject_count_ - 1];
    subject.name = {names_.data() + name_bytes_, size};
    subject.name_digest = 0;
    name_bytes_ += static_cast<std::uint32_t>(size);
  }
  /// Copies a name that must outlive its owner for the rest of the burst; empty when there is no room.
  [[nodiscard]] Bytes keep(Bytes text) noexcept {
    std::uint8_t* room = name_room(text.size());
    if (room == nullptr || text.empty()) return {};
    std::memcpy(room, text.data(), text.size());
    name_bytes_ += static_cast<std::uint32_t>(text.size());
    return {room, text.size()};
  }
  /// Copies a name for the current message.
  void name(Bytes text) noexcept {
    std::uint8_t* room = name_room(text.size());
    if (room == nullptr) return;
    if (!text.empty()) std::memcpy(room, text.data(), text.size());
    commit_name(text.size());
  }

  [[nodiscard]] Mark mark() const noexcept {
    return {observation_count_, subject_count_, name_bytes_, exhibits_.count()};
  }
  void rewind(Mark mark) noexcept {
    observation_count_ = mark.observations;
    subject_count_ = mark.subjects;
    name_bytes_ = mark.name_bytes;
    open_ = false;
    exhibits_.rewind(mark.exhibits);
    // If the message that is taken back named a subject that was there before the mark, clear that name.
    if (subject_count_ == 0) return;
    Subject& last = subjects_[subject_count_ - 1];
    if (!last.name.empty() && last.name.data() >= names_.data() + name_bytes_) last.name = {};
  }

  [[nodiscard]] std::span<const Observation> observations() const noexcept {
    return {observations_.data(), observation_count_};
  }
  [[nodiscard]] std::span<Subject> subjects() noexcept { return {subjects_.data(), subject_count_}; }
  [[nodiscard]] std::span<const Subject> subjects() const noexcept { return {subjects_.data(), subject_count_}; }
  [[nodiscard]] std::span<const Exhibit> exhibits() const noexcept { return exhibits_.all(); }
  /// Less room left than one more call may need.
  [[nodiscard]] bool nearly_full() const noexcept {
    return observation_count_ > kObservations - kObservationsPerCall ||
           subject_count_ > kSubjects - kSubjectsPerCall || name_bytes_ > kNameBytes - kNameBytesPerCall ||
           exhibits_.nearly_full();
  }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  [[nodiscard]] std::uint64_t exhibits_dropped() const noexcept { return exhibits_.dropped(); }
  void clear() noexcept {
    observation_count_ = 0;
    subject_count_ = 0;
    name_bytes_ = 0;
    exhibits_.clear();
    open_ = false;
  }

 private:
  static void forget_name(Subject& subject) noexcept {
    subject.name = {};
    subject.name_digest = 0;
  }
  [[gnu::noinline]] bool open_subject() noexcept {
    if (subject_count_ == kSubjects || template_ == nullptr) return false;
    Subject& next = subjects_[subject_count_++];
    open_ = true;
    if (template_ != &next) next = *template_;
    if (in_place_) forget_name(next);  // of the message before
    return true;
  }

  std::uint32_t observation_count_ = 0;
  std::uint32_t subject_count_ = 0;
  std::uint32_t name_bytes_ = 0;
  FactId base_ = 0;
  bool open_ = false;
  bool in_place_ = false;  ///< `template_` is one of `subjects_`
  std::uint64_t dropped_ = 0;
  const Subject* template_ = nullptr;
  std::span<const std::uint8_t> named_;
  ExhibitShelf exhibits_;
  std::array<Observation, kObservations> observations_;
  std::array<Subject, kSubjects> subjects_;
  std::array<std::uint8_t, kNameBytes> names_;
};

}  // namespace uptake
