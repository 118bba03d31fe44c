#include "policy/report/json_crowds.h"

#include <algorithm>
#include <array>

#include "policy/figures.h"
#include "policy/privacy/release.h"

namespace uptake::report {
namespace {

using Outcome = Judgement::Outcome;
using Layout = JsonWriter::Layout;
using OutcomeCounts = std::array<std::uint64_t, Crowds::kOutcomes>;

std::string_view key_of(std::size_t outcome) { return name_of(static_cast<Outcome>(outcome)); }

/// Outcomes that were not seen are left out: of nothing there is nobody.
void write_gate(JsonWriter& json, const Unit& unit, const OutcomeCounts& counts, const std::vector<Crowd>& crowds) {
  json.open_object("gate", Layout::inline_);
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0)
      json.text(key_of(i), letter_of(release_of(counts[i], crowds[i].gate.count, crowds[i].groups, unit)));
  json.close_object();
  json.open_object("subscribers", Layout::inline_);
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0) json.number(key_of(i), crowds[i].gate.count);
  json.close_object();
}

}  // namespace

void write_crowds(JsonWriter& json, const MeasureRow& row, const Counts& counts, const std::vector<Crowd>& crowds) {
  if (crowds.empty()) return;
  const OutcomeCounts sums = {counts.pass, counts.fail, counts.hidden(), counts.not_applicable};
  write_gate(json, row.measure->unit, sums, crowds);
  if (!has_groups(row.measure->unit)) return;
  json.open_object("groups", Layout::inline_);
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i] != 0) json.numbers(key_of(i), crowds[i].groups);
  json.close_object();
}

void write_entity_crowds(JsonWriter& json, const MeasureRow& row) {
  if (row.crowds.empty()) return;
  const EntityCounts& counts = row.entities;
  const OutcomeCounts sums = {counts.pass, counts.fail, counts.unobservable, 0};
  std::vector<Crowd> crowds = row.crowds;
  // Where subscribers are what is counted, there are no more behind a count than it says.
  if (row.measure->unit == Unit::subscribers)
    for (std::size_t i = 0; i < sums.size(); ++i) crowds[i].gate.count = std::min(crowds[i].gate.count, sums[i]);
  write_gate(json, row.measure->unit, sums, crowds);
  if (row.by_group.empty()) return;
  GroupCounts pass{};
  GroupCounts fail{};
  for (std::size_t i = 0; i < pass.size(); ++i) {
    pass[i] = row.by_group[i].pass;
    fail[i] = row.by_group[i].fail;
  }
  json.open_object("groups", Layout::inline_);
  json.numbers("pass", pass);
  json.numbers("fail", fail);
  json.close_object();
}

void write_client_groups(JsonWriter& json, const Figures& figures) {
  const ClientGroups* const groups = figures.client_groups();
  if (groups == nullptr) return;
  json.open_object("client_groups", Layout::inline_);
  json.text("key", groups->name());
  json.number("k", Gate::kEnough);
  const std::array<std::uint64_t, 2> lengths = {figures.subscriber().v4, figures.subscriber().v6};
  json.numbers("subscriber", lengths);
  json.close_object();
}

}  // namespace uptake::report
