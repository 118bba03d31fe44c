#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace uptake::store {

/// DatabaseError: what SQLite refused, in its words.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int result, const std::string& words) : std::runtime_error(words), result_(result) {}
  /// The primary result code of SQLite.
  [[nodiscard]] int result() const noexcept { return result_; }

 private:
  int result_;
};

/// Database: a connection to a file of SQLite. Throws DatabaseError. Used by one thread at a time.
class Database {
 public:
  enum class Access : std::uint8_t { read, write };  ///< write: the file is made where there is none

  Database(const std::string& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements that give no rows.
  void run(const char* sql);
  /// The first column of the first row of `sql`; 0 when there is none.
  [[nodiscard]] std::int64_t number(const char* sql);
  [[nodiscard]] sqlite3* handle() noexcept { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

/// Statement: a prepared statement, to be run many times. Texts are borrowed until the next start(). Ends before its
/// Database.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Begins anew with these values in the places of ?1, ?2, ...
  template <class... Values>
  void start(const Values&... values) {
    reset();
    int place = 0;
    (bind(++place, values), ...);
  }
  /// Goes to the next row; false when there is none.
  bool step();
  /// start(), and all steps.
  template <class... Values>
  void run(const Values&... values) {
    start(values...);
    while (step()) {
    }
  }
  /// Of the row.
  [[nodiscard]] std::int64_t number(int column) const noexcept;
  [[nodiscard]] std::uint64_t count(int column) const noexcept { return static_cast<std::uint64_t>(number(column)); }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const noexcept;

 private:
  void reset() noexcept;
  void bind(int place, std::int64_t value);
  void bind(int place, std::uint64_t value);
  void bind(int place, std::string_view value);
  void check(int result) const;

  sqlite3_stmt* handle_ = nullptr;
};

/// Transaction: all or nothing of what is written while it lives: undone unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    database_.run("COMMIT");
    open_ = false;
  }

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace uptake::store
