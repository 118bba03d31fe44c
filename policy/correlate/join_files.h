#pragma once

#include <string>

namespace uptake {

/// JoinFiles: what the joins know that no traffic shows: the contents of files, read at start.
struct JoinFiles {
  std::string trust_anchors;  ///< certificates in PEM, one behind the other; empty: there are none
};

}  // namespace uptake
