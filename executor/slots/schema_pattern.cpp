#include "executor/slots/schema_pattern.hpp"

#include <re2/re2.h>

#include <cstdint>
#include <string>
#include <utility>

#include "executor/slots/ecma_pattern.hpp"

namespace gantry::slots {
namespace {

// For the program and what is kept of its states while it matches.
constexpr std::int64_t memory_max = std::int64_t{4} << 20;

std::string reason_of(const re2::RE2& refused) {
  using re2::RE2;
  switch (refused.error_code()) {
    case RE2::ErrorRepeatSize:
      return "it repeats something more than 1,000 times: use minLength and maxLength";
    case RE2::ErrorPatternTooLarge:
      return "it takes too much memory";
    default:
      return refused.error();
  }
}

failure refused_pattern(std::string why) {
  return {make_error_code(boost::system::errc::invalid_argument), std::move(why)};
}

}  // namespace

schema_pattern::schema_pattern(std::unique_ptr<re2::RE2> compiled)
    : compiled_(std::move(compiled)) {}
schema_pattern::schema_pattern(schema_pattern&&) noexcept = default;
schema_pattern& schema_pattern::operator=(schema_pattern&&) noexcept = default;
schema_pattern::~schema_pattern() = default;

result<schema_pattern> schema_pattern::compile(std::string_view ecma) {
  const result<std::string> translated = re2_of_ecma(ecma);
  if (!translated) return translated.error();
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_max);
  auto compiled = std::make_unique<re2::RE2>(*translated, options);
  if (!compiled->ok()) return refused_pattern(reason_of(*compiled));
  return schema_pattern(std::move(compiled));
}

bool schema_pattern::is_in(std::string_view text) const {
  return compiled_->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(),
                          re2::RE2::UNANCHORED, nullptr, 0);
}

std::size_t schema_pattern::steps() const {
  return static_cast<std::size_t>(compiled_->ProgramSize());
}

}  // namespace gantry::slots
