#include "tools/uptake/store/schema.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

namespace uptake::store {
namespace {

constexpr std::int64_t kApplication = 0x7570746b;  // "uptk", as `file` and others find it in the head of the file
constexpr std::int64_t kVersion = 1;               // of what follows

// Times are seconds since 1970. A count is added to what stands there, so that the rows of a period are the sum of
// its windows, in any order. Entities of two windows may be the same ones: their sum stands beside the window with
// most.
constexpr const char* kTables = R"(
CREATE TABLE state (newest INTEGER NOT NULL, keep_windows INTEGER NOT NULL, keep_hours INTEGER NOT NULL,
  keep_days INTEGER NOT NULL);
CREATE TABLE series (id INTEGER PRIMARY KEY, profile TEXT NOT NULL, catalogue TEXT NOT NULL, config TEXT NOT NULL,
  version TEXT NOT NULL, labels TEXT NOT NULL, directions_known INTEGER NOT NULL,
  UNIQUE (profile, catalogue, config, version, labels, directions_known));
CREATE TABLE label (series INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (series, key)) WITHOUT ROWID;
CREATE TABLE input (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, series INTEGER NOT NULL,
  stored_from INTEGER NOT NULL, stored_to INTEGER NOT NULL, damaged INTEGER NOT NULL);
CREATE TABLE period (id INTEGER PRIMARY KEY, level INTEGER NOT NULL, start INTEGER NOT NULL, series INTEGER NOT NULL,
  length INTEGER NOT NULL, covered INTEGER NOT NULL, windows INTEGER NOT NULL, empty INTEGER NOT NULL,
  frames INTEGER NOT NULL, wire_bytes INTEGER NOT NULL, captured_bytes INTEGER NOT NULL,
  port_lost INTEGER NOT NULL, port_silent INTEGER NOT NULL, UNIQUE (level, start, series));
CREATE TABLE counter (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (kind, name));
CREATE TABLE coverage (period INTEGER NOT NULL, counter INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (period, counter)) WITHOUT ROWID;
CREATE TABLE measure (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, meaning TEXT NOT NULL,
  counts TEXT NOT NULL, standard TEXT NOT NULL, document TEXT NOT NULL, theme TEXT NOT NULL, title TEXT NOT NULL,
  good TEXT NOT NULL, answer TEXT NOT NULL, headline TEXT NOT NULL, place INTEGER NOT NULL, question TEXT NOT NULL,
  area TEXT NOT NULL, UNIQUE (name, unit, meaning));
CREATE TABLE vantage (area TEXT NOT NULL, vantage INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (area, vantage)) WITHOUT ROWID;
CREATE TABLE reason (area TEXT NOT NULL, outcome INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (area, outcome)) WITHOUT ROWID;
CREATE TABLE sighting (period INTEGER NOT NULL, measure INTEGER NOT NULL, cell INTEGER NOT NULL,
  outcome INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (period, measure, cell, outcome)) WITHOUT ROWID;
CREATE TABLE entity (period INTEGER NOT NULL, measure INTEGER NOT NULL, sampled INTEGER NOT NULL,
  pass INTEGER NOT NULL, fail INTEGER NOT NULL, hidden INTEGER NOT NULL, best_pass INTEGER NOT NULL,
  best_fail INTEGER NOT NULL, top_pass INTEGER NOT NULL, top_fail INTEGER NOT NULL, top_hidden INTEGER NOT NULL,
  top_best_pass INTEGER NOT NULL, top_best_fail INTEGER NOT NULL, PRIMARY KEY (period, measure)) WITHOUT ROWID;
)";

// Beside the counts of a day, who stands behind them: at least so many subscribers, and how many of the count each
// client group has, as "1,2,3". An uptake that does not know these tables leaves the days whose windows they miss
// out.
constexpr const char* kCrowdTables = R"(
CREATE TABLE IF NOT EXISTS crowd (period INTEGER NOT NULL, measure INTEGER NOT NULL, cell INTEGER NOT NULL,
  outcome INTEGER NOT NULL, subscribers INTEGER NOT NULL, groups TEXT NOT NULL,
  PRIMARY KEY (period, measure, cell, outcome)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crowd_facts (period INTEGER PRIMARY KEY, windows INTEGER NOT NULL, ports INTEGER NOT NULL,
  k INTEGER NOT NULL, subscriber_v4 INTEGER NOT NULL, subscriber_v6 INTEGER NOT NULL, key TEXT NOT NULL,
  subscribers INTEGER NOT NULL);
)";

Refusal foreign(const std::string& path, bool writing) {
  return {writing ? Why::cannot_create : Why::no_input, "is no results store of uptake", path,
          writing ? "name a new file" : "name the file that --store wrote"};
}

/// Why the tables are not those of this version; nothing when they are.
std::optional<Refusal> fault_of(Database& database, const std::string& path, bool writing) {
  if (database.number("PRAGMA application_id") != kApplication) return foreign(path, writing);
  const std::int64_t version = database.number("PRAGMA user_version");
  if (version <= kVersion) return std::nullopt;
  return Refusal{writing ? Why::cannot_create : Why::no_input,
                 fmt::format("a newer uptake made this store (form {}; this one knows {})", version, kVersion), path,
                 "use that one"};
}

void make_tables(Database& database) {
  Transaction transaction(database);
  database.run(kTables);
  Statement(database, "INSERT INTO state VALUES (0, ?1, ?2, ?3)").run(kRetention[0], kRetention[1], kRetention[2]);
  database.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, kVersion).c_str());
  transaction.commit();
}

