#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/correlation.h"
#include "dataplane/engine.h"
#include "dataplane/windows.h"
#include "dissectors/observation.h"
#include "policy/events/events.h"

namespace uptake {

/// BurstNotes: what dissectors noted in a burst, and its way to the figures of the open windows, to the events and to
/// the joins. One worker's own.
class BurstNotes {
 public:
  /// `events` and `correlation` may be null: nobody wants any. `windows` outlives it, as they do.
  BurstNotes(const Engine& engine, Windows& windows, unsigned worker, const Events* events, Correlation* correlation);
  BurstNotes(const BurstNotes&) = delete;
  BurstNotes& operator=(const BurstNotes&) = delete;

  /// Where dissectors note.
  [[nodiscard]] Notes& notes() noexcept { return *notes_; }
  /// Packet time of the frame that is run, for the Exhibits that it gives.
  [[nodiscard]] std::uint64_t packet_ns() const noexcept { return packet_ns_; }
  void set_packet_ns(std::uint64_t packet_ns) noexcept { packet_ns_ = packet_ns; }
  /// Delivers everything that is noted, and empties the notes.
  void absorb() noexcept;
  /// Calls end(), which ends flows of `shard`, and tells the joins so: these notes have no frame to be ordered by.
  template <class End>
  void of_shard(std::size_t shard, End end) noexcept {
    ending_shard_ = static_cast<std::uint8_t>(shard);
    end();
    if (correlation_ != nullptr) absorb();
    ending_shard_ = Filed::kOfFrame;
  }
  /// See Correlation::come_to().
  void come_to(std::uint64_t ordinal, std::uint64_t packet_ns) noexcept {
    if (correlation_ != nullptr) correlation_->come_to(worker_, ordinal, packet_ns);
  }
  /// Somebody wants them in the order of frames.
  [[nodiscard]] bool are_ordered() const noexcept { return events_ != nullptr || correlation_ != nullptr; }
  /// Adds to a limit of the newest window.
  void limit(Limit which, std::uint64_t count) noexcept {
    if (count != 0) windows_.of(packet_ns_).limit(which, count);
  }
  /// Events since the last call; the caller takes them.
  [[nodiscard]] std::vector<Event>& events() noexcept { return seen_events_; }

 private:
  void describe(std::span<const Observation> observations, std::span<const Subject> subjects);
  void file() noexcept;

  Windows& windows_;
  const unsigned worker_;
  const Events* events_;
  Correlation* correlation_;
  std::vector<std::uint8_t> named_;   ///< for Notes::name_facts()
  std::vector<std::uint8_t> wanted_;  ///< for Notes::take_exhibits()
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<ExhibitRoom> exhibit_room_;
  std::uint64_t packet_ns_ = 0;
  std::uint8_t ending_shard_ = Filed::kOfFrame;
  std::uint64_t notes_dropped_ = 0;     ///< of Notes::dropped(), what was counted
  std::uint64_t exhibits_dropped_ = 0;  ///< of Notes::exhibits_dropped()
  std::vector<Event> seen_events_;
};

}  // namespace uptake
