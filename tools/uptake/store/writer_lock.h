#pragma once

#include <string>

#include "policy/refusal.h"

namespace uptake::store {

/// WriterLock: one program writes to a store at a time. Held until it is destroyed or the program ends, however it
/// ends.
class WriterLock {
 public:
  /// Makes the file where there is none. Refusals: permission, cannot_create.
  [[nodiscard]] static Either<WriterLock> take(const std::string& path);
  ~WriterLock();
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&&) = delete;

 private:
  explicit WriterLock(int fd) noexcept : fd_(fd) {}
  int fd_;
};

}  // namespace uptake::store
