#include "policy/report/page/files.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace uptake::page {

std::string_view file_named(std::string_view name) {
  const auto found = std::ranges::find(files(), name, &File::name);
  if (found == files().end()) throw std::out_of_range(std::string(name));
  return found->text;
}

}  // namespace uptake::page
