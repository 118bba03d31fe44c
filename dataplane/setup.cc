#include "dataplane/setup.h"

#include <fmt/format.h>

#include <utility>

#include "dataplane/customers.h"
#include "dataplane/plugins.h"
#include "dataplane/prefix_text.h"
#include "dissectors/packet_time.h"

namespace uptake {
namespace {

constexpr std::uint64_t kDayNs = 86'400 * kSecondNs;
constexpr std::uint64_t kMostDays = 366;

constexpr std::uint64_t kFlows = 1U << 20;
constexpr std::uint64_t kLiveFlows = 4U << 20;
/// Frames of a port come nearly in order: its windows need not stay open for longer.
constexpr std::uint32_t kLiveVerifications = 2'000;
constexpr std::uint64_t kLiveGraceNs = 2 * kSecondNs;

std::optional<Refusal> unless_between(std::uint64_t value, std::uint64_t least, std::uint64_t most,
                                      std::string_view name) {
  if (value >= least && value <= most) return std::nullopt;
  return Refusal{Why::usage, fmt::format("{} is not between {} and {}", value, least, most), std::string(name)};
}

std::optional<Refusal> check_numbers(const SetupValues& values) {
  if (auto refusal = unless_between(values.workers, 1, kShards, "workers")) return refusal;
  if (auto refusal = unless_between(values.subscriber_v4, 1, 32, "subscriber_v4")) return refusal;
  if (auto refusal = unless_between(values.subscriber_v6, 1, 128, "subscriber_v6")) return refusal;
  if (values.max_flows != 0)
    if (auto refusal = unless_between(values.max_flows, kFewestFlows, kMostFlows, "max_flows")) return refusal;
  if (values.window_ns == 0 || is_window(values.window_ns)) return std::nullopt;
  return Refusal{Why::usage, fmt::format("{} ns is no window", values.window_ns), "window_ns",
                 "give whole seconds that divide a day, or whole days"};
}

/// Derives the key of the flow table from that of the digests, so that one key gives both.
FlowHash::Key flow_key(const Digests& digests) {
  FlowHash::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string label = fmt::format("flow table {}", i);
    key[i] = digests.name({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()});
  }
  return key;
}

Refusal not_a_key(const std::string& name) {
  return Refusal{Why::configuration, "16 octets or 32 hexadecimal digits are wanted", name};
}

Either<Digests> digests_of(const NamedText& key, bool live) {
  if (!key.text) return live ? Digests::fresh() : Digests::published();
  if (std::optional<Digests> digests = Digests::from_text(*key.text)) return *digests;
  return not_a_key(key.name);
}

}  // namespace

bool is_window(std::uint64_t ns) noexcept {
  if (ns == 0 || ns % kSecondNs != 0 || ns > kMostDays * kDayNs) return false;
  return kDayNs % ns == 0 || ns % kDayNs == 0;
}

Either<std::unique_ptr<Setup>> Setup::make(const SetupValues& values, Extension more) {
  Either<Plugins> loaded = Plugins::load(values.plugins);
  if (Refusal* refusal = std::get_if<Refusal>(&loaded)) return std::move(*refusal);
  const Plugins& plugins = std::get<Plugins>(loaded);
  std::vector<Row> rows = dissectors_with(plugins.dissectors());
  rows.insert(rows.end(), more.dissectors.begin(), more.dissectors.end());
  std::vector<Area> areas = plugins.areas();
  areas.insert(areas.end(), more.areas.begin(), more.areas.end());
  std::unique_ptr<Setup> setup(new Setup(std::move(rows), more.facts));
  if (auto refusal = check_numbers(values)) return *std::move(refusal);
  if (auto refusal = setup->take_profile(values.profile)) return *std::move(refusal);
  Either<Digests> digests = digests_of(values.key, values.live);
  if (Refusal* refusal = std::get_if<Refusal>(&digests)) return std::move(*refusal);
  setup->digests_ = std::get<Digests>(digests);
  if (values.client_groups.text) {
    setup->client_groups_ = ClientGroups::from_text(*values.client_groups.text);
    if (!setup->client_groups_) return not_a_key(values.client_groups.name);
  }
  if (auto refusal = setup->take_prefixes(values)) return *std::move(refusal);
  if (!values.filter.empty()) {
    Either<Filter> compiled = Filter::compile(values.filter);
    if (Refusal* refusal = std::get_if<Refusal>(&compiled)) return std::move(*refusal);
    setup->filter_ = std::get<Filter>(std::move(compiled));
  }
  setup->start(values, areas);
  setup->engine_->join_names = !more.facts.empty();
  return setup;
}

