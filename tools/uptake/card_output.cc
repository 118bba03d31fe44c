#include "tools/uptake/card_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/report/csv.h"
#include "policy/report/format.h"

namespace uptake {
namespace {

/// A failure of an output, if it has one.
void add_failure(std::vector<Refusal>& failures, const std::optional<OutputFile>& file) {
  if (file && file->failure()) failures.push_back(*file->failure());
}

}  // namespace

std::string window_file_name(const WindowCard& window) {
  std::string name;
  report::append_time(name, window.start_ns, report::TimeDigits::seconds);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name + ".json";
}

CardOutput::CardOutput(const RunOptions& options, const Catalogue& catalogue, std::string profile)
    : catalogue_(catalogue), json_(card_, catalogue) {
  card_.profile = std::move(profile);
  card_.version = UPTAKE_VERSION;
  card_.labels = options.labels;
  card_.directions_known = !options.customers_file.empty();
  if (is_folder(options.json_file)) {
    folder_ = options.json_file;
    if (options.window_ns == 0)
      folder_failure_ = Refusal{Why::usage, fmt::format("--json {}: a folder takes a file for each window; give "
                                                        "--window as well, or name a file",
                                                        folder_)};
  } else if (!options.json_file.empty()) {
    file_.emplace(options.json_file);
    file_->write(json_.begin());
  }
  if (!options.csv_file.empty()) {
    csv_.emplace(options.csv_file);
    csv_->write(csv_header());
  }
  const bool taken = options.json_file == "-" || options.csv_file == "-" || options.events_file == "-";
  if (!options.quiet && !taken) text_.emplace(catalogue_, options.all || options.only, options.only);
}

std::optional<Refusal> CardOutput::failure() const {
  if (folder_failure_) return folder_failure_;
  if (file_ && file_->failure()) return file_->failure();
  return csv_ ? csv_->failure() : std::nullopt;
}

void CardOutput::show(const WindowCard& window) {
  if (file_) {
    file_->write(json_.window(window));
    file_->flush();
  }
  if (!folder_.empty()) write_file(window);
  if (csv_) {
    csv_->write(csv_rows(card_, window, catalogue_));
    csv_->flush();
  }
  if (text_) text_->show(card_, window);
}

void CardOutput::write_file(const WindowCard& window) {
  ScoreCard card = card_;
  card.windows = {window};
  const auto failure = write_whole(folder_ + "/" + window_file_name(window), render_json(card, catalogue_));
  if (failure && !folder_failure_) folder_failure_ = failure;
}

void CardOutput::know_damage(const std::vector<std::string>& paths, const std::vector<Damage>& damages) {
  // Inputs that could not be read at all come last.
  card_.inputs = paths.size();
  for (const Damage& damage : damages) {
    const auto found = std::find(paths.begin(), paths.end(), damage.path);
    const auto number = found == paths.end() ? ++card_.inputs : static_cast<std::uint64_t>(found - paths.begin() + 1);
    card_.damage.push_back({number, damage.offset, damage.what});
  }
}

std::vector<Refusal> CardOutput::finish() {
  std::vector<Refusal> failures;
  if (folder_failure_) failures.push_back(*folder_failure_);
  if (file_) {
    file_->write(json_.end());
    file_->commit();
  }
  add_failure(failures, file_);
  if (csv_) csv_->commit();
  add_failure(failures, csv_);
  if (!text_) return failures;
  text_->finish();
  if (text_->failure()) failures.push_back(*text_->failure());
  return failures;
}

}  // namespace uptake
