#include "dataplane/sources/inputs.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace uptake {
namespace {

namespace fs = std::filesystem;

constexpr int kNoInput = 66;
constexpr int kPermission = 77;

OpenError error_of(const std::string& path, std::error_code code) {
  if (code == std::errc::permission_denied) {
    return {path + ": permission denied; run as a user who may read it", kPermission};
  }
  return {path + ": " + code.message() + "; name a capture file, a directory of them, or - for standard input",
          kNoInput};
}

std::optional<OpenError> add_directory(const std::string& path, std::vector<Input>& files) {
  std::error_code code;
  std::vector<std::string> found;
  fs::directory_iterator entry(path, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) found.push_back(entry->path().string());
  }
  if (code) return error_of(path, code);
  if (found.empty()) return OpenError{path + ": no file in this directory; name one that holds captures", kNoInput};
  std::sort(found.begin(), found.end());
  for (std::string& file : found) files.push_back({std::move(file), true});
  return std::nullopt;
}

std::optional<OpenError> add_path(const std::string& path, std::vector<Input>& files) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (!fs::exists(status)) {
    if (code.value() == 0) code = std::make_error_code(std::errc::no_such_file_or_directory);
    return error_of(path, code);
  }
  if (fs::is_directory(status)) return add_directory(path, files);
  files.push_back({path, false});
  return std::nullopt;
}

std::optional<OpenError> add_glob(const std::string& pattern, std::vector<Input>& files) {
  glob_t matches{};
  std::optional<OpenError> error;
  if (glob(pattern.c_str(), 0, nullptr, &matches) != 0) {
    error = OpenError{pattern + ": matches no file; check the pattern and the directory", kNoInput};
  }
  for (std::size_t i = 0; !error && i < matches.gl_pathc; ++i) error = add_path(matches.gl_pathv[i], files);
  globfree(&matches);
  return error;
}

}  // namespace

Inputs expand_inputs(const std::vector<std::string>& arguments) {
  Inputs inputs;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (argument == "-") {
      const bool again =
          std::any_of(inputs.files.begin(), inputs.files.end(), [](const Input& input) { return input.path == "-"; });
      if (again) {
        inputs.error = OpenError{"-: standard input can be read only once; name it once", kNoInput};
      } else {
        inputs.files.push_back({argument, false});
      }
    } else if (argument.find_first_of("*?[") != std::string::npos && !fs::exists(argument, ignored)) {
      inputs.error = add_glob(argument, inputs.files);
    } else {
      inputs.error = add_path(argument, inputs.files);
    }
    if (inputs.error) return inputs;
  }
  if (inputs.files.empty())
    inputs.error = OpenError{"no input; name a capture file, or - for standard input", kNoInput};
  return inputs;
}

}  // namespace uptake
