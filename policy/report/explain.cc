#include "policy/report/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/report/json_writer.h"
#include "policy/report/wrap.h"

namespace uptake {
namespace {

using report::JsonWriter;

std::string_view or_else(std::string_view words, std::string_view otherwise) {
  return words.empty() ? otherwise : words;
}
std::string_view fails_of(const Measure& m) { return or_else(m.fails, "All else that can be judged."); }
std::string_view outside_of(const Measure& m) { return or_else(m.outside, "Nothing: each sighting is asked."); }

std::string_view desired_words(Good good) {
  switch (good) {
    case Good::high:
      return "high";
    case Good::low:
      return "low: it shows what is still to be done";
    case Good::none:
      break;
  }
  return "neither high nor low: one part of a whole";
}

}  // namespace

std::vector<std::size_t> rows_named(const Catalogue& catalogue, std::string_view words) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const Measure& m = catalogue.measures()[i];
    if (m.id == words || (!words.empty() && m.headline == words)) rows.push_back(i);
  }
  return rows;
}

std::vector<std::string_view> ids_like(const Catalogue& catalogue, std::string_view words) {
  std::vector<std::string_view> ids;
  for (const Measure& m : catalogue.measures())
    if (m.id.find(words) != std::string_view::npos && std::ranges::find(ids, m.id) == ids.end()) ids.push_back(m.id);
  return ids;
}

std::string render_explanation(const Catalogue& catalogue, std::size_t row) {
  const Measure& m = catalogue.measures()[row];
  std::string out = fmt::format("{} / {}\n", m.id, name_of(m.unit));
  const auto say = [&](std::string_view what, std::string_view words) {
    if (!words.empty()) report::append_wrapped(out, fmt::format("  {:<13}", what), words, report::kScreenColumns);
  };
  say("question", m.question);
  say("passes", m.passes);
  say("fails", fails_of(m));
  say("unobservable", m.hidden);
  for (const Reason reason : catalogue.reasons(row)) {
    const ReasonRow why = catalogue.words(row).of(reason);
    say("", fmt::format("{}: {}", why.name, why.words));
  }
  say("left out", outside_of(m));
  say("standard", fmt::format("{} ({})", m.standard->title, m.standard->document));
  say("unit", or_else(m.unit.words, m.unit.name));
  say("theme", title_of(m.standard->theme));
  say("good is", desired_words(m.good));
  say("first screen", m.headline);
  say("beware", m.traps);
  return out;
}

std::string render_catalogue_json(const Catalogue& catalogue) {
  std::string out;
  JsonWriter json(out);
  json.open_object();
  json.text("schema", "uptake-catalogue/1");
  json.text("catalogue", catalogue.version());
  json.text("profile", catalogue.profile().name());
  json.open_list("measures");
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const Measure& m = catalogue.measures()[i];
    json.open_object();
    json.text("id", m.id);
    json.text("unit", name_of(m.unit));
    json.text("theme", name_of(m.standard->theme));
    json.text("standard", m.standard->id);
    json.text("title", m.standard->title);
    json.text("document", m.standard->document);
    json.text("good", name_of(m.good));
    if (m.headline.empty())
      json.null("headline");
    else
      json.text("headline", m.headline);
    json.text("question", m.question);
    json.text("passes", m.passes);
    json.text("fails", fails_of(m));
    json.text("unobservable", m.hidden);
    json.open_object("reasons", JsonWriter::Layout::lines);
    for (const Reason reason : catalogue.reasons(i)) {
      const ReasonRow why = catalogue.words(i).of(reason);
      json.text(why.name, why.words);
    }
    json.close_object();
    json.text("not_applicable", outside_of(m));
    json.text("traps", m.traps);
    json.close_object();
  }
  json.close_list();
  json.close_object();
  return out;
}

}  // namespace uptake