/// The file at `path` holds something other than a store; an empty one may become one.
bool is_empty_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) != 0 || (S_ISREG(status.st_mode) && status.st_size == 0);
}

}  // namespace

bool is_store(const std::string& path) {
  constexpr std::string_view kMagic = "SQLite format 3";  // begins every file of SQLite
  std::string begin(kMagic.size(), '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == kMagic;
}

Either<std::unique_ptr<Database>> open_to_read(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return Refusal{Why::no_input, std::strerror(errno), path};
  if (!S_ISREG(status.st_mode)) return foreign(path, false);
  try {
    auto database = std::make_unique<Database>(path, Database::Access::read);
    if (std::optional<Refusal> fault = fault_of(*database, path, false)) return *std::move(fault);
    return database;
  } catch (const DatabaseError& error) {
    return refusal_of(error, path, false);
  }
}

Either<std::unique_ptr<Database>> open_to_write(const std::string& path) {
  const bool anew = is_empty_file(path);
  try {
    auto database = std::make_unique<Database>(path, Database::Access::write);
    // Who was killed while it made the tables left none.
    const bool bare = anew || (database->number("PRAGMA application_id") == 0 &&
                               database->number("SELECT count(*) FROM sqlite_master") == 0);
    if (bare) database->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    if (bare) make_tables(*database);
    if (std::optional<Refusal> fault = fault_of(*database, path, true)) return *std::move(fault);
    // A window that is committed survives the machine, too. The log shrinks again behind a long reader.
    database->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
    database->run(kCrowdTables);
    return database;
  } catch (const DatabaseError& error) {
    return refusal_of(error, path, true);
  }
}

Refusal refusal_of(const DatabaseError& error, const std::string& path, bool writing) {
  const Why in_use = writing ? Why::cannot_create : Why::no_input;
  switch (error.result()) {
    case SQLITE_NOTADB:
      return foreign(path, writing);
    case SQLITE_CANTOPEN:
      return {in_use, "cannot be opened", path, "check that its folder exists and may be written"};
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return {Why::permission, fmt::format("cannot be {} ({})", writing ? "written" : "read", error.what()), path,
              "check its permissions"};
    case SQLITE_BUSY:
      return {in_use, "another program writes to it", path, "let that end, or name another file"};
    case SQLITE_CORRUPT:
      return {in_use, fmt::format("is damaged ({})", error.what()), path, "restore it, or name a new file"};
    default:
      return {writing ? Why::cannot_write : Why::no_input, fmt::format("the store fails ({})", error.what()), path,
              writing ? "check the space left" : "check the file"};
  }
}

}  // namespace uptake::store
