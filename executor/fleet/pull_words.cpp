#include "executor/fleet/pull_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace gantry::fleet {
namespace {

bool is_layer_done(std::string_view status) {
  return status == "Pull complete" || status == "Already exists";
}

bool says_any(std::string_view why, std::initializer_list<std::string_view> words) {
  std::string lower(why);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
  return std::ranges::any_of(
      words, [&lower](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string login_advice(const std::string& registry, bool had_login) {
  if (had_login) {
    return "check the image's name, and the login for " + registry +
           " in Docker's config.json of gantry's user: `docker login " + registry + "` renews it";
  }
  return "check the image's name; if it needs a login, run `docker login " + registry +
         "` as gantry's user, or point DOCKER_CONFIG to a folder with a config.json that has one";
}

}  // namespace

bool pull_tally::take(const engine::pull_progress& step) {
  if (step.status.starts_with("Retrying")) return false;
  // "Pulling from library/busybox" has the tag as its id.
  if (step.id.empty() || step.status.starts_with("Pulling from")) {
    return std::exchange(status_, step.status) != step.status;
  }
  const auto found = layers_.find(step.id);
  if (found == layers_.end() && layers_.size() >= layers_max) return true;
  layer& its = layers_[step.id];
  const bool moved = its.status != step.status || step.current > its.current;
  its.status = step.status;
  its.is_done = is_layer_done(step.status);
  if (step.status == "Downloading") {
    its.current = std::max(its.current, step.current);
    its.total = std::max(step.total, its.current);
  } else if (its.is_done || step.status == "Download complete") {
    its.current = its.total;
  }
  return moved;
}

std::string pull_tally::note(const std::string& image) const {
  std::string out = "pulling image " + image;
  if (layers_.empty()) return out;
  std::size_t done = 0;
  std::int64_t current = 0;
  std::int64_t total = 0;
  for (const auto& [id, each] : layers_) {
    done += each.is_done ? 1 : 0;
    current += each.current;
    total += each.total;
  }
  out += ": " + std::to_string(done) + " of " + std::to_string(layers_.size()) + " layers";
  if (total > 0) {
    const double part = static_cast<double>(current) / static_cast<double>(total);
    out += ", " + std::to_string(static_cast<int>(part * 100)) + " %";
  }
  return out;
}

std::string pull_failure_text(const std::string& image, std::string_view why,
                              const engine::image_reference& reference, bool had_login) {
  const std::string& registry = reference.registry;
  std::string advice = "the engine's own log may say more";
  if (says_any(why, {"toomanyrequests", "too many requests", "rate limit"})) {
    advice = registry + " limits pulls: try later, or with a login for " + registry;
  } else if (says_any(why, {"unauthorized", "denied", "authentication", "forbidden"})) {
    advice = login_advice(registry, had_login);
  } else if (says_any(why, {"not found", "manifest unknown", "no such image"})) {
    advice = "check the image's name and tag";
  } else if (says_any(why, {"no space left"})) {
    advice = "make room on the engine's disk, for instance by `docker image prune`";
  } else if (says_any(why, {"no matching manifest"})) {
    advice = "the image is not made for this machine's processor: choose another tag";
  } else if (says_any(why, {"refused", "no such host", "unreachable", "timeout", "no route",
                            "took longer", "no progress", "lookup", "x509", "certificate"})) {
    advice = "check that the engine's host reaches the registry " + registry;
  }
  std::string text(why);
  const std::string name = "pull " + image + ": ";  // the engine client's; once is enough
  if (text.starts_with(name)) text.erase(0, name.size());
  return "image " + image + " could not be pulled: " + text + "; " + advice;
}

}  // namespace gantry::fleet
