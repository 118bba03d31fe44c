#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/catalogue/catalogue.h"
#include "policy/periods.h"
#include "policy/report/page/cards.h"
#include "policy/report/page/strings.h"
#include "policy/report/said.h"
#include "policy/targets/targets.h"

namespace uptake::page {

/// StandardPart: a standard on the page, with its measures as their places in the report.
struct StandardPart {
  std::string id;
  std::string title;
  std::string document;
  /// In their order: the first that was seen is its figure; empty: no row of its own. Of a standard without any,
  /// those that a target is on.
  std::vector<std::size_t> headlines;
  std::vector<std::size_t> others;
};

/// ThemePart: a theme on the page.
struct ThemePart {
  std::string name;
  std::string title;
  std::vector<StandardPart> standards;  ///< those with headlines first
};

/// Contents: what stands on the page, and in which order. The newest period with frames is what it is about; those
/// before it are its past. Borrows all that it is made of.
class Contents {
 public:
  /// `source` has one group, and all measures of `catalogue`: see complete(). Without a policy there are no targets.
  Contents(const PageSource& source, const Catalogue& catalogue, const Strings& strings, const TargetPolicy* policy);

  [[nodiscard]] const PeriodReport& report() const noexcept { return source_.report; }
  [[nodiscard]] const Strings& strings() const noexcept { return strings_; }
  [[nodiscard]] const std::vector<ThemePart>& themes() const noexcept { return themes_; }
  /// All that have a row in the table.
  [[nodiscard]] std::vector<const StandardPart*> rows() const;

  [[nodiscard]] const StoredMeasure& measure(std::size_t index) const { return report().measures[index]; }
  /// What the catalogue says of it; nullptr: another uptake, or a plugin, made it.
  [[nodiscard]] const Measure* known(std::size_t index) const { return known_[index]; }
  [[nodiscard]] const Vocabulary* words(std::size_t index) const { return words_[index]; }
  [[nodiscard]] std::size_t find(std::string_view id, std::string_view unit) const;  ///< npos: there is none
  static constexpr auto npos = static_cast<std::size_t>(-1);

  [[nodiscard]] const std::vector<ReportPeriod>& periods() const { return report().groups[0].periods; }
  [[nodiscard]] std::size_t now() const noexcept { return now_; }
  [[nodiscard]] const PeriodFigure& figure(std::size_t index) const { return periods()[now_].figures[index]; }
  /// Nothing was met that the measure asks about; what it does not apply to may have been.
  [[nodiscard]] bool is_unseen(std::size_t index) const { return figure(index).sum.all() == 0; }
  [[nodiscard]] const Outcomes& shown(std::size_t index) const { return figure(index).shown(measure(index)); }
  [[nodiscard]] report::Said said(std::size_t index) const { return said(index, now_); }
  [[nodiscard]] report::Said said(std::size_t index, std::size_t period) const;
  /// The figure of a standard; of one without headlines npos.
  [[nodiscard]] std::size_t main(const StandardPart& part) const;
  /// How its share moved from the first period to the newest one, where client groups tell.
  [[nodiscard]] const std::optional<Change>& change(std::size_t index) const { return source_.changes[index]; }

  /// The targets that are on the page; or nullptr.
  [[nodiscard]] const TargetPolicy* policy() const noexcept { return policy_; }
  /// Each held against the newest period, in the order of the policy.
  [[nodiscard]] const std::vector<TargetResult>& results() const noexcept { return results_; }
  /// The id of the standard whose measure a target is of.
  [[nodiscard]] const std::string& standard_of(const TargetResult& result) const;

 private:
  [[nodiscard]] bool is_headline(std::size_t index, bool tied) const;
  void arrange(const Catalogue& catalogue);
  void raise(std::size_t index);

  const PageSource& source_;
  const Strings& strings_;
  const TargetPolicy* policy_;
  std::vector<TargetResult> results_;
  std::vector<const Measure*> known_;
  std::vector<const Vocabulary*> words_;
  std::vector<ThemePart> themes_;
  std::size_t now_ = 0;
};

}  // namespace uptake::page
