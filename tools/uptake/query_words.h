#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/refusal.h"
#include "tools/uptake/option_words.h"
#include "tools/uptake/store/report_reader.h"

namespace uptake {

/// QueryWords: the options that say which windows of a store are meant, as typed.
struct QueryWords {
  std::string from;
  std::string to;
  std::string month;
  std::string profile;
  std::vector<std::string> labels;

  /// Adds those options.
  void add_to(std::vector<OptionWord>& options);
  /// None of them was given.
  [[nodiscard]] bool empty() const noexcept {
    return from.empty() && to.empty() && month.empty() && profile.empty() && labels.empty();
  }
};

/// Puts what was typed behind `verb` into a query. A Refusal names the word at fault and says what to do.
[[nodiscard]] std::optional<Refusal> take_query(std::string_view verb, const QueryWords& words,
                                                store::ReportQuery& query);

}  // namespace uptake
