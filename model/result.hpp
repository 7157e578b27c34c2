// One way to report expected failure, for every layer: a code to react to and a text to read.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>
#include <string>

namespace gantry {

// What went wrong. `code` is for the program to compare with conditions; `message` is for the
// operator: it names the thing, the place and, where there is one, the way out. Never a secret.
struct failure {
  boost::system::error_code code;
  std::string message;
};

template <typename T>
using result = boost::system::result<T, failure>;

// Called by result::value() on a failure: only tests and start-up code ask that way.
[[noreturn]] inline void throw_exception_from_error(const failure& error,
                                                    const boost::source_location& where) {
  boost::throw_exception(boost::system::system_error(error.code, error.message), where);
}

}  // namespace gantry
