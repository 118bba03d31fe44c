#include "tools/uptake/written_card.h"

#include <fmt/format.h>

#include "policy/report/format.h"

namespace uptake {
namespace {

/// The start of a window as a name: 20261129T020000Z.
std::string name_of(const WindowCard& window) {
  std::string name;
  report::append_time(name, window.start_ns, report::TimeDigits::seconds);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name;
}

}  // namespace

WrittenCard::WrittenCard(const CardFormat& format, const std::string& path, bool windowed, const ScoreCard& card,
                         const Catalogue& catalogue)
    : format_(format), card_(card), catalogue_(catalogue), folder_(is_folder(path) ? path : "") {
  if (folder_.empty()) {
    writer_ = format.writer(card, catalogue);
    file_.emplace(path);
    file_->write(writer_->begin());
  } else if (!windowed) {
    failure_ = Refusal{Why::usage, fmt::format("{} {}: a folder takes a file for each window; give --window as "
                                               "well, or name a file",
                                               format.option, path)};
  } else {
    failure_ = cannot_write(path_in_folder("card"));
  }
}

std::string WrittenCard::path_in_folder(const std::string& name) const {
  return fmt::format("{}/{}.{}", folder_, name, format_.ending());
}

void WrittenCard::show(const WindowCard& window) {
  if (file_) {
    file_->write(writer_->window(window));
    file_->flush();
    return;
  }
  const std::unique_ptr<CardWriter> writer = format_.writer(card_, catalogue_);
  std::string text = writer->begin();
  text += writer->window(window);
  text += writer->end();
  std::optional<Refusal> failure = write_whole(path_in_folder(name_of(window)), text);
  if (!failure_) failure_ = std::move(failure);
}

void WrittenCard::finish() {
  if (!file_) return;
  file_->write(writer_->end());
  file_->commit();
}

}  // namespace uptake
