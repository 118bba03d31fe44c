#pragma once

#include "policy/digests.h"

namespace uptake {

class FileSource;

/// The key of digests for a run over files, made of the first 8 frames: their octets, lengths and microseconds. The
/// same input gives the same key, and so the same figures, however it is stored, cut or compressed; whoever sent some
/// of its traffic cannot know the rest, and so cannot choose names or addresses that crowd the samples. Call before
/// the first next() of `source`.
[[nodiscard]] Digests::Key key_of(FileSource& source);

}  // namespace uptake
