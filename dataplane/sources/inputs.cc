#include "dataplane/sources/inputs.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace uptake {
namespace {

namespace fs = std::filesystem;

Refusal refusal_of(const std::string& path, std::error_code code) {
  if (code == std::errc::permission_denied)
    return {Why::permission, "permission denied", path, "run as a user who may read it"};
  return {Why::no_input, code.message(), path, "name a capture file, a directory of them, or - for standard input"};
}

/// Adds a directory's files, and those below it. Links to directories are not followed: they may lead in a circle.
void add_directory(const std::string& path, bool recursive, Inputs& inputs) {
  std::error_code code;
  std::vector<std::string> found;
  std::vector<std::string> deeper;
  for (fs::directory_iterator entry(path, code); !code && entry != fs::directory_iterator(); entry.increment(code)) {
    std::error_code ignored;
    const std::string name = entry->path().string();
    if (entry->is_regular_file(ignored)) {
      found.push_back(name);
    } else if (entry->is_directory(ignored)) {
      if (!entry->is_symlink(ignored)) deeper.push_back(name);
    } else if (!entry->exists(ignored)) {
      inputs.refusals.push_back(refusal_of(name, std::make_error_code(std::errc::no_such_file_or_directory)));
    } else {
      inputs.notes.push_back(name + ": neither a file nor a directory, left out");
    }
  }
  if (code) {
    inputs.refusals.push_back(refusal_of(path, code));
    return;
  }
  if (found.empty() && deeper.empty()) inputs.notes.push_back(path + ": no file in this directory");
  std::sort(found.begin(), found.end());
  std::sort(deeper.begin(), deeper.end());
  for (std::string& file : found) inputs.files.push_back({std::move(file), true});
  for (const std::string& folder : deeper) {
    if (recursive) {
      add_directory(folder, recursive, inputs);
    } else {
      inputs.notes.push_back(folder + ": a directory in a directory, left out; --recursive reads it");
    }
  }
}

void add_path(const std::string& path, bool recursive, Inputs& inputs) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (!fs::exists(status)) {
    if (code.value() == 0) code = std::make_error_code(std::errc::no_such_file_or_directory);
    inputs.refusals.push_back(refusal_of(path, code));
  } else if (fs::is_directory(status)) {
    add_directory(path, recursive, inputs);
  } else {
    inputs.files.push_back({path, false});
  }
}

void add_glob(const std::string& pattern, bool recursive, Inputs& inputs) {
  glob_t matches{};
  if (glob(pattern.c_str(), 0, nullptr, &matches) != 0)
    inputs.refusals.push_back({Why::no_input, "matches no file", pattern, "check the pattern and the directory"});
  for (std::size_t i = 0; i < matches.gl_pathc; ++i) add_path(matches.gl_pathv[i], recursive, inputs);
  globfree(&matches);
}

}  // namespace

Inputs expand_inputs(const std::vector<std::string>& arguments, bool recursive) {
  Inputs inputs;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (argument == "-") {
      inputs.files.push_back({argument, false});
    } else if (argument.find_first_of("*?[") != std::string::npos && !fs::exists(argument, ignored)) {
      add_glob(argument, recursive, inputs);
    } else {
      add_path(argument, recursive, inputs);
    }
  }
  if (arguments.empty())
    inputs.refusals.push_back({Why::no_input, "no input", "-", "name a capture file, or - for standard input"});
  return inputs;
}

}  // namespace uptake
