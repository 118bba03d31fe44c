#include "dataplane/sources/streamed_capture.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "dataplane/sources/chunk_store.h"

namespace uptake {
namespace {

constexpr std::size_t kHeadBytes = kPcapFileHeader;  // the longest of the headers that tell a format; ERF has none
constexpr std::size_t kLookAhead = 16U << 20;        // searched for the time of the first frame

}  // namespace

Either<StreamedCapture> StreamedCapture::open(int fd, const FileOptions& options) {
  StreamedCapture capture(fd, options);
  if (std::optional<Refusal> refusal = capture.recognise()) return *std::move(refusal);
  return capture;
}

StreamedCapture::StreamedCapture(int fd, const FileOptions& options)
    : buffer_bytes_(options.buffer_bytes), stream_(open_stream(fd, options.max_ratio, options.stop_fd)) {}

std::optional<Refusal> StreamedCapture::recognise() {
  const bool longer = fill_carry(kHeadBytes);
  sections_ = Sections::open(carry_);
  if (!sections_) {
    const bool whole = !longer || !fill_carry(kErfHead);  // before anybody looks at what it moves
    if (is_erf(carry_, whole)) sections_ = Sections(ErfReader());
  }
  if (!sections_) {
    const bool broken = carry_.empty() && !stream_->error().empty();
    if (broken) return Refusal{Why::no_input, std::string(stream_->error())};
    return Refusal{Why::no_capture, carry_.empty() ? "empty" : "not a capture that uptake knows"};
  }
  position_ = sections_->header_bytes();
  carry_.erase(carry_.begin(), carry_.begin() + static_cast<std::ptrdiff_t>(position_));
  return std::nullopt;
}

/// Reads on until the carry holds `bytes` octets; false when the file is shorter.
bool StreamedCapture::fill_carry(std::size_t bytes) {
  std::size_t have = carry_.size();
  carry_.resize(bytes);
  while (have < bytes) {
    const std::size_t got = stream_->read(std::span(carry_).subspan(have));
    if (got == 0) break;
    have += got;
  }
  carry_.resize(have);
  return have == bytes;
}

bool StreamedCapture::next(Chunk& chunk, std::uint64_t first_ordinal, CaptureEnd& end) {
  ChunkStore& store = ChunkStore::of(chunk);
  std::size_t capacity = std::max(buffer_bytes_, carry_.size());
  std::uint8_t* buffer = store.buffer(capacity, 0);
  std::size_t have = carry_.size();
  if (have > 0) std::memcpy(buffer, carry_.data(), have);
  carry_.clear();
  // What was read already is handed out before anything is waited for.
  for (bool reads = !holds_frames_;; reads = true) {
    const bool room = reads && have < capacity;
    const std::size_t got = room ? stream_->read({buffer + have, capacity - have}) : 0;
    const bool at_end = room && got == 0;
    have += got;
    FrameSink sink(chunk.frames, first_ordinal);
    const Walk walked = sections_->walk({buffer, have}, sink);
    position_ += walked.consumed;
    end.lose(sink.lost());
    const std::size_t rest = have - walked.consumed;
    if (walked.stop == Walk::Stop::damaged) end.damaged(position_, walked.what);
    if (walked.stop == Walk::Stop::more && at_end) {
      if (!stream_->error().empty()) end.damaged(position_ + rest, std::string(stream_->error()));
      if (!end.reached()) end.input_ends(position_, rest, *sections_);
    }
    holds_frames_ = walked.stop == Walk::Stop::full;
    if (!chunk.frames.empty() || end.reached()) {
      if (!end.reached()) carry_.assign(buffer + walked.consumed, buffer + have);
      return !chunk.frames.empty();
    }
    std::memmove(buffer, buffer + walked.consumed, rest);
    have = rest;
    if (walked.need > capacity) {
      buffer = store.buffer(walked.need, have);
      capacity = walked.need;
    }
  }
}

void StreamedCapture::first_frames(FrameList& frames) {
  Sections sections = *sections_;
  FrameSink sink(frames, 0);
  for (std::size_t at = 0;;) {
    const Walk walked = sections.walk(Bytes(carry_).subspan(at), sink);
    at += walked.consumed;
    if (walked.stop != Walk::Stop::more || carry_.size() >= kLookAhead) return;
    const std::size_t have = carry_.size();
    carry_.resize(have + buffer_bytes_);
    carry_.resize(have + stream_->read(std::span(carry_).subspan(have)));
    if (carry_.size() == have) return;
  }
}

}  // namespace uptake
