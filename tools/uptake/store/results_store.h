#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "policy/catalogue/catalogue.h"
#include "policy/refusal.h"
#include "policy/scorecard.h"
#include "tools/uptake/store/database.h"
#include "tools/uptake/store/names.h"
#include "tools/uptake/store/schema.h"
#include "tools/uptake/store/window_writer.h"
#include "tools/uptake/store/writer_lock.h"

namespace uptake::store {

/// StoreRun: what a run says of itself before its first window. Windows of runs that are alike in all but the input
/// are added up.
struct StoreRun {
  std::string config;  ///< a digest of all that changes figures, the profile apart
  std::string input;   ///< a digest of what is read, which comes again when it is read again; empty: ports
};

/// ResultsStore: a file of SQLite that windows are added to, by one program at a time. Each window is one
/// transaction: who is killed loses none that was added. Used by one thread at a time.
class ResultsStore {
 public:
  /// Refusals: a foreign or newer file, one that another program writes to or that cannot be written.
  [[nodiscard]] static Either<std::unique_ptr<ResultsStore>> open(const std::string& path,
                                                                  const std::optional<Retention>& retention);

  /// Says whose windows follow. A Refusal: this input was stored by a run that was not alike.
  [[nodiscard]] std::optional<Refusal> begin(const ScoreCard& card, const Catalogue& catalogue, const StoreRun& run);
  /// Adds a window to its period, hour and day, and deletes what is older than it is kept. A window of an input that
  /// was stored before is counted and left out. Where that fails nothing of the window is written.
  void add(const ScoreCard& card, const WindowCard& window);
  /// The input had this many damaged places.
  void know_damage(std::uint64_t places);

  [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
  [[nodiscard]] std::uint64_t known_before() const noexcept { return known_before_; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }  ///< windows that are not in the store
  /// Why those are not.
  [[nodiscard]] const std::optional<Refusal>& failure() const noexcept { return failure_; }

 private:
  ResultsStore(std::string path, WriterLock lock, std::unique_ptr<Database> database)
      : path_(std::move(path)), lock_(std::move(lock)), database_(std::move(database)) {}
  void keep(const std::optional<Retention>& retention);
  [[nodiscard]] std::optional<Refusal> begin_input(const StoreRun& run);
  void write(const ScoreCard& card, const WindowCard& window, std::int64_t start, std::int64_t end);

  const std::string path_;
  WriterLock lock_;  ///< goes behind the database: to close another descriptor of its file ends SQLite's own locks
  std::unique_ptr<Database> database_;
  std::optional<WindowWriter> writer_;
  std::int64_t series_ = 0;
  std::int64_t input_ = 0;      ///< 0: ports
  std::int64_t stored_to_ = 0;  ///< of the input
  std::uint64_t stored_ = 0;
  std::uint64_t known_before_ = 0;
  std::uint64_t failed_ = 0;
  std::optional<Refusal> failure_;
};

}  // namespace uptake::store
