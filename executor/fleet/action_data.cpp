#include "executor/fleet/action_data.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "executor/engine/utf8.hpp"
#include "executor/slots/json_schema.hpp"
#include "executor/slots/unset_members.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

// To JSON Schema 5.0 is an integer; so it is to whoever gets the data.
void make_whole(json::value& value) {
  if (value.IsArray()) {
    for (json::value& each : value.GetArray()) make_whole(each);
  } else if (value.IsObject()) {
    for (auto& each : value.GetObject()) make_whole(each.value);
  } else if (value.IsDouble()) {
    constexpr double exact_max = 9e15;  // whole numbers above are not exact in a double
    const double number = value.GetDouble();
    const bool whole = std::abs(number) <= exact_max && std::trunc(number) == number;
    if (whole) value.SetInt64(static_cast<std::int64_t>(number));
  }
}

// The first tell enough.
std::string reasons_of(const std::vector<slots::schema_mismatch>& mismatches) {
  constexpr std::size_t reasons_max = 3;
  constexpr std::size_t reason_bytes_max = 300;  // of one: it repeats what the data holds
  std::string out;
  for (std::size_t each = 0; each < std::min(mismatches.size(), reasons_max); ++each) {
    const std::string whole = mismatches[each].place + ": " + mismatches[each].words;
    if (each > 0) out += "; ";
    out += engine::visible_utf8(engine::cut_utf8(whole, reason_bytes_max));
    if (whole.size() > reason_bytes_max) out += "...";
  }
  return out;
}

}  // namespace

failure unfit(std::string message) {
  return {make_error_code(boost::system::errc::invalid_argument), std::move(message)};
}

result<json::document> read_action_data(const std::optional<json::text>& data) {
  result<json::document> document = json::parse(data ? data->bytes : "null");
  if (!document) return unfit("data is " + document.error().message);
  if (document->IsNull()) document->SetObject();
  make_whole(*document);
  return document;
}

void leave_out_not_given(json::document& data, const object_schema& schema) {
  if (!data.IsObject()) return;
  for (const schema_member& each : schema.members()) {
    const json::value* const found = json::find(data, each.name);
    if (found != nullptr && each.value.is_not_given(*found)) {
      data.RemoveMember(std::string(each.name).c_str());
    }
  }
}

result<json::document> judge_action_data(json::document data, const json::text& schema) {
  const result<json::document> schema_document = json::parse(schema.bytes);
  if (!schema_document) return unfit("the schema is " + schema_document.error().message);
  const auto mismatches = slots::find_mismatches(data, *schema_document);
  if (mismatches.empty()) return data;
  return unfit("the data does not fit the action's schema: " + reasons_of(mismatches));
}

result<json::document> check_action_data(const std::optional<json::text>& data,
                                         const json::text& schema) {
  result<json::document> read = read_action_data(data);
  if (!read) return read.error();
  return judge_action_data(*std::move(read), schema);
}

result<json::document> check_own_data(const std::optional<json::text>& data,
                                      const object_schema& schema) {
  result<json::document> read = read_action_data(data);
  if (!read) return read.error();
  leave_out_not_given(*read, schema);
  return judge_action_data(*std::move(read), schema.checked());
}

result<json::document> check_input(const std::optional<json::text>& data,
                                   const json::text& schema) {
  result<json::document> as_it_came = check_action_data(data, schema);
  if (as_it_came) return as_it_came;
  result<json::document> read = read_action_data(data);
  const result<json::document> rules = json::parse(schema.bytes);
  if (!read || !rules || !slots::leave_out_unset(*read, *rules)) return as_it_came;
  return judge_action_data(*std::move(read), schema);
}

stop_options read_stop_options(const json::value& data) {
  const json::value* timeout = json::find(data, "timeout");
  if (timeout == nullptr || !timeout->IsNumber()) return {};
  // The schema bounds it; 5.0 is an integer there too.
  return {std::chrono::seconds(static_cast<std::int64_t>(timeout->GetDouble()))};
}

}  // namespace gantry::fleet
