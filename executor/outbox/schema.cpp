#include "executor/outbox/schema.hpp"

#include <array>
#include <map>

namespace gantry::outbox {
namespace {

// Never edited once released: a change is a new migration at the end. The comments stay in the
// database's schema, for those who look into it with a shell.
constexpr std::array migrations{
    R"sql(
CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE target (
  path TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  "group" TEXT NOT NULL,
  gone_since INTEGER NOT NULL  -- ms since 1970; 0: it is there
) WITHOUT ROWID;
CREATE TABLE entity (
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  item TEXT NOT NULL,
  gone_since INTEGER NOT NULL,  -- ms since 1970; 0: it is published
  deleted INTEGER NOT NULL,     -- from the core, or to be
  PRIMARY KEY (type, id)
) WITHOUT ROWID;
CREATE TABLE container (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  cursor TEXT NOT NULL,
  runs TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE lane (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,         -- the target's id
  sealed INTEGER NOT NULL DEFAULT 0  -- its pulses up to this id may have been sent
);
CREATE TABLE emitter (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  lane INTEGER,
  next INTEGER  -- the number of its next line
);
CREATE INDEX emitter_lane ON emitter (lane);
CREATE TABLE pulse (
  id INTEGER PRIMARY KEY,
  lane INTEGER NOT NULL,
  emitter INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,  -- ms since 1970
  expires INTEGER NOT NULL,    -- ms since 1970; 0: never
  form INTEGER NOT NULL,       -- 0 data, 1 lines, 2 notice
  joins INTEGER NOT NULL,
  stream INTEGER NOT NULL,     -- 0 stdout, 1 stderr, 2 terminal
  time INTEGER NOT NULL,       -- of the first line, ns since 1970
  truncated INTEGER NOT NULL,
  cost INTEGER NOT NULL,       -- bytes that count against the limit
  body TEXT NOT NULL           -- last, so that nothing before it costs its pages
);
CREATE INDEX pulse_lane ON pulse (lane);  -- and, as ever in SQLite, the id
CREATE INDEX pulse_expires ON pulse (expires) WHERE expires > 0;
)sql",
    // Of lines: which run of a container printed them.
    "ALTER TABLE pulse ADD COLUMN run TEXT NOT NULL DEFAULT ''",
};

const char* synchronous(durability how) {
  switch (how) {
    case durability::off:
      return "PRAGMA synchronous=OFF";
    case durability::normal:
      return "PRAGMA synchronous=NORMAL";
    case durability::full:
      break;
  }
  return "PRAGMA synchronous=FULL";
}

void migrate(database& in) {
  for (auto at = static_cast<std::size_t>(number(in, "PRAGMA user_version"));
       in.ok() && at < migrations.size(); ++at) {
    transaction step(in);
    in.run(migrations.at(at));
    in.run(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
    in.run(("PRAGMA user_version=" + std::to_string(at + 1)).c_str());
    if (!step.commit()) return;
  }
}

// By name, of what the migrations made. What SQLite or somebody else added is left alone.
std::map<std::string, std::string> tables_of(database& in) {
  std::map<std::string, std::string> out;
  query each(in, "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'");
  while (each.step()) out.emplace(each.text(0), each.text(1));
  return out;
}

// A flipped bit in a table's definition makes another table of it, and no error.
void compare(database& in) {
  database sample;
  sample.open("", database::access::write);
  migrate(sample);
  const std::map<std::string, std::string> found = tables_of(in);
  for (const auto& [name, sql] : tables_of(sample)) {
    const auto its = found.find(name);
    if (in.ok() && (its == found.end() || its->second != sql)) {
      in.fail_as_damaged("the table " + name + " is not there, or another");
    }
  }
}

}  // namespace

std::int64_t schema_version() { return static_cast<std::int64_t>(migrations.size()); }

std::string foreign(database& in) {
  const std::int64_t application = number(in, "PRAGMA application_id");
  const std::int64_t version = number(in, "PRAGMA user_version");
  const std::int64_t things = number(in, "SELECT count(*) FROM sqlite_master");
  const bool is_new = application == 0 && version == 0 && things == 0;
  if (!in.ok() || is_new) return {};
  if (application != application_id) return "it is the database of another program";
  if (version > schema_version()) {
    return "it is of version " + std::to_string(version) + ", and this gantry knows no newer one" +
           " than " + std::to_string(schema_version());
  }
  return {};
}

bool is_current(database& in) {
  return number(in, "PRAGMA application_id") == application_id &&
         number(in, "PRAGMA user_version") == schema_version() && in.ok();
}

void prepare(database& in, durability how) {
  // Before the first table, and before anything else writes the file's first page. Not later: it
  // would write, and a database is to open on a disk that is full.
  if (number(in, "PRAGMA user_version") == 0) {
    in.run(("PRAGMA page_size=" + std::to_string(page_bytes)).c_str());
    in.run("PRAGMA auto_vacuum=INCREMENTAL");
  }
  in.run("PRAGMA journal_mode=WAL");
  in.run(synchronous(how));
  // Debian's default writes what is deleted once more, as zeros: a third of the time where pulses
  // are large, and on a full disk there is no room for it.
  in.run("PRAGMA secure_delete=OFF");
  // The memory of all gantry is to stay below 40 MiB, however much waits on disk.
  in.run("PRAGMA cache_size=-1536; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY");
  // The log grows to the largest transaction; afterwards it is cut back to this.
  in.run("PRAGMA journal_size_limit=8388608; PRAGMA wal_autocheckpoint=2000");
  migrate(in);
  compare(in);
}

}  // namespace gantry::outbox
