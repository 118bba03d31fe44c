#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dataplane/api/uptake.h"
#include "dataplane/correlation.h"
#include "dataplane/decoding.h"
#include "dataplane/packet_clock.h"
#include "dataplane/publisher.h"
#include "dataplane/setup.h"
#include "dataplane/sources/link_types.h"
#include "dataplane/sources/record.h"
#include "dataplane/worker.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/dnssec/anchors.h"
#include "policy/correlate/dnssec/lent.h"
#include "policy/report/json.h"

// The C functions of uptake.h: an Engine, its workers and its Publisher, driven by the threads of a host.

namespace {

using uptake::Either;
using uptake::Frame;
using uptake::Refusal;
using uptake::Setup;
using uptake::SetupValues;
using uptake::Worker;

/// How often a worker lets the joins go on.
constexpr std::uint64_t kTellNs = 10'000'000;

/// The prefixes of a list that NULL ends, a line each.
std::string lines_of(const char* const* list) {
  std::string lines;
  for (; *list != nullptr; ++list) lines += std::string(*list) + "\n";
  return lines;
}

/// The system's bundle of trust anchors; nothing when it has none: then trust is not judged.
std::string anchors_of_system() {
  std::ifstream file("/etc/ssl/certs/ca-certificates.crt", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Takes zone-file text that `read` can read, if there is any.
template <class Read>
[[nodiscard]] std::optional<Refusal> take_zone(const char* text, const char* name, Read read, std::string& into) {
  if (text == nullptr) return std::nullopt;
  into = text;
  auto made = read(into, name);
  if (Refusal* refusal = std::get_if<Refusal>(&made)) return std::move(*refusal);
  return std::nullopt;
}

Either<SetupValues> values_of(const uptake_options& options) {
  namespace dnssec = uptake::dnssec;
  SetupValues values;
  if (auto refusal =
          take_zone(options.dnssec_anchors, "dnssec_anchors", dnssec::Anchors::parse, values.dnssec_anchors))
    return *std::move(refusal);
  if (auto refusal =
          take_zone(options.dnssec_records, "dnssec_records", dnssec::lent_messages, values.dnssec_records))
    return *std::move(refusal);
  if (options.profile != nullptr) {
    values.profile.name = options.profile;
    // A name has no line feed, and TOML text of a profile has.
    if (std::strchr(options.profile, '\n') != nullptr) values.profile = {"profile", options.profile};
  }
  if (options.customers != nullptr) values.customers.text = lines_of(options.customers);
  for (const char* const* plugin = options.plugins; plugin != nullptr && *plugin != nullptr; ++plugin)
    values.plugins.emplace_back(*plugin);
  values.trust_anchors = options.trust_anchors != nullptr ? options.trust_anchors : anchors_of_system();
  if (options.key != nullptr) values.key.text = options.key;
  values.window_ns = options.window_ns;
  values.max_flows = options.max_flows;
  values.workers = std::max(options.workers, 1U);
  values.live = options.live != 0;
  return values;
}

/// Lane: one worker, and the time to which its frames have come.
struct alignas(64) Lane {
  std::unique_ptr<Worker> worker;
  uptake::PacketClock clock;
  std::uint64_t told_ns = 0;
};

/// The score card of one window, as a whole.
std::string card_of(const uptake::WindowCard& window, const Setup& setup, bool directions_known) {
  uptake::ScoreCard card;
  card.profile = setup.profile().name();
  card.directions_known = directions_known;
  card.version = UPTAKE_VERSION;
  card.inputs = 1;
  card.windows.push_back(window);
  return render_json(card, setup.catalogue());
}

/// Copies a text as far as there is room, with a zero behind it.
void say(std::string_view text, char* to, std::size_t room) {
  if (to == nullptr || room == 0) return;
  const std::size_t size = std::min(text.size(), room - 1);
  std::memcpy(to, text.data(), size);
  to[size] = '\0';
}

}  // namespace

/// uptake_meter: all that one uptake_open() makes.
struct uptake_meter {
  uptake_meter(const uptake_options& options, std::unique_ptr<Setup> made)
      : setup(std::move(made)),
        shards(setup->engine()),
        link(options.link == 0 ? uptake::LinkType::ethernet : uptake::link_type_of(options.link)),
        publisher(setup->engine(), setup->workers(),
                  options.live != 0 ? uptake::Publisher::Pace::of_clock : uptake::Publisher::Pace::of_sink,
                  [this, publish = options.publish, user = options.user,
                   directed = options.customers != nullptr](const uptake::WindowCard& window) {
                    if (publish == nullptr) return;
                    const std::string json = card_of(window, *setup, directed);
                    publish(user, json.data(), json.size());
                  }),
        correlation(start_correlation(
            setup->engine(), uptake::correlators(), setup->workers(), publisher,
            options.live != 0 ? uptake::Correlation::Pace::of_clock : uptake::Correlation::Pace::of_joins)) {
    for (unsigned i = 0; i < setup->workers(); ++i) {
      lanes.emplace_back().worker = std::make_unique<Worker>(setup->engine(), shards, i, setup->workers(), publisher,
                                                             nullptr, correlation.get());
      lanes.back().worker->start();
    }
  }

  [[nodiscard]] Frame frame_of(const uptake_frame& given) const noexcept {
    Frame frame;
    frame.data = given.data;
    frame.captured = std::min({given.captured, given.wire, uptake::kMaxCaptured});
    frame.wire = given.wire;
    frame.time_ns = given.time_ns;
    frame.link = link;
    return frame;
  }

  std::unique_ptr<Setup> setup;
  uptake::ShardSet shards;
  uptake::LinkType link;
  uptake::Publisher publisher;
  std::unique_ptr<uptake::Correlation> correlation;
  std::vector<Lane> lanes;
};

namespace {

/// Runs no more frames than a burst of the worker holds. Returns how many were another worker's.
unsigned run(const uptake_meter& meter, unsigned index, Lane& lane, std::span<const uptake_frame> given) noexcept {
  std::array<Frame, uptake::kBurst> frames;
  std::array<uptake::Item, uptake::kBurst> items;
  std::array<std::uint16_t, uptake::kBurst> own;
  for (std::size_t i = 0; i < given.size(); ++i) {
    frames[i] = meter.frame_of(given[i]);
    frames[i].packet_ns = lane.clock.read(frames[i].time_ns);
    // Nobody numbers the frames of all workers: packet time is the order in which the joins see them.
    frames[i].ordinal = frames[i].packet_ns;
    own[i] = static_cast<std::uint16_t>(i);
  }
  const std::span<uptake::Item> decoded(items.data(), given.size());
  uptake::decode_items(meter.setup->engine(), {frames.data(), given.size()}, decoded);
  unsigned foreign = 0;
  for (uptake::Item& item : decoded) {
    const bool own_shard = Worker::owner(item, meter.setup->workers()) == index;
    if (own_shard || !uptake::needs_its_shard(item.disposition, item.segment)) continue;
    item.disposition = uptake::Disposition::overload;
    ++foreign;
  }
  lane.worker->run(decoded, {own.data(), given.size()});
  return foreign;
}

}  // namespace

extern "C" {

uptake_meter* uptake_open(const uptake_options* options, char* why, std::size_t why_bytes) {
  // The first version had the fields up to `key`; what a later host has besides must be zero, because it is not
  // known.
  constexpr std::size_t kFirstVersion = offsetof(uptake_options, dnssec_anchors);
  uptake_options known{};
  if (options == nullptr || options->size < kFirstVersion) {
    say("options: size is not that of uptake_options", why, why_bytes);
    return nullptr;
  }
  std::memcpy(&known, options, std::min(options->size, sizeof known));
  const auto* const octets = reinterpret_cast<const unsigned char*>(options);
  const auto is_set = [](unsigned char octet) { return octet != 0; };
  if (options->size > sizeof known && std::any_of(octets + sizeof known, octets + options->size, is_set)) {
    say("options: one that this version does not know is set", why, why_bytes);
    return nullptr;
  }
  try {
    Either<SetupValues> values = values_of(known);
    if (const Refusal* refusal = std::get_if<Refusal>(&values)) {
      say(refusal->line(), why, why_bytes);
      return nullptr;
    }
    Either<std::unique_ptr<Setup>> made =
        Setup::make(std::get<SetupValues>(values), {.facts = fact_rows(uptake::correlators())});
    if (const Refusal* refusal = std::get_if<Refusal>(&made)) {
      say(refusal->line(), why, why_bytes);
      return nullptr;
    }
    if (known.link != 0 && uptake::link_type_of(known.link) == uptake::LinkType::unsupported) {
      say(fmt::format("link: {} is no link layer that is read; give the LINKTYPE_ number of Ethernet, 1", known.link),
          why, why_bytes);
      return nullptr;
    }
    return new uptake_meter(known, std::get<std::unique_ptr<Setup>>(std::move(made)));
  } catch (const std::exception& error) {
    say(error.what(), why, why_bytes);
  }
  return nullptr;
}

unsigned uptake_owner(const uptake_meter* meter, const uptake_frame* frame) {
  return uptake::place_of(meter->setup->engine(), meter->frame_of(*frame)).shard % meter->setup->workers();
}

unsigned uptake_process_burst(uptake_meter* meter, unsigned worker, const uptake_frame* frames, unsigned count) {
  if (worker >= meter->lanes.size()) return count;
  Lane& lane = meter->lanes[worker];
  unsigned foreign = 0;
  std::span<const uptake_frame> left(frames, count);
  while (!left.empty()) {
    const std::span<const uptake_frame> burst = left.first(std::min(left.size(), uptake::kBurst));
    foreign += run(*meter, worker, lane, burst);
    left = left.subspan(burst.size());
  }
  if (lane.clock.now() - lane.told_ns > kTellNs) {
    lane.told_ns = lane.clock.now();
    lane.worker->come_to(lane.told_ns, lane.told_ns);
  }
  return foreign;
}

void uptake_advance(uptake_meter* meter, unsigned worker, std::uint64_t now_ns) {
  if (worker >= meter->lanes.size()) return;
  Lane& lane = meter->lanes[worker];
  const std::uint64_t now = lane.clock.read(now_ns);
  lane.worker->advance(now);
  lane.worker->come_to(now, now);
}

void uptake_close(uptake_meter* given) {
  if (given == nullptr) return;
  const std::unique_ptr<uptake_meter> meter(given);
  Frame last;
  for (const Lane& lane : meter->lanes) {
    last.packet_ns = std::max(last.packet_ns, lane.clock.now());
  }
  last.time_ns = last.ordinal = last.packet_ns;
  for (const Lane& lane : meter->lanes) lane.worker->finish(last);
  if (meter->correlation) meter->correlation->finish();
  try {
    meter->publisher.finish();
  } catch (...) {
    // Memory was short for a card, or the host's own function threw. There is nobody to tell it to.
  }
}

const char* uptake_version(void) { return UPTAKE_VERSION; }

}  // extern "C"
