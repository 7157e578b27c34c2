// The folder that gantry keeps what it must not forget in: one gantry at a time.
#pragma once

#include <optional>
#include <string>

#include "model/result.hpp"

namespace gantry {

// Holds the folder while it lives; a process that ends in any way gives it back.
class state_folder {
 public:
  // Makes the folder if need be. Fails with device_or_resource_busy where another process holds
  // it, whose id the message tells, and with the system's reason where it cannot be used.
  [[nodiscard]] static result<state_folder> claim(const std::string& path);

  state_folder() = default;
  state_folder(state_folder&& other) noexcept;
  state_folder& operator=(state_folder&& other) noexcept;
  ~state_folder();

  // Empty where none is held.
  [[nodiscard]] std::string database() const;
  // Why it could not be made, or written into; nothing: it could. Changes nothing.
  [[nodiscard]] static std::optional<std::string> why_not(const std::string& path);
  [[nodiscard]] static std::string database_in(const std::string& path) {
    return path + "/gantry.db";
  }

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace gantry
