#include "executor/outbox/database.hpp"

#include <sqlite3.h>

#include <system_error>

namespace gantry::outbox {
namespace {

// Of another process that reads, or that recovers the write-ahead log after a crash.
constexpr int busy_milliseconds = 1'000;

std::string uri_of(const std::string& file) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "file:";
  for (const char each : file) {
    if (each == '%' || each == '?' || each == '#') {
      const auto code = static_cast<unsigned char>(each);
      out += '%';
      out += digits[code >> 4U];
      out += digits[code & 15U];
    } else {
      out += each;
    }
  }
  return out + "?immutable=1";
}

}  // namespace

bool database::open(const std::string& file, access how) {
  close();
  forgive();
  const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  int code = SQLITE_OK;
  if (how == access::write) {
    const std::string name = file.empty() ? ":memory:" : file;
    const int flags = common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    code = sqlite3_open_v2(name.c_str(), &handle_, flags, nullptr);
  } else if (how == access::read) {
    code = sqlite3_open_v2(file.c_str(), &handle_, common | SQLITE_OPEN_READONLY, nullptr);
  } else {
    const int flags = common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    code = sqlite3_open_v2(uri_of(file).c_str(), &handle_, flags, nullptr);
  }
  if (code != SQLITE_OK) {
    fail(code);
    close();
    return false;
  }
  sqlite3_busy_timeout(handle_, busy_milliseconds);
  if (how != access::write) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  return true;
}

void database::close() {
  for (const auto& [sql, statement] : kept_) sqlite3_finalize(statement);
  kept_.clear();
  sqlite3_close(handle_);
  handle_ = nullptr;
}

void database::abandon() {
  if (handle_ != nullptr) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  close();
}

void database::forgive() {
  code_ = SQLITE_OK;
  words_.clear();
}

void database::fail_as_damaged(const std::string& words) {
  if (!ok()) return;
  code_ = SQLITE_CORRUPT;
  words_ = words;
}

void database::run(const char* sql) {
  if (!ok()) return;
  const int code =
      handle_ == nullptr ? SQLITE_CANTOPEN : sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t database::last_inserted() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t database::changed() const { return sqlite3_changes64(handle_); }

void database::checkpoint() {
  if (!ok() || handle_ == nullptr) return;
  // Somebody who only reads, for however long, is not waited for: the log then stays as long as it
  // is.
  sqlite3_busy_timeout(handle_, 0);
  sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(handle_, busy_milliseconds);
}

void database::checkpoint_at(int pages) {
  if (handle_ != nullptr) sqlite3_wal_autocheckpoint(handle_, pages);
}

std::uint64_t database::file_bytes() const { return bytes_of(SQLITE_FCNTL_FILE_POINTER); }
std::uint64_t database::log_bytes() const { return bytes_of(SQLITE_FCNTL_JOURNAL_POINTER); }

std::uint64_t database::bytes_of(int which) const {
  sqlite3_file* file = nullptr;
  sqlite3_int64 size = 0;
  const bool found = handle_ != nullptr &&
                     sqlite3_file_control(handle_, "main", which, &file) == SQLITE_OK &&
                     file != nullptr && file->pMethods != nullptr &&
                     file->pMethods->xFileSize(file, &size) == SQLITE_OK;
  return found ? static_cast<std::uint64_t>(size) : 0;
}

bool database::has_moved() const {
  int moved = 0;
  return handle_ != nullptr &&
         sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

void database::fail(int code) {
  if (!ok()) return;
  code_ = code;
  words_ = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  const int system = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  const int primary = code & 0xff;
  if (system != 0 && (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)) {
    words_ += " (" + std::generic_category().message(system) + ")";
  }
}

sqlite3_stmt* database::prepared(std::string_view sql) {
  if (!ok()) return nullptr;
  const auto found = kept_.find(sql);
  if (found != kept_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const int code = handle_ == nullptr
                       ? SQLITE_CANTOPEN
                       : sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    fail(code);
    return nullptr;
  }
  kept_.emplace(sql, statement);
  return statement;
}

query::~query() {
  if (statement_ == nullptr) return;
  // Its error, if there was one, was told by step().
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool query::step() {
  if (!database_.ok()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

std::int64_t query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string query::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void query::bind(std::string_view value) {
  ++bound_;
  if (!database_.ok()) return;
  // A text without a byte must not have a null pointer: that would be NULL.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  const int code =
      sqlite3_bind_text64(statement_, bound_, bytes, value.size(), nullptr, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
}

void query::bind_integer(std::int64_t value) {
  ++bound_;
  if (!database_.ok()) return;
  const int code = sqlite3_bind_int64(statement_, bound_, value);
  if (code != SQLITE_OK) database_.fail(code);
}

transaction::transaction(database& in) : database_(in) { execute(in, "BEGIN IMMEDIATE"); }

transaction::~transaction() {
  if (database_.handle_ == nullptr || sqlite3_get_autocommit(database_.handle_) != 0) return;
  // What SQLite could not undo now it undoes when the database is opened the next time.
  sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool transaction::commit() {
  execute(database_, "COMMIT");
  return database_.ok();
}

}  // namespace gantry::outbox
