#include "dataplane/sources/mapped_capture.h"

#include <sys/stat.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "dataplane/sources/chunk_store.h"

namespace uptake {
namespace {

constexpr std::size_t kMinWindow = 2 * kFaultBlock;
constexpr std::size_t kWantedFrames = kChunkFrames / 4 * 3;  // of one window: room for a denser stretch
constexpr std::size_t kTouchAhead = 3;  // windows before next() comes there, mapped memory may be touched

/// Octets of the file behind `fd` now; 0 when the system does not say.
std::uint64_t file_size(int fd) noexcept {
  struct stat status {};
  if (fstat(fd, &status) != 0) return 0;
  return static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
}

}  // namespace

std::optional<MappedCapture> MappedCapture::open(int fd, Bytes head, const FileOptions& options) {
  std::optional<Sections> sections = Sections::open(head);
  if (!sections || !sections->usual()) return std::nullopt;
  MappedCapture capture(fd, *std::move(sections), options);
  if (!capture.extend()) return std::nullopt;
  return capture;
}

MappedCapture::MappedCapture(int fd, Sections sections, const FileOptions& options)
    : fd_(fd),
      most_window_(options.window_bytes),
      chains_(options.chains),
      sections_(std::move(sections)),
      position_(sections_.header_bytes()),
      window_(std::max(kMinWindow, options.window_bytes)) {}

/// Maps what the file holds from position_ on; false when that is no more than is mapped already.
bool MappedCapture::extend() {
  const std::uint64_t size = file_size(fd_);
  const std::uint64_t known = mapping_ != nullptr ? file_bytes() : 0;
  if (size <= known || size <= position_) return false;
  const std::uint64_t from = position_ / kFaultBlock * kFaultBlock;
  auto mapping = Mapping::map(fd_, from, static_cast<std::size_t>(size - from));
  if (mapping == nullptr) return false;
  mapping_ = std::move(mapping);
  mapped_from_ = from;
  return true;
}

/// Windows shrink for short packets, so that one fills a chunk but does not overflow it.
void MappedCapture::adapt_window(std::size_t bytes, std::size_t frames) noexcept {
  if (frames == 0) return;
  const std::size_t fitting = bytes / frames * kWantedFrames;
  window_ = std::clamp(fitting, kMinWindow, std::max(kMinWindow, most_window_));
}

bool MappedCapture::next(Chunk& chunk, std::uint64_t first_ordinal, RecordChains& chains, CaptureEnd& end) {
  ChunkStore& store = ChunkStore::of(chunk);
  store.release();
  for (;;) {
    const auto at = static_cast<std::size_t>(position_ - mapped_from_);
    const std::size_t left = mapping_->size() - at;
    // Windows end where the kernel's fault blocks do, so that one does not map the other's pages again.
    const std::size_t window = std::min((at + window_) / kFaultBlock * kFaultBlock - at, left);
    FrameSink sink(chunk.frames, first_ordinal);
    // Offsets into a window are kept in 32 bits, and no record reaches further than this behind its end.
    const std::size_t reach = std::min(left, window + kMaxBlock);
    const Walk walked = sections_.walk({mapping_->data() + at, reach}, sink, window, chains_ ? &chains : nullptr);
    position_ += walked.consumed;
    store.hold(mapping_, at, walked.consumed);
    chunk.ahead = mapping_->part(at + kTouchAhead * most_window_, walked.consumed);
    adapt_window(walked.consumed, sink.size());
    if (lost()) cut_at_new_end(chunk.frames, end);
    if (walked.stop == Walk::Stop::damaged) end.damaged(position_, walked.what);
    // A capture that is still being written: what came since is read too.
    const bool at_end = walked.consumed == left || (walked.stop == Walk::Stop::more && reach == left);
    if (!end.reached() && at_end && !extend()) end.input_ends(position_, left - walked.consumed, sections_);
    if (!chunk.frames.empty()) return true;
    store.release();
    if (end.reached()) return false;
  }
}

/// Keeps the frames that the shrunken file still holds: behind its end the mapping reads as zeros.
void MappedCapture::cut_at_new_end(FrameList& frames, CaptureEnd& end) const {
  const std::uint64_t size = file_size(fd_);
  if (position_ <= size) return;
  const std::uint8_t* stop = mapping_->data() + (size > mapped_from_ ? size - mapped_from_ : 0);
  while (!frames.empty() && frames.back().data + frames.back().captured > stop) frames.pop_back();
  end.damaged(size, "the file shrank while it was read");
}

void MappedCapture::first_frames(FrameList& frames) const {
  Sections sections = sections_;
  FrameSink sink(frames, 0);
  const auto at = static_cast<std::size_t>(position_ - mapped_from_);
  (void)sections.walk({mapping_->data() + at, mapping_->size() - at}, sink, std::numeric_limits<std::size_t>::max(),
                      nullptr);
}

}  // namespace uptake
