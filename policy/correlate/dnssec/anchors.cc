#include "policy/correlate/dnssec/anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <string>

#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/zone_text.h"
#include "policy/embedded.h"

namespace uptake::dnssec {
namespace {

constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

/// The number that `count` digits are; nothing when they are none.
std::optional<unsigned> digits(std::string_view text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + static_cast<unsigned>(c - '0');
  }
  return value;
}

/// Seconds of the day that follows `word` in a comment: "until 2019-01-11"; `otherwise` when the word is not there.
std::optional<std::int64_t> day_behind(std::string_view comment, std::string_view word, std::int64_t otherwise) {
  const std::size_t found = comment.find(word);
  if (found == std::string_view::npos) return otherwise;
  const std::string_view date = comment.substr(found + word.size());
  if (date.size() < 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = digits(date, 4);
  const auto month = digits(date.substr(5), 2);
  const auto day = digits(date.substr(8), 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day parsed{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                           std::chrono::day(*day)};
  if (!parsed.ok()) return std::nullopt;
  return std::chrono::seconds(std::chrono::sys_days(parsed).time_since_epoch()).count();
}

/// The DS with SHA-256 of a DNSKEY.
std::vector<std::uint8_t> ds_of(const Name& owner, const KeyView& key) {
  std::vector<std::uint8_t> octets(owner.wire().begin(), owner.wire().end());
  octets.insert(octets.end(), key.rdata.begin(), key.rdata.end());
  Sha256 digest{};
  (void)EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::vector<std::uint8_t> ds = {static_cast<std::uint8_t>(key.tag >> 8), static_cast<std::uint8_t>(key.tag),
                                  key.algorithm, 2};
  ds.insert(ds.end(), digest.begin(), digest.end());
  return ds;
}

}  // namespace

Either<Anchors> Anchors::parse(std::string_view text, std::string_view where) {
  Anchors anchors;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    const auto refuse = [&](std::string_view what) {
      return Refusal{Why::configuration, fmt::format("line {}: {}", number, what), std::string(where)};
    };
    const std::string_view comment = line.find(';') == std::string_view::npos ? "" : line.substr(line.find(';'));
    const auto from = day_behind(comment, "from ", 0);
    const auto until = day_behind(comment, "until ", kForEver);
    if (!from || !until) return refuse("a day is written as 2019-01-11");
    Either<std::vector<ZoneRecord>> read = read_zone_text(line.substr(0, line.size() - comment.size()), where);
    if (std::holds_alternative<Refusal>(read)) return refuse("no record of a zone file");
    for (ZoneRecord& record : std::get<std::vector<ZoneRecord>>(read)) {
      DsView ds;
      const KeyView key = key_of(record.rdata);
      const bool is_ds = record.type == kTypeDs && read_ds(record.rdata, ds);
      if (!is_ds && (record.type != kTypeDnskey || !key.is_usable)) return refuse("neither a DS nor a usable DNSKEY");
      std::vector<std::uint8_t> rdata = is_ds ? std::move(record.rdata) : ds_of(record.owner, key);
      if (!anchors.add({record.owner, std::move(rdata), *from, *until})) return refuse("more than 16 of one zone");
    }
  }
  if (anchors.anchors_.empty()) return Refusal{Why::configuration, "it holds no trust anchor", std::string(where)};
  return anchors;
}

bool Anchors::add(Anchor anchor) {
  std::size_t of_zone = 0;
  for (const Anchor& one : anchors_) {
    if (!(one.zone == anchor.zone)) continue;
    if (one.ds == anchor.ds && one.from == anchor.from && one.until == anchor.until) return true;
    ++of_zone;
  }
  anchor.set.add(anchor.ds);
  anchors_.push_back(std::move(anchor));
  return of_zone < kMost;
}

const Anchors& Anchors::of_root() {
  static const Anchors kOfRoot = std::get<Anchors>(parse(embedded_anchors()[0].text, "root-anchors.zone"));
  return kOfRoot;
}

bool Anchors::has(const Name& zone) const noexcept {
  for (const Anchor& anchor : anchors_)
    if (anchor.zone == zone) return true;
  return false;
}

bool Anchors::are_known() const noexcept {
  return std::ranges::all_of(anchors_, [](const Anchor& anchor) { return anchor.set.count != 0; });
}

const Name* Anchors::above(const Name& name) const noexcept {
  const Name* closest = nullptr;
  for (const Anchor& anchor : anchors_)
    if (name.is_within(anchor.zone) && (closest == nullptr || anchor.zone.labels() > closest->labels()))
      closest = &anchor.zone;
  return closest;
}

}  // namespace uptake::dnssec
