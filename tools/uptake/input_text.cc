#include "tools/uptake/input_text.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace uptake {
namespace {

struct Close {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Refusal cannot_read(const std::string& path, int error) {
  const bool denied = error == EACCES || error == EPERM;
  return {denied ? Why::permission : Why::no_input, fmt::format("cannot be read ({})", std::strerror(error)), path,
          denied ? "check its permissions" : "check the name"};
}

}  // namespace

Either<std::string> read_text(const std::string& path, std::size_t most) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) return cannot_read(path, errno);
  std::string text;
  std::array<char, 65536> part{};
  while (true) {
    const std::size_t got = std::fread(part.data(), 1, part.size(), file.get());
    text.append(part.data(), got);
    if (text.size() > most)
      return Refusal{Why::configuration, fmt::format("longer than {} bytes", most), path, "is it the right file?"};
    if (got < part.size()) break;
  }
  if (std::ferror(file.get()) != 0) return cannot_read(path, errno);
  return text;
}

Either<std::string> read_card_text(const std::string& path) { return read_text(path, std::size_t{1} << 30); }

}  // namespace uptake