std::optional<Refusal> Setup::take_profile(const NamedText& profile) {
  if (!profile.text) {
    profile_ = find_profile(profile.name);
    if (profile_ != nullptr) return std::nullopt;
    return Refusal{Why::configuration, "not one of:" + known_profiles(), "profile " + profile.name};
  }
  Either<Profile> parsed = Profile::parse(*profile.text, profile.name);
  if (Refusal* refusal = std::get_if<Refusal>(&parsed)) return std::move(*refusal);
  own_profile_ = std::get<Profile>(std::move(parsed));
  profile_ = &*own_profile_;
  return std::nullopt;
}

std::optional<Refusal> Setup::take_prefixes(const SetupValues& values) {
  if (values.customers.text) {
    const SubscriberLengths lengths{static_cast<std::uint8_t>(values.subscriber_v4),
                                    static_cast<std::uint8_t>(values.subscriber_v6)};
    Either<std::vector<CustomerPrefix>> read =
        parse_customers(*values.customers.text, values.customers.name, lengths);
    if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
    std::vector<CustomerPrefix>& customers = std::get<std::vector<CustomerPrefix>>(read);
    std::vector<Prefix> prefixes;
    for (const CustomerPrefix& customer : customers) prefixes.push_back({customer.address, customer.bits});
    networks_.customers = PrefixSet(prefixes);
    networks_.ties = SubscriberTies(std::move(customers));
  }
  std::vector<Prefix> translators;
  for (const std::string& text : values.nat64) {
    Either<Prefix> parsed = parse_nat64(text);
    if (Refusal* refusal = std::get_if<Refusal>(&parsed)) return std::move(*refusal);
    translators.push_back(std::get<Prefix>(parsed));
  }
  networks_.nat64 = PrefixSet(translators);
  return std::nullopt;
}

void Setup::start(const SetupValues& values, std::span<const Area> areas) {
  workers_ = values.workers;
  catalogue_.emplace(standard_catalogue(registry_, *profile_, areas));
  for (const Area& area : areas) events_.insert(events_.end(), area.events.begin(), area.events.end());
  engine_.emplace(Engine{
      .registry = registry_,
      .catalogue = *catalogue_,
      .digests = *digests_,
      .customers = networks_.customers,
      .hash = FlowHash(flow_key(*digests_)),
      .subscriber = {static_cast<std::uint8_t>(values.subscriber_v4), static_cast<std::uint8_t>(values.subscriber_v6),
                     networks_.ties.empty() ? nullptr : &networks_.ties, client_groups_ ? &*client_groups_ : nullptr},
      .window_ns = values.window_ns,
      .max_flows = values.max_flows != 0 ? values.max_flows
                   : values.live         ? kLiveFlows
                                         : kFlows,
      .keep_names = values.keep_names,
      .filter = filter_ ? &*filter_ : nullptr,
      .touch_pool = values.live,
      .bounds_bursts = values.live,
      .nat64 = networks_.nat64.empty() ? nullptr : &networks_.nat64,
      .grace_ns = values.live ? kLiveGraceNs : 0,
      .join_files = {.trust_anchors = values.trust_anchors,
                     .dnssec_anchors = values.dnssec_anchors,
                     .dnssec_records = values.dnssec_records,
                     .dnssec_per_second = values.live ? kLiveVerifications : 0},
  });
}

void Setup::take_key(const Digests::Key& key) {
  *digests_ = Digests(key);
  engine_->hash = FlowHash(flow_key(*digests_));
}

}  // namespace uptake
