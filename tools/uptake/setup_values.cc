#include "tools/uptake/setup_values.h"

#include <string>
#include <utility>

#include "policy/correlate/dnssec/anchors.h"
#include "policy/correlate/dnssec/lent.h"
#include "policy/profiles/profile.h"
#include "tools/uptake/input_text.h"

namespace uptake {
namespace {

constexpr std::size_t kMostCustomerBytes = 64U << 20;
constexpr std::size_t kMostAnchorBytes = 16U << 20;

/// The text of the file at `path`, which is what a Refusal calls it, with `kind` before it.
Either<NamedText> named_text(const std::string& path, std::string_view kind, std::size_t most) {
  Either<std::string> read = read_text(path, most);
  if (Refusal* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  return NamedText{std::string(kind) + path, std::get<std::string>(std::move(read))};
}

std::optional<Refusal> add_profile(const std::string& name, SetupValues& values) {
  values.profile.name = name;
  if (find_profile(name) != nullptr) return std::nullopt;
  Either<NamedText> text = named_text(name, "", kMostText);
  if (std::holds_alternative<Refusal>(text))
    return Refusal{Why::configuration, "neither a file nor one of:" + known_profiles(), "profile " + name};
  values.profile = std::get<NamedText>(std::move(text));
  return std::nullopt;
}

std::optional<Refusal> add_key(const std::string& path, NamedText& key) {
  if (path.empty()) return std::nullopt;
  Either<NamedText> text = named_text(path, "key file ", kMostText);
  if (std::holds_alternative<Refusal>(text)) return Refusal{Why::no_input, "cannot be read", "key file " + path};
  key = std::get<NamedText>(std::move(text));
  return std::nullopt;
}

std::optional<Refusal> add_customers(const std::string& path, SetupValues& values) {
  if (path.empty()) return std::nullopt;
  Either<NamedText> text = named_text(path, "", kMostCustomerBytes);
  if (Refusal* refusal = std::get_if<Refusal>(&text)) return std::move(*refusal);
  values.customers = std::get<NamedText>(std::move(text));
  return std::nullopt;
}

/// Reads zone-file text that the joins read again; nothing where no path is given.
template <class Read>
std::optional<Refusal> add_zone_text(const std::string& path, Read read, std::string& text) {
  if (path.empty()) return std::nullopt;
  Either<NamedText> named = named_text(path, "", kMostAnchorBytes);
  if (Refusal* refusal = std::get_if<Refusal>(&named)) return std::move(*refusal);
  text = *std::get<NamedText>(named).text;
  auto made = read(text, path);
  if (Refusal* refusal = std::get_if<Refusal>(&made)) return std::move(*refusal);
  return std::nullopt;
}

/// The system's bundle may be missing: then trust is not judged.
std::optional<Refusal> add_trust_anchors(const std::string& path, SetupValues& values) {
  constexpr const char* kOfSystem = "/etc/ssl/certs/ca-certificates.crt";
  Either<std::string> text = read_text(path.empty() ? kOfSystem : path, kMostAnchorBytes);
  if (std::string* pem = std::get_if<std::string>(&text)) values.trust_anchors = std::move(*pem);
  if (path.empty() || std::holds_alternative<std::string>(text)) return std::nullopt;
  return Refusal{Why::no_input, "cannot be read", "CA file " + path};
}

}  // namespace

Either<SetupValues> setup_values(const RunOptions& options, bool live) {
  SetupValues values;
  if (auto refusal = add_profile(options.profile, values)) return *std::move(refusal);
  if (auto refusal = add_key(options.key_file, values.key)) return *std::move(refusal);
  if (auto refusal = add_key(options.client_groups_file, values.client_groups)) return *std::move(refusal);
  if (auto refusal = add_customers(options.customers_file, values)) return *std::move(refusal);
  if (auto refusal = add_trust_anchors(options.ca_file, values)) return *std::move(refusal);
  if (auto refusal = add_zone_text(options.trust_anchor, dnssec::Anchors::parse, values.dnssec_anchors))
    return *std::move(refusal);
  if (auto refusal = add_zone_text(options.dnssec_records, dnssec::lent_messages, values.dnssec_records))
    return *std::move(refusal);
  values.subscriber_v4 = options.subscriber.v4;
  values.subscriber_v6 = options.subscriber.v6;
  values.nat64 = options.nat64;
  values.filter = options.filter;
  values.plugins = options.plugins;
  values.window_ns = options.window_ns;
  values.max_flows = options.max_flows;
  values.workers = options.workers;
  values.keep_names = !options.events_file.empty();
  values.live = live;
  return values;
}

}  // namespace uptake
