#include <fmt/format.h>

#include <algorithm>

#include "policy/report/numbers.h"
#include "policy/report/page/parts.h"
#include "policy/report/page/wording.h"
#include "policy/report/text_parts.h"

namespace uptake::page {
namespace {

std::uint64_t count_of(const std::vector<NamedCount>& counts, std::string_view name) {
  const auto found = std::ranges::find(counts, name, &NamedCount::name);
  return found == counts.end() ? 0 : found->count;
}

bool closes(const PeriodCoverage& coverage) {
  std::uint64_t sum = 0;
  for (const NamedCount& ending : coverage.ended) sum += ending.count;
  return sum == coverage.frames;
}

/// Connection attempts of which one direction alone was seen, as a share of all; nothing where none were seen.
std::string one_direction(const Contents& contents) {
  std::uint64_t alone = 0;
  std::uint64_t all = 0;
  for (const std::string_view id : {"ip4.reach", "ip6.reach"}) {
    const std::size_t index = contents.find(id, name_of(Unit::connections));
    if (index == Contents::npos) continue;
    alone += count_of(contents.figure(index).reasons, "no_answer_path");
    all += contents.shown(index).all();
  }
  return all == 0 ? "" : report::percent_text(alone, all);
}

Html item(const std::string& name, const std::string& value, const std::string& more = {}) {
  return element("li", text(name + " ") + strong(value) + text(more.empty() ? "" : " " + more));
}

/// "operator=ISP-A; place=NL" of each set of labels.
std::string labels_of(const PeriodReport& report) {
  std::string words;
  for (const std::string& labels : report.labels)
    if (!labels.empty()) words += (words.empty() ? "" : " + ") + labels;
  return words;
}

std::string joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

}  // namespace

std::string seen_sentence(const Contents& contents) {
  const Strings& strings = contents.strings();
  std::size_t seen = 0;
  std::size_t few = 0;
  std::size_t unjudged = 0;
  const std::vector<const StandardPart*> rows = contents.rows();
  for (const StandardPart* standard : rows) {
    const std::size_t index = contents.main(*standard);
    if (contents.is_unseen(index)) continue;
    const report::Basis basis = contents.said(index).basis;
    if (basis == report::Basis::enough || contents.measure(index).two_counts)
      ++seen;
    else
      ++(basis == report::Basis::few ? few : unjudged);
  }
  return strings.say("page.sentence", {{"all", std::to_string(rows.size())},
                                       {"seen", std::to_string(seen)},
                                       {"few", std::to_string(few)},
                                       {"unjudged", std::to_string(unjudged)},
                                       {"unseen", std::to_string(rows.size() - seen - few - unjudged)}});
}

Html title(const Contents& contents) {
  const Strings& strings = contents.strings();
  const ReportPeriod& now = contents.periods()[contents.now()];
  std::string whose = labels_of(contents.report());
  if (whose.empty()) whose = strings["page.no_label"];
  whose += fmt::format(
      " · {} · {}",
      now.coverage.frames == 0 && now.to == 0 ? strings["page.no_frames"] : span_words(strings, now.from, now.to),
      strings["page.of_traffic"]);
  const std::string sentence = contents.policy() == nullptr ? seen_sentence(contents) : targets_sentence(contents);
  const Html restricted = text(" · ") + element("a", {{"href", "#making"}}, text(strings["page.not_public"]));
  return element("h1", text(strings["page.title"])) + element("p", {{"class", "sentence"}}, text(sentence)) +
         element("p", {{"class", "whose"}}, text(whose) + restricted);
}

Html coverage(const Contents& contents) {
  const Strings& strings = contents.strings();
  const PeriodCoverage& coverage = contents.periods()[contents.now()].coverage;
  const auto count = [&](std::uint64_t value) { return strings.number(report::short_count(value)); };
  Html items =
      item(strings["coverage.read"],
           strings.say("coverage.packets", {{"n", count(coverage.frames)},
                                            {"bytes", strings.number(report::short_bytes(coverage.wire_bytes))}}));
  if (coverage.expected != 0)
    items +=
        item(strings["coverage.covered"], strings.number(report::percent_text(coverage.covered, coverage.expected)));
  items += item(strings["coverage.lost"],
                coverage.port_silent == 0 ? count(coverage.port_lost) : strings["coverage.not_known"]);
  items += item(strings["coverage.cut"], count(count_of(coverage.ended, name_of(Disposition::truncated))));
  const std::string alone = one_direction(contents);
  items +=
      item(strings["coverage.one_direction"], alone.empty() ? strings["coverage.not_known"] : strings.number(alone),
           alone.empty() ? "" : strings["coverage.of_attempts"]);
  items += item(strings["coverage.closes"], strings[closes(coverage) ? "coverage.yes" : "coverage.no"]);
  const auto reached =
      std::ranges::count_if(coverage.limits, [](const NamedCount& limit) { return limit.count != 0; });
  items += item(strings["coverage.limits"],
                strings.say("coverage.n_of_m", {{"n", std::to_string(reached)}, {"m", std::to_string(kLimits)}}));
  if (contents.report().damaged != 0) items += item(strings["coverage.damaged"], count(contents.report().damaged));
  if (contents.report().interrupted != 0)
    items += item(strings["coverage.interrupted"], count(contents.report().interrupted));
  return element("ul", {{"class", "coverage"}, {"aria-label", strings["coverage.name"]}}, items);
}

Html glossary(const Contents& contents) {
  const Strings& strings = contents.strings();
  Html terms;
  const auto explain = [&](std::string_view term) {
    terms +=
        element("dt", text(strings[fmt::format("terms.{}", term)])) +
        element("dd", text(strings.say(fmt::format("glossary.{}", term), {{"few", std::to_string(report::kFew)}})));
  };
  for (const std::string_view term :
       {"share", "unknown", "too_few", "between", "not_seen",   "headline",  "change",  "standard",
        "ipv6",  "dnssec",  "tls",     "quantum", "starttls",   "dane",      "mta_sts", "spf",
        "dkim",  "dmarc",   "bgp",     "rpki",    "acceptance", "subscriber"})
    explain(term);
  if (contents.policy() != nullptr) explain("target");
  return element("section", {{"aria-labelledby", "glossary"}},
                 element("h2", {{"id", "glossary"}}, text(strings["sections.glossary"])) + element("dl", terms));
}

Html making(const Contents& contents, bool offered) {
  const Strings& strings = contents.strings();
  const PeriodReport& report = contents.report();
  Html facts;
  const auto fact = [&](std::string_view key, const std::string& words) {
    facts += element("dt", text(strings[fmt::format("making.{}", key)])) + element("dd", text(words));
  };
  fact("software", "uptake " + joined(report.versions));
  fact("profile", report.profile);
  fact("catalogue", joined(report.catalogues));
  fact("whole", report.to == 0 ? strings["page.no_frames"] : span_words(strings, report.from, report.to));
  fact("periods", std::to_string(contents.periods().size()));
  fact("directions", strings[report.directions_known ? "coverage.yes" : "coverage.no"]);
  fact("private", strings.say("making.private_words", {{"few", std::to_string(report::kFew)}}));
  if (contents.policy() != nullptr) fact("targets", contents.policy()->title);
  const bool aims = contents.policy() != nullptr;
  fact("none", strings[offered ? (aims ? "making.none_words_rest" : "making.none_words_targets")
                               : (aims ? "making.none_words_beside" : "making.none_words")]);
  Html losses;
  const PeriodCoverage& coverage = contents.periods()[contents.now()].coverage;
  for (const auto* counts : {&coverage.ended, &coverage.limits})
    for (const NamedCount& one : *counts) {
      const std::string_view words = report::loss_words(one.name);
      if (one.count == 0 || words.empty()) continue;
      losses += element(
          "li", strong(strings.number(report::grouped_digits(one.count))) + text(" ") + in_english(strings, words));
    }
  std::string unread;
  for (const NamedCount& one : coverage.unread)
    unread += fmt::format("{}{} {}", unread.empty() ? "" : "; ", one.name,
                          strings.number(report::grouped_digits(one.count)));
  Html lost = losses.empty() ? element("p", text(strings["making.nothing_lost"]))
                             : element("p", text(strings["making.lost"])) + element("ul", losses);
  if (!unread.empty()) lost += element("p", text(strings.say("making.unread", {{"protocols", unread}})));
  return element("section", {{"aria-labelledby", "making"}},
                 element("h2", {{"id", "making"}}, text(strings["sections.making"])) + element("dl", facts) + lost);
}

}  // namespace uptake::page
