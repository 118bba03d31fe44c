#include "tools/uptake/words.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <system_error>
#include <vector>

namespace uptake {
namespace {

constexpr std::size_t kMostEdits = 2;

// Insertions, deletions and replacements that lead from `a` to `b` (Levenshtein), one row at a time.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

bool is_capture_name(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 11> kEndings = {".pcap", ".pcapng", ".cap", ".dmp", ".dump", ".erf",
                                                         ".gz",   ".bz2",    ".zst", ".xz",  ".lz4"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return word.size() > ending.size() && word.ends_with(ending); });
}

}  // namespace

std::string joined(std::span<const std::string> words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

bool is_input(const std::string& word) {
  if (word == "-") return true;
  std::error_code ignored;
  if (std::filesystem::exists(word, ignored)) return true;
  if (word.find_first_of("*?[") == std::string::npos) return false;
  glob_t found{};
  const bool any = glob(word.c_str(), GLOB_NOSORT, nullptr, &found) == 0 && found.gl_pathc > 0;
  globfree(&found);
  return any;
}

std::size_t count_inputs(std::span<const std::string> words) {
  if (words.empty()) return 0;
  std::size_t count = 1;
  while (count < words.size() && (is_input(words[count]) || is_capture_name(words[count]))) ++count;
  return count;
}

std::size_t count_captures(std::span<const std::string> words) {
  std::size_t count = 0;
  while (count < words.size() && is_capture_name(words[count])) ++count;
  return count;
}

const std::string* looks_like_capture(std::span<const std::string> words) noexcept {
  const auto found = std::find_if(words.begin(), words.end(), is_capture_name);
  return found == words.end() ? nullptr : &*found;
}

bool same_place(const std::string& a, const std::string& b) {
  if (a == b) return true;
  std::error_code error;
  const bool same = std::filesystem::equivalent(a, b, error);
  if (!error) return same;
  // An output may not exist yet: then their paths are compared.
  const auto place = [](const std::string& path) {
    std::error_code none;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, none), none);
  };
  return place(a) == place(b);
}

std::string_view nearest(std::string_view word, std::span<const std::string> known) {
  std::string_view best;
  std::size_t fewest = kMostEdits + 1;
  for (const std::string& candidate : known) {
    const std::size_t count = edits(word, candidate);
    if (count >= fewest) continue;
    fewest = count;
    best = candidate;
  }
  return best;
}

}  // namespace uptake
