#include "executor/slots/json_schema.hpp"

#include <exception>
#include <utility>

// Valijson ends the program where a schema is wrong, unless it is told to throw.
// clang-format off: the order matters. With the switch the adapter would turn RapidJSON's
// assertions into exceptions, here and not in other files: it must not see it.
#include "model/json.hpp"
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/exceptions.hpp>
#undef VALIJSON_USE_EXCEPTIONS
#include <valijson/adapters/rapidjson_adapter.hpp>
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
// clang-format on

namespace gantry::slots {
namespace {

void read_rules(const json::value& schema, valijson::Schema& rules) {
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::RapidJsonAdapter(schema), rules);
}

}  // namespace

// Valijson takes nothing but exceptions to say so.
std::optional<std::string> refusal_of_schema(const json::value& schema) {
  try {
    valijson::Schema rules;
    read_rules(schema, rules);
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::vector<schema_mismatch> find_mismatches(const json::value& data, const json::value& schema) {
  valijson::Schema rules;
  read_rules(schema, rules);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::RapidJsonAdapter target(data);
  std::vector<schema_mismatch> out;
  if (validator.validate(rules, target, &results)) return out;
  for (valijson::ValidationResults::Error each; results.popError(each);) {
    out.push_back({std::move(each.context), std::move(each.description)});
  }
  // Should it ever say no without a word, that is still no.
  if (out.empty()) out.push_back({{}, "does not fit"});
  return out;
}

}  // namespace gantry::slots
