#include "tools/uptake/card_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "policy/report/csv.h"
#include "policy/report/format.h"
#include "tools/uptake/terminal.h"

namespace uptake {
namespace {

/// One line for a window of which there is no figure to show; else empty.
std::string nothing_text(const WindowCard& window) {
  const std::uint64_t filtered = window.ledger.ended[static_cast<std::size_t>(Disposition::filtered)];
  if (window.ledger.frames > filtered || window.empty_windows > 1) return {};
  std::string line = "uptake: ";
  if (window.end_ns != 0) {
    report::append_time(line, window.start_ns, report::TimeDigits::seconds);
    line += ": ";
  }
  if (filtered == 0) return line + "no frames\n";
  line += fmt::format("none of {} frames passed the filter", filtered);
  const std::uint64_t outside = window.limits[static_cast<std::size_t>(Limit::filter_outside)];
  if (outside != 0)
    line += fmt::format("; {} of them are tagged or tunnelled, and it looks at outer headers only: try vlan and ...",
                        outside);
  return line + '\n';
}

TextOptions look_of(const RunOptions& options) {
  const Terminal terminal = look_at_terminal(STDOUT_FILENO);
  return {terminal.width, terminal.colour, options.only};
}

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
    : catalogue_(catalogue), json_(card_, catalogue), whole_(options.all || options.only), look_(look_of(options)) {
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
  if (options.quiet || taken) return;
  text_.emplace("-");
  clears_line_ = look_at_terminal(STDERR_FILENO).is_terminal;
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
  const std::string nothing = nothing_text(window);
  explains_ = explains_ || nothing.empty();
  if (text_) write_text(!nothing.empty() ? nothing : text_of(window));
  ++shown_;
}

std::string CardOutput::text_of(const WindowCard& window) const {
  if (whole_) return render_window(card_, window, catalogue_, look_);
  return '\n' + render_screen(card_, window, catalogue_, look_);
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
  // Behind those that were read stand those of which nothing was.
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
  if (shown_ == 0) write_text("uptake score card: nothing was read\n");
  if (whole_ && explains_) write_text(render_end(look_));
  text_->commit();
  add_failure(failures, text_);
  return failures;
}

}  // namespace uptake
