#include "dataplane/sources/file_queue.h"

#include <utility>
#include <variant>

namespace uptake {

std::optional<FileQueue::Opened> FileQueue::open_next(std::size_t open, FileReport& report) {
  while (!empty()) {
    InputFile& input = files_[next_];
    Either<std::unique_ptr<CaptureFile>> got = std::move(input.open);
    if (std::get<0>(got) == nullptr) got = CaptureFile::open(input.path, options_);
    const Refusal* const refusal = std::get_if<Refusal>(&got);
    if (refusal != nullptr && refusal->why == Why::busy && open > 0) {
      most_open_ = open;
      return std::nullopt;
    }
    const std::size_t rank = next_++;
    if (refusal == nullptr) return Opened{std::get<0>(std::move(got)), rank, input.first_ns};
    report.add_damage({input.path, 0, "cannot be read any more: " + refusal->what});
  }
  return std::nullopt;
}

std::vector<std::string> FileQueue::paths() const {
  std::vector<std::string> paths;
  for (const InputFile& file : files_) paths.push_back(file.path);
  return paths;
}

}  // namespace uptake
