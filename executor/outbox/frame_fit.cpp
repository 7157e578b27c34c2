#include "executor/outbox/frame_fit.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "executor/engine/utf8.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::outbox {
namespace {

// Of a frame besides data and ids: its names, times, hash, tx, and a client id as servers make it.
// A longer one costs a notice, not the connection: the session measures.
constexpr std::size_t envelope_bytes = 1'024;
// Of data beside texts: `seq`, `count`, `stream`, `time`, `truncated` and their like.
constexpr std::size_t member_bytes = 256;
// No character takes more in JSON.
constexpr std::size_t escaped_most = 6;

std::size_t escaped_bytes_of(unsigned char each) {
  if (each == '"' || each == '\\') return 2;
  if (each >= 0x20) return 1;
  return each == '\b' || each == '\t' || each == '\n' || each == '\f' || each == '\r' ? 2 : 6;
}

std::string cut_escaped(std::string text, std::size_t room) {
  std::size_t taken = 0;
  std::size_t spent = 0;
  while (taken < text.size()) {
    spent += escaped_bytes_of(static_cast<unsigned char>(text[taken]));
    if (spent > room) break;
    ++taken;
  }
  return engine::cut_utf8(std::move(text), taken);
}

void become_notice(record& each) {
  each.form = form::notice;
  each.body = reasons::too_large;
  each.joins = false;
  each.truncated = false;
}

// Members of an object, the text of each value by its name.
class members {
 public:
  explicit members(const json::value& object) {
    for (const auto& each : object.GetObject()) {
      const std::string name(each.name.GetString(), each.name.GetStringLength());
      const bool is_text = each.value.IsString();
      values_[name] = {is_text,
                       is_text ? std::string(each.value.GetString(), each.value.GetStringLength())
                               : json::write(each.value)};
    }
  }

  // The largest is cut, or left out, by what the whole has too much.
  void shorten(std::size_t too_much) {
    const auto largest =
        std::max_element(values_.begin(), values_.end(), [](const auto& one, const auto& other) {
          return one.second.bytes() < other.second.bytes();
        });
    auto& [is_text, value] = largest->second;
    const std::size_t now = largest->second.bytes();
    if (is_text && now > too_much) {
      value = cut_escaped(std::move(value), now - too_much);
    } else {
      values_.erase(largest);
    }
  }
  [[nodiscard]] bool empty() const { return values_.empty(); }

  [[nodiscard]] std::string to_text() const {
    json::object out;
    for (const auto& [name, each] : values_) {
      if (each.is_text) {
        out.set(name, each.value);
      } else {
        out.set(name, json::text{each.value});
      }
    }
    return out.set("truncated", true).to_text().bytes;
  }

 private:
  struct member {
    bool is_text = false;
    std::string value;
    [[nodiscard]] std::size_t bytes() const {
      return is_text ? escaped_bytes(value) : value.size();
    }
  };
  std::map<std::string, member> values_;
};

void cut_data(record& each, std::size_t room) {
  const auto parsed = json::parse(each.body);
  if (!parsed || !parsed->IsObject()) return become_notice(each);
  members its(*parsed);
  while (!its.empty()) {
    std::string body = its.to_text();
    if (body.size() <= room) {
      each.body = std::move(body);
      return;
    }
    its.shorten(body.size() - room);
  }
  become_notice(each);
}

}  // namespace

std::size_t escaped_bytes(std::string_view text) {
  std::size_t out = 0;
  for (const char each : text) out += escaped_bytes_of(static_cast<unsigned char>(each));
  return out;
}

std::size_t data_room(const model::emitter_id& emitter, std::size_t frame_bytes_max) {
  const std::size_t besides = envelope_bytes + member_bytes + 3 * escaped_bytes(emitter.value);
  return frame_bytes_max - std::min(frame_bytes_max, besides);
}

bool fits(const record& each, std::size_t frame_bytes_max) {
  const std::size_t room = data_room(each.emitter, frame_bytes_max);
  switch (each.form) {
    case form::lines:  // nearly all fit whatever is in them
      return each.body.size() <= room / escaped_most || escaped_bytes(each.body) <= room;
    case form::notice:
      return true;
    case form::data:
    case form::value:
      return each.body.size() <= room;
  }
  return true;
}

void cut_to_fit(record& each, std::size_t frame_bytes_max) {
  if (fits(each, frame_bytes_max)) return;
  const std::size_t room = data_room(each.emitter, frame_bytes_max);
  switch (each.form) {
    case form::lines:
      each.body = cut_escaped(std::move(each.body), room);
      each.truncated = true;
      each.joins = false;
      return;
    case form::data:
      return cut_data(each, room);
    case form::value:
    case form::notice:
      return become_notice(each);
  }
}

}  // namespace gantry::outbox
