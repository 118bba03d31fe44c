#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/engine.h"
#include "dataplane/sources/filter.h"
#include "policy/client_groups.h"
#include "policy/refusal.h"
#include "policy/subscriber_ties.h"

namespace uptake {

inline constexpr std::uint64_t kFewestFlows = 1'000;
inline constexpr std::uint64_t kMostFlows = 1'000'000'000;

/// NamedText: a text, if there is one, and what a Refusal calls it: the path of its file, or what it is.
struct NamedText {
  std::string name;
  std::optional<std::string> text = {};
};

/// SetupValues: what a run is to be, as plain values by name. The defaults are those of the command.
struct SetupValues {
  NamedText profile{std::string(kDefaultProfile)};  ///< TOML; no text: the embedded profile of that name
  NamedText key{"key"};  ///< 16 octets or 32 hexadecimal digits; no text: a fresh key live, else a published
  NamedText customers{"customers"};  ///< prefixes, a subscriber's on one line; no text: directions are not known
  NamedText client_groups{"client groups"};  ///< a key as that of digests; no text: there are no groups
  unsigned subscriber_v4 = 32;               ///< the prefix lengths that tell subscribers apart
  unsigned subscriber_v6 = 56;
  std::vector<std::string> nat64;  ///< prefixes of the networks' own translators
  std::string trust_anchors;       ///< certificates in PEM that chains must lead to; empty: trust is not judged
  std::string dnssec_anchors;      ///< JoinFiles has both; whoever gives them has read them without a fault
  std::string dnssec_records;
  std::string filter;                ///< pcap-filter(7); empty: every frame is taken
  std::vector<std::string> plugins;  ///< paths of shared objects with further dissectors and measures
  std::uint64_t window_ns = 0;       ///< whole seconds that divide a day, or whole days; 0: one for the whole run
  std::uint64_t max_flows = 0;       ///< kFewestFlows to kMostFlows; 0: 1 Mi, live 4 Mi
  unsigned workers = 1;              ///< 1 to kShards
  bool keep_names = false;           ///< for events
  bool live = false;                 ///< frames come as they are sent: nearly in order, and nobody waits for memory
};

/// Extension: what a host adds to the dissectors and measures of uptake.
struct Extension {
  std::vector<Row> dissectors = {};
  std::vector<Row> facts = {};       ///< of those that claim nothing: correlators
  std::span<const Area> areas = {};  ///< outlive the Setup
};

/// Setup: an Engine made from plain values, and all that the engine borrows. It outlives whatever runs on the engine.
class Setup {
 public:
  /// A Refusal names the first value that is wrong and says what is right.
  [[nodiscard]] static Either<std::unique_ptr<Setup>> make(const SetupValues& values, Extension more = {});
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  [[nodiscard]] const Engine& engine() const noexcept { return *engine_; }
  [[nodiscard]] const Registry& registry() const noexcept { return registry_; }
  [[nodiscard]] const Profile& profile() const noexcept { return *profile_; }
  [[nodiscard]] const Catalogue& catalogue() const noexcept { return *catalogue_; }
  /// How facts are written as events, those of plugins too.
  [[nodiscard]] const std::vector<EventDescriber>& events() const noexcept { return events_; }
  [[nodiscard]] unsigned workers() const noexcept { return workers_; }
  /// Takes another key, one that was made of the input. Call before the engine is used.
  void take_key(const Digests::Key& key);

 private:
  /// Networks: the prefixes that mean something.
  struct Networks {
    PrefixSet customers;
    SubscriberTies ties;
    PrefixSet nat64;
  };

  Setup(std::vector<Row> rows, std::span<const Row> others) : registry_(std::move(rows), others) {}
  [[nodiscard]] std::optional<Refusal> take_profile(const NamedText& profile);
  [[nodiscard]] std::optional<Refusal> take_prefixes(const SetupValues& values);
  void start(const SetupValues& values, std::span<const Area> areas);

  Registry registry_;
  std::optional<Profile> own_profile_;
  const Profile* profile_ = nullptr;
  std::optional<Catalogue> catalogue_;
  std::vector<EventDescriber> events_ = standard_events();
  std::optional<Digests> digests_;
  std::optional<ClientGroups> client_groups_;
  Networks networks_;
  std::optional<Filter> filter_;
  std::optional<Engine> engine_;
  unsigned workers_ = 1;
};

/// Whether a window can be as long: its bounds, counted in UTC, fall on the beginning of a day.
[[nodiscard]] bool is_window(std::uint64_t ns) noexcept;

}  // namespace uptake
