#include "tools/uptake/card_output.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "policy/report/csv.h"
#include "policy/report/format.h"
#include "tools/uptake/terminal.h"

namespace uptake {
namespace {

bool is_folder(const std::string& path) {
  struct stat status {};
  return !path.empty() && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

TextOptions look_of(const RunOptions& options) {
  const Terminal terminal = look_at_terminal(STDOUT_FILENO);
  return {terminal.width, terminal.colour, options.only};
}

/// A failure of an output, if it has one.
void add_failure(std::vector<Failure>& failures, const std::optional<OutputFile>& file) {
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
    : catalogue_(catalogue), json_(card_, catalogue), whole_(options.all || options.only), look_(look_of(options)) {
  card_.profile = std::move(profile);
  card_.version = UPTAKE_VERSION;
  card_.labels = options.labels;
  card_.directions_known = !options.customers_file.empty();
  if (is_folder(options.json_file)) {
    folder_ = options.json_file;
    if (options.window_ns == 0)
      folder_failure_ = Failure{Exit::usage, fmt::format("--json {}: a folder takes a file for each window; give "
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
  if (options.quiet || taken) return;
  text_.emplace("-");
  clears_line_ = look_at_terminal(STDERR_FILENO).is_terminal;
}

std::optional<Failure> CardOutput::failure() const {
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
  if (text_)
    write_text(whole_ ? render_window(card_, window, catalogue_, look_)
                      : '\n' + render_screen(card_, window, catalogue_, look_));
  ++shown_;
}

void CardOutput::write_file(const WindowCard& window) {
  ScoreCard card = card_;
  card.windows = {window};
  const auto failure = write_whole(folder_ + "/" + window_file_name(window), render_json(card, catalogue_));
  if (failure && !folder_failure_) folder_failure_ = failure;
}

void CardOutput::write_text(std::string text) {
  if (shown_ == 0) text.erase(0, std::min(text.find_first_not_of('\n'), text.size()));
  if (clears_line_) std::fputs("\r\x1b[K", stderr);
  text_->write(text);
  text_->flush();
}

void CardOutput::know_damage(const std::vector<std::string>& paths, const std::vector<Damage>& damages) {
  for (const Damage& damage : damages) {
    const auto found = std::find(paths.begin(), paths.end(), damage.path);
    const auto number = found == paths.end() ? 0 : found - paths.begin() + 1;
    card_.damage.push_back({static_cast<std::uint64_t>(number), damage.offset, damage.what});
  }
}

std::vector<Failure> CardOutput::finish() {
  std::vector<Failure> failures;
  if (folder_failure_) failures.push_back(*folder_failure_);
  if (file_) {
    file_->write(json_.end());
    file_->commit();
  }
  add_failure(failures, file_);
  if (csv_) csv_->commit();
  add_failure(failures, csv_);
  if (!text_) return failures;
  if (shown_ == 0) write_text("uptake score card: nothing was read\n");
  if (whole_) write_text(render_end(look_));
  text_->commit();
  add_failure(failures, text_);
  return failures;
}

}  // namespace uptake
