// The exchanges that were recorded with a TypeScript server, played against this one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

struct record {
  std::int64_t at = 0;  // ms
  std::string connection;
  std::string direction;
  std::string frame;
  std::string text;
};

std::string string_at(const json::value& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

std::vector<record> load(const std::string& name) {
  std::ifstream in(std::string(MYKO_FIXTURES) + "/" + name + ".jsonl");
  std::vector<record> out;
  for (std::string line; std::getline(in, line);) {
    const json::document fields = json::parse(line).value();
    out.push_back({fields["t"].GetInt64(), string_at(fields, "conn"), string_at(fields, "dir"),
                   string_at(fields, "frame"), string_at(fields, "data")});
  }
  return out;
}

std::string client_id_in(const std::string& greeting) {
  std::smatch found;
  return std::regex_search(greeting, found, std::regex(R"re("clientId":"([^"]+)")re"))
             ? found[1].str()
             : "";
}

bool is_greeting(const std::string& frame) {
  return frame.find("\"SetClientId\"") != std::string::npos;
}
bool is_own_ping(const std::string& frame) {
  return std::regex_match(frame,
                          std::regex(R"re(\{"event":"ws:m:ping","data":\{"ts":\d{6,}\}\})re"));
}

// What is random, or the product of an unknown hash function, becomes a word.
std::string normalised(std::string frame) {
  if (is_own_ping(frame)) return "own ping";
  frame = std::regex_replace(frame, std::regex(R"re("hash":"[0-9a-f]{32}")re"), R"("hash":"MD5")");
  frame = std::regex_replace(frame, std::regex(R"re("hostId":"[^"]*")re"), R"("hostId":"HOST")");
  if (!is_greeting(frame)) return frame;
  return std::regex_replace(frame, std::regex(R"re("(tx|clientId)":"[^"]*")re"), R"("$1":"ID")");
}

std::string replaced(std::string text, const std::map<std::string, std::string>& names) {
  for (const auto& [from, to] : names) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

struct conversation {
  std::vector<std::string> frames;
  std::size_t own_pings = 0;  // apart: they come by the clock, while responses were sent in batches
  bool operator==(const conversation&) const = default;
};

void add(conversation& to, const std::string& frame) {
  if (is_own_ping(frame)) {
    ++to.own_pings;
  } else {
    to.frames.push_back(normalised(frame));
  }
}

class player {
 public:
  explicit player(std::vector<record> records) : records_(std::move(records)) {
    for (const record& each : records_) {
      if (each.direction == "recv" && is_greeting(each.text)) {
        recorded_ids_[each.connection] = client_id_in(each.text);
      }
    }
  }

  void play() {
    std::int64_t time = 0;
    for (const record& each : records_) {
      server_.advance(std::chrono::milliseconds(each.at - time));
      time = each.at;
      step(each);
    }
    for (const auto& [name, id] : ids_) collect(name);
  }

  // By connection.
  std::map<std::string, conversation> recorded;
  std::map<std::string, conversation> ours;

 private:
  void step(const record& each) {
    if (each.direction == "open") open(each.connection);
    if (each.direction == "close") {
      collect(each.connection);
      server_.disconnect(ids_.at(each.connection));
    }
    if (each.frame != "TEXT") return;
    if (each.direction == "recv") add(recorded[each.connection], replaced(each.text, our_ids_));
    if (each.direction == "send") {
      server_.send(ids_.at(each.connection), replaced(each.text, our_ids_));
    }
  }

  void open(const std::string& name) {
    ids_[name] = server_.connect();
    const auto greeting = server_.take(ids_[name]);
    our_ids_[recorded_ids_.at(name)] = client_id_in(greeting.front());
    add(ours[name], greeting.front());
  }

  void collect(const std::string& name) {
    for (const std::string& frame : server_.take(ids_.at(name))) add(ours[name], frame);
  }

  std::vector<record> records_;
  test::core_driver server_{generation::ts};
  std::map<std::string, connection_id> ids_;
  std::map<std::string, std::string> recorded_ids_;  // by connection
  std::map<std::string, std::string> our_ids_;       // by recorded id
};

class fixture_replay : public testing::TestWithParam<const char*> {};

TEST_P(fixture_replay, every_connection_hears_what_was_recorded) {
  player all(load(GetParam()));
  all.play();
  ASSERT_FALSE(all.recorded.empty());
  for (const auto& [name, conversation] : all.recorded) {
    EXPECT_THAT(all.ours[name].frames, testing::ElementsAreArray(conversation.frames)) << name;
    EXPECT_EQ(all.ours[name].own_pings, conversation.own_pings) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(ts, fixture_replay,
                         testing::Values("01-connect", "02-publish-and-watch", "03-hash", "06-ping",
                                         "08-command-relay", "10-query"),
                         [](const auto& each) {
                           return std::regex_replace(std::string(each.param), std::regex("-"), "_");
                         });

}  // namespace
}  // namespace gantry::myko
