#include "dataplane/sources/capture_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>

#include "dataplane/sources/order_clock.h"

namespace uptake {
namespace {

constexpr std::size_t kHeadBytes = 24;  // enough to tell every format
constexpr std::size_t kMinWindow = 2 * kFaultBlock;
constexpr std::size_t kWantedFrames = kChunkFrames / 4 * 3;  // of one window: room for a denser stretch
constexpr std::size_t kTouchAhead = 3;  // windows before next() comes there, mapped memory may be touched
constexpr int kPipeBytes = 1 << 20;
constexpr std::size_t kLookAhead = 16U << 20;  // searched for the time of the first frame
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

bool readable(int fd) noexcept {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, 0) > 0;
}

Refusal refusal_of(int error) {
  const std::string what = std::strerror(error);
  if (error == ENOENT || error == ENOTDIR) return {Why::no_input, "no such file"};
  if (error == EMFILE || error == ENFILE) return {Why::busy, what};
  if (error == EACCES || error == EPERM) return {Why::permission, "permission denied"};
  return {Why::no_input, what};
}

}  // namespace

std::uint8_t* ChunkStore::buffer(std::size_t bytes, std::size_t keep) {
  if (bytes > capacity_) {
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(bytes);
    if (keep > 0) std::memcpy(larger.get(), buffer_.get(), keep);
    buffer_ = std::move(larger);
    capacity_ = bytes;
  }
  return buffer_.get();
}

