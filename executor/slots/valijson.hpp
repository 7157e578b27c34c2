// Valijson, made to throw where a schema is wrong: by itself it ends the program. Whoever uses it
// includes it here, so that all agree.
#pragma once

// clang-format off: the order matters. With the switch the adapter would turn RapidJSON's
// assertions into exceptions, in some files and not in others: it must not see it.
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
