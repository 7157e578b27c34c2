#include "executor/engine/registry_login.hpp"

#include <algorithm>

#include "executor/engine/base64.hpp"
#include "executor/engine/error.hpp"
#include "executor/engine/json_fields.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::engine {
namespace {

// "https://index.docker.io/v1/" and "http://host:5000" are both keys that were written once.
std::string_view host_of(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  return key.substr(0, key.find('/'));
}

bool is_of(std::string_view key, const std::string& registry) {
  const std::string_view host = host_of(key);
  if (registry == hub_registry) return host == "index.docker.io" || host == hub_registry;
  return host == registry;
}

struct login_entry {
  std::string key;
  const json::value* value = nullptr;
};

// The entry under the key that Docker writes today, else under one for the same host.
login_entry find_entry(const json::value& entries, const std::string& registry) {
  const std::string today(registry == hub_registry ? hub_login_key : std::string_view(registry));
  if (const json::value* found = json::find(entries, today)) return {today, found};
  if (!entries.IsObject()) return {};
  for (const auto& [name, value] : entries.GetObject()) {
    const std::string_view key(name.GetString(), name.GetStringLength());
    if (is_of(key, registry)) return {std::string(key), &value};
  }
  return {};
}

failure unusable(std::string_view why) {
  return fault(errc::bad_address, "Docker's config.json cannot be used: " + std::string(why));
}

// With a helper, `docker login` leaves an empty entry, or one with an e-mail address alone.
result<std::string> header_of(const login_entry& entry, const std::string& registry) {
  std::string user = string_at(*entry.value, "username");
  std::string password = string_at(*entry.value, "password");
  const std::string token = string_at(*entry.value, "identitytoken");
  const std::string packed = string_at(*entry.value, "auth");
  if (!packed.empty()) {
    const auto pair = decode_base64(packed);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return unusable("the login for " + registry +
                      " is no base64 of USER:PASSWORD; run `docker login " + registry + "` again");
    }
    user = pair->substr(0, colon);
    password = pair->substr(colon + 1);
    while (password.ends_with('\0')) password.pop_back();  // as Docker's own client reads it
  }
  json::object out;
  out.set("serveraddress", entry.key);
  if (!token.empty()) {
    out.set("identitytoken", token);
  } else if (!user.empty() && !password.empty()) {
    out.set("username", user).set("password", password);
  } else {
    return std::string();
  }
  return base64url(out.to_text().bytes);
}

// The program that keeps the login instead; empty if there is none.
std::string helper_of(const json::value& root, const std::string& registry) {
  const login_entry own = find_entry(member(root, "credHelpers"), registry);
  if (own.value != nullptr && own.value->IsString()) {
    return std::string(own.value->GetString(), own.value->GetStringLength());
  }
  return string_at(root, "credsStore");
}

}  // namespace

result<registry_login> find_registry_login(std::string_view config_json,
                                           const image_reference& image) {
  const auto root = json::parse(config_json);
  if (!root || !root->IsObject()) return unusable("it is no JSON object");
  registry_login out;
  const login_entry entry = find_entry(member(*root, "auths"), image.registry);
  if (entry.value != nullptr) {
    auto header = header_of(entry, image.registry);
    if (!header) return header.error();
    out.header = *std::move(header);
  }
  if (!out.header.empty()) return out;
  const std::string helper = helper_of(*root, image.registry);
  if (!helper.empty()) {
    out.notice = "Docker's config.json keeps the login for " + image.registry +
                 " in the program docker-credential-" + helper +
                 ", which gantry does not run: the image is pulled without a login. If it needs "
                 "one, write the login into a config.json of gantry's own (`docker --config DIR "
                 "login` where no credsStore is set)";
  }
  return out;
}

}  // namespace gantry::engine
