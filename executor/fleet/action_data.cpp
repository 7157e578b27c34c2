#include "executor/fleet/action_data.hpp"

#include <cmath>
#include <string>

#include "executor/engine/utf8.hpp"
#include "executor/fleet/data_reasons.hpp"
#include "executor/fleet/pattern_limit.hpp"
#include "executor/slots/valijson.hpp"

namespace gantry::fleet {
namespace {

failure unfit(std::string message) {
  return {make_error_code(boost::system::errc::invalid_argument), std::move(message)};
}

// To valijson 5.0 is no integer; to JSON Schema it is.
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

}  // namespace

result<json::document> check_action_data(const std::optional<json::text>& data,
                                         const json::text& schema) {
  result<json::document> document = json::parse(data ? data->bytes : "null");
  if (!document) return unfit("data is " + document.error().message);
  if (document->IsNull()) document->SetObject();
  make_whole(*document);
  const result<json::document> schema_document = json::parse(schema.bytes);
  if (!schema_document) return unfit("the schema is " + schema_document.error().message);
  if (has_patterns(*schema_document)) {
    if (auto why = find_unmatchable(*document)) {
      return unfit("the data is not taken: " + engine::visible_utf8(*why));
    }
  }

  valijson::Schema rules;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::RapidJsonAdapter(*schema_document), rules);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::RapidJsonAdapter target(*document);
  if (validator.validate(rules, target, &results)) return document;
  return unfit("the data does not fit the action's schema: " +
               reasons_of(results, *document, *schema_document));
}

stop_options read_stop_options(const json::value& data) {
  const json::value* timeout = json::find(data, "timeout");
  if (timeout == nullptr || !timeout->IsNumber()) return {};
  // The schema bounds it; 5.0 is an integer there too.
  return {std::chrono::seconds(static_cast<std::int64_t>(timeout->GetDouble()))};
}

}  // namespace gantry::fleet
