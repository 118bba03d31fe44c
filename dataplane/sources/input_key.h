#pragma once

#include "policy/digests.h"

namespace uptake {

class FileSource;

/// Makes the key of digests for a run over files from the first 8 frames: their octets, lengths and microseconds.
/// Call before the first next() of `source`. The same input gives the same key and figures, however it is stored or
/// split. Who sent only some of the traffic does not know the key, and cannot choose names that crowd the samples.
[[nodiscard]] Digests::Key key_of(FileSource& source);

}  // namespace uptake
