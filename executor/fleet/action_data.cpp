#include "executor/fleet/action_data.hpp"

#include <string>
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace gantry::fleet {
namespace {

// The first reasons tell enough; valijson adds a line for each level of nesting.
constexpr std::size_t reasons_max = 3;

failure unfit(std::string message) {
  return {make_error_code(boost::system::errc::invalid_argument), std::move(message)};
}

// valijson's context is a list such as <root>, ["timeout"].
std::string pointer_of(const valijson::ValidationResults::Error& error) {
  std::string out;
  for (const std::string& part : error.context) {
    if (part == "<root>") continue;
    const bool bracketed = part.size() > 2 && part.front() == '[' && part.back() == ']';
    std::string name = bracketed ? part.substr(1, part.size() - 2) : part;
    if (name.size() > 1 && name.front() == '"') name = name.substr(1, name.size() - 2);
    out += "/" + name;
  }
  return out.empty() ? "data" : "data" + out;
}

std::string describe(valijson::ValidationResults& results) {
  std::string out;
  valijson::ValidationResults::Error error;
  for (std::size_t count = 0; count < reasons_max && results.popError(error); ++count) {
    if (count > 0) out += "; ";
    out += pointer_of(error) + ": " + error.description;
  }
  return out;
}

}  // namespace

result<json::document> check_action_data(const std::optional<json::text>& data,
                                         const json::text& schema) {
  const bool absent = !data || data->bytes == "null";
  result<json::document> document = json::parse(absent ? "{}" : data->bytes);
  if (!document) return unfit("data is " + document.error().message);
  const result<json::document> schema_document = json::parse(schema.bytes);
  if (!schema_document) return unfit("the schema is " + schema_document.error().message);

  valijson::Schema rules;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::RapidJsonAdapter(*schema_document), rules);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::RapidJsonAdapter target(*document);
  if (validator.validate(rules, target, &results)) return document;
  return unfit("the data does not fit the action's schema: " + describe(results));
}

stop_options read_stop_options(const json::value& data) {
  const json::value* timeout = json::find(data, "timeout");
  if (timeout == nullptr || !timeout->IsNumber()) return {};
  // The schema bounds it; 5.0 is an integer there too.
  return {std::chrono::seconds(static_cast<std::int64_t>(timeout->GetDouble()))};
}

}  // namespace gantry::fleet
