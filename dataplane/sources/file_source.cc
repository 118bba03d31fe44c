#include "dataplane/sources/file_source.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace uptake {
namespace {

constexpr int kNoInput = 66;
constexpr int kPermission = 77;

OpenError error_of(const std::string& path, const Refusal& refusal) {
  const std::string what = (path == "-" ? "standard input" : path) + ": " + refusal.what;
  switch (refusal.why) {
    case Refusal::Why::permission:
      return {what + "; run as a user who may read it", kPermission};
    case Refusal::Why::no_capture:
      return {what + "; give a pcap, pcapng or ERF file, plain or compressed with gzip, bzip2, zstd, xz or lz4",
              kNoInput};
    case Refusal::Why::absent:
    case Refusal::Why::unreadable:
      break;
  }
  return {what + "; name a capture file that can be read", kNoInput};
}

/// Candidate: an input that is a capture, and what its place in the order hangs on.
struct Candidate {
  FileSource::Part part;
  std::optional<std::uint64_t> first_time;
};

bool reads_before(const Candidate& a, const Candidate& b) {
  return std::forward_as_tuple(!a.first_time.has_value(), a.first_time.value_or(0), a.part.path) <
         std::forward_as_tuple(!b.first_time.has_value(), b.first_time.value_or(0), b.part.path);
}

}  // namespace

FileSource::FileSource(std::vector<Part> parts, std::uint64_t bytes_total, const FileOptions& options)
    : parts_(std::move(parts)), options_(options), bytes_total_(bytes_total) {}

bool FileSource::next(Chunk& chunk) {
  while (current_ != nullptr || open_next()) {
    const bool more = current_->next(chunk, frames_, chains_);
    frames_ += chunk.frames.size();
    frames_done_.store(frames_, std::memory_order_relaxed);
    bytes_done_.store(bytes_before_ + current_->stored_done(), std::memory_order_relaxed);
    if (more) return true;
    close_current();
  }
  chunk.frames.clear();
  return false;
}

bool FileSource::open_next() {
  while (next_part_ < parts_.size()) {
    Part& part = parts_[next_part_++];
    Refusal refusal;
    current_ = part.open != nullptr ? std::move(part.open) : CaptureFile::open(part.path, options_, refusal);
    if (current_ != nullptr) return true;
    const std::scoped_lock lock(damages_mutex_);
    damages_.push_back({part.path, 0, "cannot be read any more: " + refusal.what});
  }
  return false;
}

void FileSource::close_current() {
  bytes_before_ += current_->stored_done();
  if (const auto damage = current_->damage()) {
    const std::scoped_lock lock(damages_mutex_);
    damages_.push_back(*damage);
  }
  current_.reset();
}

Progress FileSource::progress() const noexcept {
  return {bytes_done_.load(std::memory_order_relaxed), bytes_total_.load(std::memory_order_relaxed),
          frames_done_.load(std::memory_order_relaxed)};
}

std::vector<Damage> FileSource::damages() const {
  const std::scoped_lock lock(damages_mutex_);
  return damages_;
}

std::vector<std::string> FileSource::paths() const {
  std::vector<std::string> paths;
  for (const Part& part : parts_) paths.push_back(part.path);
  return paths;
}

OpenedFiles open_files(const std::vector<std::string>& arguments, const FileOptions& options) {
  OpenedFiles opened;
  Inputs inputs = expand_inputs(arguments);
  opened.error = std::move(inputs.error);
  if (opened.error) return opened;
  std::vector<Candidate> candidates;
  std::uint64_t bytes_total = 0;
  bool sizes_known = true;
  const bool single = inputs.files.size() == 1;
  for (const Input& input : inputs.files) {
    Refusal refusal;
    auto file = CaptureFile::open(input.path, options, refusal);
    if (file == nullptr && input.in_directory && refusal.why == Refusal::Why::no_capture) {
      opened.notes.push_back(input.path + ": " + refusal.what + ", left out");
      continue;
    }
    if (file == nullptr) {
      opened.error = error_of(input.path, refusal);
      return opened;
    }
    sizes_known = sizes_known && file->stored_bytes() > 0;
    bytes_total += file->stored_bytes();
    Candidate candidate{{input.path, nullptr}, single ? std::nullopt : file->first_time()};
    // A pipe is gone once it is closed; files are closed again, for there may be more than descriptors.
    if (single || !file->regular()) candidate.part.open = std::move(file);
    candidates.push_back(std::move(candidate));
  }
  if (candidates.empty()) {
    opened.error = OpenError{arguments.front() + ": holds no capture; name one that does", kNoInput};
    return opened;
  }
  std::stable_sort(candidates.begin(), candidates.end(), reads_before);
  std::vector<FileSource::Part> parts;
  for (Candidate& candidate : candidates) parts.push_back(std::move(candidate.part));
  opened.source = std::make_unique<FileSource>(std::move(parts), sizes_known ? bytes_total : 0, options);
  return opened;
}

}  // namespace uptake
