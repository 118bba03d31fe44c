#include "tools/uptake/card_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "policy/report/format.h"
#include "policy/report/text.h"

namespace uptake {
namespace {

/// One line for a window of which there is no figure to show; else empty.
std::string nothing_text(const WindowCard& window) {
  const std::uint64_t filtered = window.ledger.ended[static_cast<std::size_t>(Disposition::filtered)];
  if (window.ledger.frames > filtered) return {};
  std::string line = "uptake: ";
  if (window.end_ns != 0) {
    report::append_time(line, window.start_ns, report::TimeDigits::seconds);
    line += ": ";
  }
  return line + (filtered == 0 ? "no frames\n" : fmt::format("none of {} frames passed the filter\n", filtered));
}

TextOptions options_for(const Terminal& terminal) { return {terminal.width, terminal.colour}; }

}  // namespace

std::string window_file_name(const WindowCard& window) {
  std::string name;
  report::append_time(name, window.start_ns, report::TimeDigits::seconds);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name + ".json";
}

CardOutput::CardOutput(const RunOptions& options, const Catalogue& catalogue, std::string profile)
    : catalogue_(catalogue), json_(card_, catalogue), terminal_(look_at_terminal(STDOUT_FILENO)) {
  card_.profile = std::move(profile);
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
  if (options.quiet || options.json_file == "-" || options.events_file == "-") return;
  text_.emplace("-");
  clears_line_ = look_at_terminal(STDERR_FILENO).is_terminal;
}

std::optional<Failure> CardOutput::failure() const {
  if (folder_failure_ || !file_) return folder_failure_;
  return file_->failure();
}

void CardOutput::show(const WindowCard& window) {
  if (file_) {
    file_->write(json_.window(window));
    file_->flush();
  }
  if (!folder_.empty()) write_file(window);
  const std::string nothing = nothing_text(window);
  if (text_)
    write_text(!nothing.empty() ? nothing : render_text_window(card_, window, catalogue_, options_for(terminal_)));
  explains_ = explains_ || nothing.empty();
  ++shown_;
}

void CardOutput::write_file(const WindowCard& window) {
  ScoreCard card{card_.profile, card_.directions_known, {window}, card_.interrupted};
  const auto failure = write_whole(folder_ + "/" + window_file_name(window), render_json(card, catalogue_));
  if (failure && !folder_failure_) folder_failure_ = failure;
}

void CardOutput::write_text(std::string text) {
  if (shown_ == 0) text.erase(0, std::min(text.find_first_not_of('\n'), text.size()));
  if (clears_line_) std::fputs("\r\x1b[K", stderr);
  text_->write(text);
  text_->flush();
}

std::vector<Failure> CardOutput::finish() {
  std::vector<Failure> failures;
  if (folder_failure_) failures.push_back(*folder_failure_);
  if (file_) {
    file_->write(json_.end());
    file_->commit();
    if (file_->failure()) failures.push_back(*file_->failure());
  }
  if (!text_) return failures;
  if (shown_ == 0) write_text("uptake score card: nothing was read\n");
  if (explains_) write_text(render_text_end(options_for(terminal_)));
  text_->commit();
  if (text_->failure()) failures.push_back(*text_->failure());
  return failures;
}

}  // namespace uptake
