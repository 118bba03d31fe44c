#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "dataplane/sources/file_source.h"

namespace uptake {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// What to do about an input that was refused.
std::string_view hint_for(Why why) {
  if (why == Why::permission) return "run as a user who may read it";
  if (why == Why::no_capture)
    return "give a pcap, pcapng or ERF file, plain or compressed with gzip, bzip2, zstd, xz or lz4";
  return "name a capture file that can be read";
}

/// Seen: the files that were met so far, by what they are and not by their names.
class Seen {
 public:
  /// The name under which the file of `path` was met before; else remembers it. Devices are never the same.
  [[nodiscard]] const std::string* before(const std::string& path) {
    struct stat status {};
    const int got = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status);
    if (got != 0 || (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))) return nullptr;
    const auto [known, fresh] = names_.try_emplace({status.st_dev, status.st_ino}, path);
    return fresh ? nullptr : &known->second;
  }

 private:
  std::map<std::pair<dev_t, ino_t>, std::string> names_;
};

bool reads_before(const InputFile& a, const InputFile& b) {
  return std::tie(a.first_ns, a.path) < std::tie(b.first_ns, b.path);
}

/// Opening: what open_files() gathers on its way through the inputs.
struct Opening {
  const FileOptions& options;
  OpenedFiles& opened;
  std::vector<Refusal> refusals;
  std::vector<InputFile> files;
  Seen seen;
  std::uint64_t bytes_total = 0;
  bool sizes_known = true;

  void add(const Input& input, bool single) {
    if (const std::string* name = seen.before(input.path)) {
      opened.notes.push_back(input.path + ": the same file as " + *name + ", read once");
      return;
    }
    auto got = CaptureFile::open(input.path, options);
    if (const Refusal* refusal = std::get_if<Refusal>(&got)) {
      if (input.in_directory && refusal->why == Why::no_capture) {
        opened.notes.push_back(input.path + ": " + refusal->what + ", left out");
        return;
      }
      refusals.push_back({refusal->why, refusal->what, input.path == "-" ? "standard input" : input.path,
                          std::string(hint_for(refusal->why))});
      return;
    }
    auto& file = std::get<std::unique_ptr<CaptureFile>>(got);
    sizes_known = sizes_known && file->stored_bytes() > 0;
    bytes_total += file->stored_bytes();
    InputFile input_file{input.path, nullptr, single ? 0 : file->first_time().value_or(kNever)};
    // A pipe is gone once it is closed, and standard input has no name by which it could be opened again. Files are
    // closed, for there may be more than descriptors.
    const bool has_name = file->regular() && input.path != "-";
    if (single || !has_name) input_file.open = std::move(file);
    files.push_back(std::move(input_file));
  }
};

}  // namespace

OpenedFiles open_files(const std::vector<std::string>& arguments, const FileOptions& options) {
  OpenedFiles opened;
  Inputs inputs = expand_inputs(arguments, options.recursive);
  opened.notes = std::move(inputs.notes);
  Opening opening{options, opened, std::move(inputs.refusals), {}, {}};
  const bool single = inputs.files.size() == 1;
  for (const Input& input : inputs.files) opening.add(input, single);
  std::vector<Refusal>& refusals = opening.refusals;
  if (opening.files.empty()) {
    opened.refusal = !refusals.empty()
                         ? std::move(refusals.front())
                         : Refusal{Why::no_input, "holds no capture", arguments.front(), "name one that does"};
    return opened;
  }
  std::vector<Damage> damages;
  for (Refusal& refusal : refusals) damages.push_back({std::move(refusal.where), 0, std::move(refusal.what), true});
  std::stable_sort(opening.files.begin(), opening.files.end(), reads_before);
  opened.source = std::make_unique<FileSource>(
      std::move(opening.files), opening.sizes_known ? opening.bytes_total : 0, std::move(damages), options);
  return opened;
}

}  // namespace uptake
