// What every core takes for a schema, as a rule that anything published can be held to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/json.hpp"

namespace gantry::test {

enum class descriptions : std::uint8_t { forbidden, allowed };

// What is wrong with the schema of an Action or an Emitter, with its place (a JSON pointer);
// nothing: it can be published. The rules: an object at the top; one string as `type`, or none; no
// boolean for a schema, no list of items, nothing combined but a choice (`oneOf` of {const, title}
// beside `enum`), no references; titles of 1 to 40 characters.
[[nodiscard]] std::optional<std::string> published_schema_problem(
    const json::value& schema, descriptions described = descriptions::forbidden);
// ... as text; one that is no JSON is a problem, too.
[[nodiscard]] std::optional<std::string> published_schema_problem(
    const json::text& schema, descriptions described = descriptions::forbidden);

}  // namespace gantry::test
