// One connection to SQLite, with its statements and transactions.
//
// Errors stick: after the first one every call does nothing, and queries have no rows, until
// forgive(). So the code of a transaction reads straight on and asks once, at its end. One thread
// at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace gantry::outbox {

class database {
 public:
  enum class access {
    write,      // made if it is not there
    read,       // another process may be writing it
    read_idle,  // nobody has it open, and nothing is created beside it
  };

  database() = default;
  ~database() { close(); }
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  // An empty name, or ":memory:", is a database in memory.
  bool open(const std::string& file, access how);
  void close();
  // As close, but leaves the write-ahead log where it is: for a database that is damaged.
  void abandon();

  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }
  [[nodiscard]] bool ok() const { return code_ == 0; }
  [[nodiscard]] int code() const { return code_; }                   // of SQLite, extended
  [[nodiscard]] const std::string& words() const { return words_; }  // of SQLite and the system
  void forgive();
  // What was read does not fit together: fails as if SQLite had found it.
  void fail_as_damaged(const std::string& words);

  // One or more statements without parameters, which are not kept.
  void run(const char* sql);
  [[nodiscard]] std::int64_t last_inserted() const;
  [[nodiscard]] std::int64_t changed() const;  // rows, by the last statement that changes rows
  // Takes as much of the write-ahead log over into the file as can be, and leaves the log empty if
  // all could be; no failure if it could not.
  void checkpoint();
  // Does so by itself behind each transaction after which the log has so many pages.
  void checkpoint_at(int pages);
  // How large the file and its log are; 0 where there is none.
  [[nodiscard]] std::uint64_t file_bytes() const;
  [[nodiscard]] std::uint64_t log_bytes() const;
  // Somebody removed the file, or put another one in its place.
  [[nodiscard]] bool has_moved() const;

 private:
  friend class query;
  friend class transaction;

  void fail(int code);
  [[nodiscard]] std::uint64_t bytes_of(int which) const;
  sqlite3_stmt* prepared(std::string_view sql);

  sqlite3* handle_ = nullptr;
  int code_ = 0;
  std::string words_;
  // By their text, which is a literal.
  std::unordered_map<std::string_view, sqlite3_stmt*> kept_;
};

// A statement in use; prepared once and kept. The same text must not be in use twice at a time,
// and texts that are bound must outlive the query.
class query {
 public:
  template <typename... Args>
  query(database& in, std::string_view sql, Args&&... args)
      : database_(in), statement_(in.prepared(sql)) {
    static_assert((!std::is_same_v<Args, std::string> && ...), "it would not live long enough");
    (bind(args), ...);
  }
  ~query();
  query(const query&) = delete;
  query& operator=(const query&) = delete;

  // Is there another row?
  bool step();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t natural(int column) const {
    return static_cast<std::uint64_t>(integer(column));
  }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  template <typename Integer, typename = std::enable_if_t<std::is_integral_v<Integer>>>
  void bind(Integer value) {
    bind_integer(static_cast<std::int64_t>(value));
  }
  void bind(std::string_view value);
  void bind_integer(std::int64_t value);

  database& database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

template <typename... Args>
void execute(database& in, std::string_view sql, Args&&... args) {
  query(in, sql, std::forward<Args>(args)...).step();
}

// The first column of the first row; 0 if there is none.
template <typename... Args>
std::int64_t number(database& in, std::string_view sql, Args&&... args) {
  query each(in, sql, std::forward<Args>(args)...);
  return each.step() ? each.integer(0) : 0;
}

// Undone at its end unless it was committed.
class transaction {
 public:
  explicit transaction(database& in);
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  // False if this, or anything since the beginning, failed.
  [[nodiscard]] bool commit();

 private:
  database& database_;
};

}  // namespace gantry::outbox
