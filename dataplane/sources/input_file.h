#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dataplane/sources/capture_file.h"

namespace uptake {

/// InputFile: a file of the input; open already when it cannot be opened twice.
struct InputFile {
  std::string path;
  std::unique_ptr<CaptureFile> open;
  std::uint64_t first_ns = 0;  ///< when it begins, or the greatest number when nothing is in it
};

}  // namespace uptake