/// Opens an input. Of a named pipe it waits for who writes to it, unless `stop_fd` can be read before.
int open_input(const char* path, int stop_fd) noexcept {
  struct stat status {};
  const bool is_pipe = stat(path, &status) == 0 && S_ISFIFO(status.st_mode);
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC | (is_pipe ? O_NONBLOCK : 0));
  if (!is_pipe || fd < 0) return fd;
  std::array<pollfd, 2> both{{{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
  while (poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  (void)fcntl(fd, F_SETFL, 0);
  return fd;
}

CaptureFile::~CaptureFile() {
  if (path_ != "-") close(fd_);
}

Either<std::unique_ptr<CaptureFile>> CaptureFile::open(const std::string& path, const FileOptions& options) {
  const int fd = path == "-" ? STDIN_FILENO : open_input(path.c_str(), options.stop_fd);
  if (fd < 0) return refusal_of(errno);
  std::unique_ptr<CaptureFile> file(new CaptureFile(path, fd, options));
  if (std::optional<Refusal> refusal = file->recognise()) return *std::move(refusal);
  return file;
}

std::optional<Refusal> CaptureFile::recognise() {
  struct stat status {};
  if (fstat(fd_, &status) != 0) return refusal_of(errno);
  // Standard input may be a regular file that someone has read a part of: only what is left counts.
  regular_ = S_ISREG(status.st_mode) && lseek(fd_, 0, SEEK_CUR) == 0 && status.st_size > 0;
  stored_bytes_ = regular_ ? static_cast<std::uint64_t>(status.st_size) : 0;
  if (regular_) (void)posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  if (S_ISFIFO(status.st_mode)) (void)fcntl(fd_, F_SETPIPE_SZ, kPipeBytes);

  std::array<std::uint8_t, kHeadBytes> head{};
  const ssize_t got = regular_ && options_.map_files ? pread(fd_, head.data(), head.size(), 0) : 0;
  if (got > 0 && map({head.data(), static_cast<std::size_t>(got)})) return std::nullopt;
  stream_ = open_stream(fd_, options_.max_ratio, options_.stop_fd);
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

/// Maps a regular file that starts with `head`. Only where several chains can walk is a mapping faster than read()
/// into a buffer that fits the cache.
bool CaptureFile::map(Bytes head) {
  sections_ = Sections::open(head);
  if (!sections_ || !sections_->usual()) return false;
  position_ = sections_->header_bytes();
  window_ = std::max(kMinWindow, options_.window_bytes);
  return extend_mapping();
}

/// Reads on until `bytes` octets of the file are there to be looked at; false when it is shorter.
bool CaptureFile::fill_carry(std::size_t bytes) {
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

bool CaptureFile::ready() const noexcept { return stream_ == nullptr || regular_ || readable(fd_); }

std::uint64_t CaptureFile::stored_done() const noexcept { return stream_ != nullptr ? stream_->stored() : position_; }

// Where a run was asked to stop, nothing was broken.
void CaptureFile::damaged(std::uint64_t offset, std::string what) {
  ended_ = true;
  if (options_.stop_fd >= 0 && readable(options_.stop_fd)) return;
  if (!damage_) damage_ = Damage{path_, offset, std::move(what)};
}

std::optional<Damage> CaptureFile::damage() const {
  if (damage_) return damage_;
  if (mapping_ != nullptr && mapping_->lost()) return Damage{path_, position_, "the file shrank while it was read"};
  return std::nullopt;
}

void CaptureFile::end_of_input(std::size_t left_over) {
  ended_ = true;
  if (left_over > 0) damaged(position_, "the file ends inside a record");
  if (!sections_->may_end()) damaged(position_, "the file ends inside a block");
}

bool CaptureFile::next(Chunk& chunk, std::uint64_t first_ordinal, RecordChains& chains) {
  chunk.frames.clear();
  if (ended_) return false;
  return mapping_ != nullptr ? next_mapped(chunk, first_ordinal, chains) : next_streamed(chunk, first_ordinal);
}

/// Maps what the file holds from position_ on; false when that is no more than is mapped already.
bool CaptureFile::extend_mapping() {
  struct stat status {};
  if (fstat(fd_, &status) != 0) return false;
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  const std::uint64_t known = mapping_ != nullptr ? mapped_from_ + mapping_->size() : 0;
  if (size <= known || size <= position_) return false;
  const std::uint64_t from = position_ / kFaultBlock * kFaultBlock;
  auto mapping = Mapping::map(fd_, from, static_cast<std::size_t>(size - from));
  if (mapping == nullptr) return false;
  mapping_ = std::move(mapping);
  mapped_from_ = from;
  stored_bytes_ = size;
  return true;
}

// Windows shrink for short packets, so that one fills a chunk but does not overflow it.
void CaptureFile::adapt_window(std::size_t bytes, std::size_t frames) noexcept {
  if (frames == 0) return;
  const std::size_t fitting = bytes / frames * kWantedFrames;
  window_ = std::clamp(fitting, kMinWindow, std::max(kMinWindow, options_.window_bytes));
}

bool CaptureFile::next_mapped(Chunk& chunk, std::uint64_t first_ordinal, RecordChains& chains) {
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
    const Walk walked =
        sections_->walk({mapping_->data() + at, reach}, sink, window, options_.chains ? &chains : nullptr);
    position_ += walked.consumed;
    store.hold(mapping_, at, walked.consumed);
    chunk.ahead = mapping_->part(at + kTouchAhead * options_.window_bytes, walked.consumed);
    adapt_window(walked.consumed, sink.size());
    if (mapping_->lost()) cut_at_new_end(chunk.frames);
    if (walked.stop == Walk::Stop::damaged) damaged(position_, walked.what);
    // A capture that is still being written: what came since is read too.
    const bool at_end = walked.consumed == left || (walked.stop == Walk::Stop::more && reach == left);
    if (!ended_ && at_end && !extend_mapping()) end_of_input(left - walked.consumed);
    if (!chunk.frames.empty()) return true;
    store.release();
    if (ended_) return false;
  }
}

/// The mapping's tail reads as zeros now, which someone may have noticed who reads ahead: keeps what the file holds.
void CaptureFile::cut_at_new_end(FrameList& frames) {
  struct stat status {};
  const std::uint64_t size =
      fstat(fd_, &status) == 0 && status.st_size > 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
  if (position_ <= size) return;
  const std::uint8_t* end = mapping_->data() + (size > mapped_from_ ? size - mapped_from_ : 0);
  while (!frames.empty() && frames.back().data + frames.back().captured > end) frames.pop_back();
  damaged(size, "the file shrank while it was read");
}

bool CaptureFile::next_streamed(Chunk& chunk, std::uint64_t first_ordinal) {
  chunk.ahead = {};
  ChunkStore& store = ChunkStore::of(chunk);
  store.release();
  std::size_t capacity = std::max({options_.buffer_bytes, store.buffer_bytes(), carry_.size()});
  std::uint8_t* buffer = store.buffer(capacity, 0);
  std::size_t have = carry_.size();
  if (have > 0) std::memcpy(buffer, carry_.data(), have);
  carry_.clear();
  for (;;) {
    const std::size_t got = have < capacity ? stream_->read({buffer + have, capacity - have}) : 0;
    const bool at_end = got == 0 && have < capacity;
    have += got;
    FrameSink sink(chunk.frames, first_ordinal);
    const Walk walked = sections_->walk({buffer, have}, sink, kNoLimit, nullptr);
    position_ += walked.consumed;
    const std::size_t rest = have - walked.consumed;
    if (walked.stop == Walk::Stop::damaged) damaged(position_, walked.what);
    if (walked.stop == Walk::Stop::more && at_end) {
      if (!stream_->error().empty()) damaged(position_ + rest, std::string(stream_->error()));
      if (!ended_) end_of_input(rest);
    }
    if (!chunk.frames.empty() || ended_) {
      if (!ended_) carry_.assign(buffer + walked.consumed, buffer + have);
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

std::optional<std::uint64_t> CaptureFile::first_time() {
  Sections sections = *sections_;
  constexpr std::size_t kFrames = 3;  // of which two agree
  FrameList frames(kFrames);
  FrameSink sink(frames, 0);
  std::size_t at = mapping_ != nullptr ? static_cast<std::size_t>(position_ - mapped_from_) : 0;
  for (;;) {
    const Bytes all = mapping_ != nullptr ? Bytes{mapping_->data(), mapping_->size()} : Bytes{carry_};
    const Walk walked = sections.walk(all.subspan(at), sink, kNoLimit, nullptr);
    at += walked.consumed;
    if (walked.stop != Walk::Stop::more || stream_ == nullptr || carry_.size() >= kLookAhead) break;
    const std::size_t have = carry_.size();
    carry_.resize(have + options_.buffer_bytes);
    carry_.resize(have + stream_->read(std::span(carry_).subspan(have)));
    if (carry_.size() == have) break;
  }
  OrderClock clock;
  clock.stamp({frames.data(), frames.size()});
  for (const Frame& frame : frames)
    if (frame.packet_ns != 0) return frame.packet_ns;
  return frames.empty() ? std::nullopt : std::optional(frames.front().time_ns);
}

}  // namespace uptake
