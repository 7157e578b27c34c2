#include "executor/outbox/store_state.hpp"

namespace gantry::outbox {

void write_state(database& in, const batch& what) {
  for (const auto& id : what.containers_gone) {
    execute(in, "DELETE FROM container WHERE id = ?", id);
  }
  for (const auto& path : what.targets_gone) {
    execute(in, "DELETE FROM target WHERE path = ?", path);
  }
  for (const auto& [type, id] : what.entities_gone) {
    execute(in, "DELETE FROM entity WHERE type = ? AND id = ?", type, id);
  }
  for (const auto& each : what.containers) {
    execute(in, "INSERT OR REPLACE INTO container (id, path, cursor, runs) VALUES (?,?,?,?)",
            each.id, each.path, each.cursor, each.runs);
  }
  for (const auto& each : what.targets) {
    execute(in,
            "INSERT OR REPLACE INTO target (path, name, \"group\", gone_since) VALUES (?,?,?,?)",
            each.path, each.name, each.group, each.gone_since);
  }
  for (const auto& each : what.entities) {
    execute(in,
            "INSERT OR REPLACE INTO entity (type, id, hash, item, gone_since, deleted)"
            " VALUES (?,?,?,?,?,?)",
            each.type, each.id, each.hash, each.item.bytes, each.gone_since, each.deleted);
  }
  for (const auto& [name, value] : what.facts) {
    if (value.empty()) {
      execute(in, "DELETE FROM fact WHERE name = ?", name);
    } else {
      execute(in, "INSERT OR REPLACE INTO fact (name, value) VALUES (?,?)", name, value);
    }
  }
}

void read_state(database& in, snapshot& out) {
  {
    query each(in, "SELECT name, value FROM fact");
    while (each.step()) out.facts.emplace(each.text(0), each.text(1));
  }
  {
    query each(in, "SELECT id, path, cursor, runs FROM container ORDER BY id");
    while (each.step()) {
      out.containers.push_back({each.text(0), each.text(1), each.text(2), each.text(3)});
    }
  }
  {
    query each(in, "SELECT path, name, \"group\", gone_since FROM target ORDER BY path");
    while (each.step()) {
      out.targets.push_back({each.text(0), each.text(1), each.text(2), each.integer(3)});
    }
  }
  query each(in, "SELECT type, id, hash, item, gone_since, deleted FROM entity ORDER BY type, id");
  while (each.step()) {
    out.entities.push_back({each.text(0),
                            each.text(1),
                            each.text(2),
                            {each.text(3)},
                            each.integer(4),
                            each.integer(5) != 0});
  }
}

bool has_container(database& in, const std::string& id) {
  return number(in, "SELECT 1 FROM container WHERE id = ?", id) != 0;
}

bool has_target(database& in, const std::string& path) {
  return number(in, "SELECT 1 FROM target WHERE path = ?", path) != 0;
}

bool has_entity(database& in, const std::string& type, const std::string& id) {
  return number(in, "SELECT 1 FROM entity WHERE type = ? AND id = ?", type, id) != 0;
}

}  // namespace gantry::outbox
