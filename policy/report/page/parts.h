#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/offered/offered.h"
#include "policy/report/page/contents.h"
#include "policy/report/page/graphics.h"
#include "policy/report/page/html.h"

namespace uptake::page {

/// The title, what was found in one sentence, of whom and when.
[[nodiscard]] Html title(const Contents& contents);
/// What was read and what is missing, in one line.
[[nodiscard]] Html coverage(const Contents& contents);
/// The table of standards: a row each, four questions as columns.
[[nodiscard]] Html standards_table(const Contents& contents);
/// How the table is read.
[[nodiscard]] Html reading(const Contents& contents);
/// A section for each theme that has a row in the table, and for universal acceptance.
[[nodiscard]] Html theme_sections(const Contents& contents);
/// Every measure of the catalogue, by theme, closed.
[[nodiscard]] Html all_measures(const Contents& contents);
[[nodiscard]] Html glossary(const Contents& contents);
/// Software, profile, period, what was lost, what is not on the page.
[[nodiscard]] Html making(const Contents& contents, bool offered);

/// How many standards meet their targets, in one sentence.
[[nodiscard]] std::string targets_sentence(const Contents& contents);
/// How many of them have a figure, in one sentence.
[[nodiscard]] std::string seen_sentence(const Contents& contents);
/// The verdicts on the targets of a standard, a line each.
[[nodiscard]] Html verdicts_of(const Contents& contents, const StandardPart& standard);
/// Where on the bar of a measure its targets stand.
[[nodiscard]] std::vector<Mark> marks_of(const Contents& contents, std::size_t index);
/// Every target: verdict, who is meant, explanation of the operator; without a policy nothing.
[[nodiscard]] Html comply_or_explain(const Contents& contents);
/// What domains offer, by a test from outside, beside what is in use; of no lists nothing.
[[nodiscard]] Html offered_beside_used(const Contents& contents, std::span<const OfferedResults> lists);
/// A table that may be wider than the screen: it can be moved by keyboard.
[[nodiscard]] Html wide_table(const std::string& name, const Html& head, const Html& rows);
/// The heads of columns, by their strings.
[[nodiscard]] Html column_heads(const Strings& strings, std::initializer_list<std::string_view> columns);
/// A section with a title of its own.
[[nodiscard]] Html section(const std::string& id, const std::string& title, const Html& inside);

/// The share of a measure in each period; nothing where it is unknown or of too few.
[[nodiscard]] std::vector<Point> points_of(const Contents& contents, std::size_t index);
/// How the share of a measure moved since the first period that has one, and a line of it.
[[nodiscard]] Html since_when(const Contents& contents, std::size_t index);
/// Those who hold a standard back, as far as figures tell; else who has to act.
[[nodiscard]] Html who_holds(const Contents& contents, const StandardPart& standard);
/// A figure is told with who holds it back.
[[nodiscard]] bool tells_holder(const Contents& contents, const StandardPart& standard, std::size_t index);

}  // namespace uptake::page
