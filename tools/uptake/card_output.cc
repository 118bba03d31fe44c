#include "tools/uptake/card_output.h"

#include <algorithm>
#include <utility>

#include "policy/report/card_formats.h"

namespace uptake {

CardOutput::CardOutput(const RunOptions& options, const Catalogue& catalogue, std::string profile)
    : catalogue_(catalogue) {
  card_.profile = std::move(profile);
  card_.version = UPTAKE_VERSION;
  card_.labels = options.labels;
  card_.directions_known = !options.customers_file.empty();
  bool taken = options.events_file == "-";
  for (const CardFormat& format : card_formats()) {
    const auto asked = options.card_files.find(format.option);
    if (asked == options.card_files.end() || asked->second.empty()) continue;
    files_.emplace_back(format, asked->second, options.window_ns != 0, card_, catalogue);
    taken = taken || asked->second == "-";
  }
  if (!options.quiet && !taken) text_.emplace(catalogue_, options.all || options.only, options.only);
}

std::optional<Refusal> CardOutput::failure() const {
  const auto failed =
      std::ranges::find_if(files_, [](const WrittenCard& file) { return file.failure().has_value(); });
  return failed == files_.end() ? std::nullopt : failed->failure();
}

void CardOutput::show(const WindowCard& window) {
  for (WrittenCard& file : files_) file.show(window);
  if (text_) text_->show(card_, window);
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
  for (WrittenCard& file : files_) {
    file.finish();
    if (file.failure()) failures.push_back(*file.failure());
  }
  if (!text_) return failures;
  text_->finish();
  if (text_->failure()) failures.push_back(*text_->failure());
  return failures;
}

}  // namespace uptake
