#include "tools/uptake/store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace uptake::store {
namespace {

/// Readers hold a writer up for as long as they copy a page, and writers each other for a transaction.
constexpr int kPatienceMs = 5'000;

[[noreturn]] void fail(sqlite3* handle, int result) {
  throw DatabaseError(result & 0xff, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(result));
}

/// The path as a URI, for a file on a medium that nobody writes to: then SQLite needs no memory beside it.
std::string unchanging(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto octet = static_cast<unsigned char>(c);
    const bool plain = c == '/' || c == '.' || c == '-' || c == '_' || (octet < 0x80 && std::isalnum(octet) != 0);
    if (plain) {
      uri += c;
      continue;
    }
    uri += '%';
    uri += kDigits[octet >> 4];
    uri += kDigits[octet & 15];
  }
  return uri + "?immutable=1";
}

}  // namespace

Database::Database(const std::string& path, Access access) {
  const bool reads = access == Access::read;
  const int flags = SQLITE_OPEN_NOMUTEX | (reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int result = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
  if (result == SQLITE_OK) sqlite3_busy_timeout(handle_, kPatienceMs);
  // The first statement opens the file; without a writer, reading needs a folder that may be written.
  if (result == SQLITE_OK) result = sqlite3_exec(handle_, "PRAGMA schema_version", nullptr, nullptr, nullptr);
  if (reads && (result == SQLITE_CANTOPEN || result == SQLITE_READONLY)) {
    sqlite3_close(handle_);
    result = sqlite3_open_v2(unchanging(path).c_str(), &handle_, flags | SQLITE_OPEN_URI, nullptr);
    if (result == SQLITE_OK) result = sqlite3_exec(handle_, "PRAGMA schema_version", nullptr, nullptr, nullptr);
  }
  if (result == SQLITE_OK) return;
  const DatabaseError error(result & 0xff, handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(result));
  sqlite3_close(handle_);
  throw error;
}

Database::~Database() { sqlite3_close(handle_); }

void Database::run(const char* sql) {
  const int result = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(handle_, result);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  statement.start();
  return statement.step() ? statement.number(0) : 0;
}

Statement::Statement(Database& database, std::string_view sql) {
  const int result = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (result != SQLITE_OK) fail(database.handle(), result);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail(sqlite3_db_handle(handle_), result);
}

bool Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    const DatabaseError error(result & 0xff, sqlite3_errmsg(sqlite3_db_handle(handle_)));
    reset();
    throw error;
  }
  reset();
  return false;
}

void Statement::reset() noexcept { sqlite3_reset(handle_); }

void Statement::bind(int place, std::int64_t value) { check(sqlite3_bind_int64(handle_, place, value)); }

/// Integers of SQLite have a sign. No count comes near their end.
void Statement::bind(int place, std::uint64_t value) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  bind(place, static_cast<std::int64_t>(std::min(value, kMost)));
}

void Statement::bind(int place, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";  // null would be NULL
  check(sqlite3_bind_text(handle_, place, data, static_cast<int>(value.size()), SQLITE_STATIC));
}

std::int64_t Statement::number(int column) const noexcept { return sqlite3_column_int64(handle_, column); }

std::string Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return text == nullptr ? std::string{} : std::string(reinterpret_cast<const char*>(text), size);
}

bool Statement::is_null(int column) const noexcept { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const DatabaseError&) {
    // SQLite has undone it already.
  }
}

}  // namespace uptake::store
