#include "tools/uptake/cut_ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/privacy/package/public_schema.h"
#include "tools/uptake/output.h"

namespace uptake {
namespace {

/// LockedFile: a file that nobody else who locks it reads or writes.
class LockedFile {
 public:
  explicit LockedFile(const std::string& path)
      : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
    while (fd_ >= 0 && flock(fd_, LOCK_EX) != 0)
      if (errno != EINTR) {
        close(fd_);
        fd_ = -1;
      }
  }
  ~LockedFile() {
    if (fd_ >= 0) close(fd_);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  [[nodiscard]] std::optional<std::string> text() const {
    std::string text;
    std::array<char, 65536> part{};
    while (true) {
      const ssize_t got = pread(fd_, part.data(), part.size(), static_cast<off_t>(text.size()));
      if (got < 0) return std::nullopt;
      if (got == 0) return text;
      text.append(part.data(), static_cast<std::size_t>(got));
    }
  }
  /// Cuts the file to `size` and appends; true when the system has it on its disk.
  [[nodiscard]] bool append(std::size_t size, std::string_view line) const noexcept {
    return ftruncate(fd_, static_cast<off_t>(size)) == 0 &&
           write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd_) == 0;
  }

 private:
  int fd_;
};

/// A file that was made is only there after a crash when its folder says so.
bool sync_folder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return synced;
}

std::string line_of(const Cut& cut) {
  return fmt::format("{} {} {} cards:{} figures:{}\n", cut.period, cut.operator_name, cut.area, cut.cards,
                     cut.figures);
}

/// Takes a word with this beginning; false where it has another.
bool take(std::string& word, std::string_view beginning) {
  if (!word.starts_with(beginning)) return false;
  word.erase(0, beginning.size());
  return true;
}

std::optional<Cut> cut_of(const std::string& line) {
  std::istringstream words(line);
  Cut cut;
  words >> cut.period >> cut.operator_name >> cut.area >> cut.cards >> cut.figures;
  std::string more;
  const bool whole = !words.fail() && !(words >> more);
  if (!whole || !take(cut.cards, "cards:") || !take(cut.figures, "figures:")) return std::nullopt;
  return cut;
}

std::string difference(const Cut& before, const Cut& now) {
  constexpr std::size_t kDigits = 12;
  if (before.cards != now.cards)
    return fmt::format("of other cards ({}..., now {}...)", before.cards.substr(0, kDigits),
                       now.cards.substr(0, kDigits));
  if (before.operator_name != now.operator_name) return fmt::format("of the same cards, as {}", before.operator_name);
  if (before.area != now.area) return fmt::format("of the same cards, as of {}", before.area);
  return "of the same cards, with other counts: by another version of uptake";
}

}  // namespace

std::optional<Refusal> note_cut(const std::string& path, const Cut& cut) {
  const LockedFile file(path);
  if (!file.is_open())
    return output_failure(Why::cannot_create, path, errno, "check that its folder exists and may be written");
  const std::optional<std::string> text = file.text();
  if (!text) return output_failure(Why::cannot_create, path, errno, "name a file");
  // What follows the last line's end was cut off by a crash, before its package was written.
  const std::size_t end = text->rfind('\n') + 1;
  std::istringstream lines(text->substr(0, end));
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::optional<Cut> before = cut_of(line);
    if (!before)
      return Refusal{Why::configuration, fmt::format("line {} is no cut", number), path,
                     "name a ledger that --ledger wrote"};
    if (*before == cut) return std::nullopt;
    const bool same_operator =
        package::operator_key(before->operator_name) == package::operator_key(cut.operator_name);
    if (same_operator && before->period == cut.period)
      return Refusal{Why::configuration,
                     fmt::format("{} of {} left before, {}; both together would tell what differs", cut.period,
                                 cut.operator_name, difference(*before, cut)),
                     path, "export the same cards again, or another period"};
  }
  if (file.append(end, line_of(cut)) && sync_folder(path)) return std::nullopt;
  return output_failure(Why::cannot_write, path, errno, "check the space left");
}

}  // namespace uptake
