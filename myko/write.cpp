#include "myko/write.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

namespace gantry::myko {
namespace {

// Writes one message; every member function adds complete key-value pairs or a complete value.
class frame_writer {
 public:
  std::string write(const message& from) {
    write_message(from);
    return {out_.GetString(), out_.GetSize()};
  }

 private:
  void write_message(const message& from) {
    out_json_.StartObject();
    std::visit([this](const auto& each) { add(each); }, from);
    out_json_.EndObject();
  }

  void string(std::string_view text) {
    out_json_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void key(std::string_view name) {
    out_json_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void pair(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void pair(std::string_view name, const json::text& value) {
    key(name);
    raw(value);
  }
  void raw(const json::text& value) {
    // The type only tells the writer where to put commas; any but the key type will do.
    out_json_.RawValue(value.bytes.data(), value.bytes.size(), rapidjson::kObjectType);
  }

  void open(std::string_view event_name) {
    pair("event", event_name);
    key("data");
    out_json_.StartObject();
  }
  void close() { out_json_.EndObject(); }

  void event_fields(const event& from) {
    pair("itemType", from.item_type);
    pair("changeType", from.change == change_type::set ? "SET" : "DEL");
    if (!from.created_at.empty()) pair("createdAt", from.created_at);
    if (!from.tx.empty()) pair("tx", from.tx);
    pair("item", from.item);
  }

  void add(const event& from) {
    open("ws:m:event");
    event_fields(from);
    close();
  }

  void add(const event_batch& from) {
    pair("event", "ws:m:event-batch");
    key("data");
    out_json_.StartArray();
    for (const event& each : from.events) {
      out_json_.StartObject();
      event_fields(each);
      out_json_.EndObject();
    }
    out_json_.EndArray();
  }

  void add(const message_list& from) {
    pair("event", "ws:m:batch");
    key("data");
    out_json_.StartArray();
    for (const message& each : from.messages) write_message(each);
    out_json_.EndArray();
  }

  void add(const command& from) {
    open("ws:m:command");
    pair("commandId", from.id);
    pair("command", from.body);
    close();
  }

  void add(const command_response& from) {
    pair("tx", from.tx);
    open("ws:m:command-response");
    pair("tx", from.tx);
    pair("response", from.response);
    close();
  }

  void add(const command_error& from) {
    pair("tx", from.tx);
    open("ws:m:command-error");
    pair("tx", from.tx);
    pair("commandId", from.command);
    pair("message", from.message);
    close();
  }

  void add(const query& from) {
    open("ws:m:query");
    pair("queryId", from.id);
    pair("queryItemType", from.item_type);
    pair("query", from.body);
    close();
  }

  void add(const query_response& from) {
    open("ws:m:query-response");
    pair("tx", from.tx);
    key("sequence");
    out_json_.Uint64(from.sequence);
    key("upserts");
    out_json_.StartArray();
    for (const wrapped_item& each : from.upserts) {
      out_json_.StartObject();
      pair("item", each.item);
      pair("itemType", each.item_type);
      out_json_.EndObject();
    }
    out_json_.EndArray();
    key("deletes");
    out_json_.StartArray();
    for (const std::string& each : from.deletes) string(each);
    out_json_.EndArray();
    close();
  }

  void add(const query_error& from) {
    open("ws:m:query-error");
    pair("tx", from.tx);
    pair("message", from.message);
    close();
  }

  void add(const query_cancel& from) {
    pair("tx", from.tx);
    open("ws:m:query-cancel");
    pair("tx", from.tx);
    close();
  }

  void add(const report& from) {
    open("ws:m:report");
    pair("reportId", from.id);
    key("report");
    out_json_.StartObject();
    pair("tx", from.tx);
    out_json_.EndObject();
    close();
  }

  void add(const report_error& from) {
    open("ws:m:report-error");
    pair("tx", from.tx);
    pair("message", from.message);
    close();
  }

  void add(const ping& from) {
    pair("event", "ws:m:ping");
    pair("data", from.data);
  }

  void add(const benchmark& from) {
    pair("event", "ws:m:benchmark");
    pair("data", from.data);
  }

  void add(const unknown_message& from) { pair("event", from.event); }

  rapidjson::StringBuffer out_;
  rapidjson::Writer<rapidjson::StringBuffer> out_json_{out_};
};

}  // namespace

std::string write(const message& from) { return frame_writer().write(from); }

// `event` is what it writes first.
bool is_event(std::string_view frame) {
  return frame.starts_with(R"({"event":"ws:m:event")") ||
         frame.starts_with(R"({"event":"ws:m:event-batch")");
}

}  // namespace gantry::myko
