#include "executor/config.hpp"

#include <gmock/gmock.h>

#include "executor/settings.hpp"
#include "tests/executor/temp_folder.hpp"

namespace gantry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using texts = std::map<std::string, std::string>;

config_outcome load(const std::string& toml, const texts& environment = {},
                    const texts& flags = {}) {
  config_sources sources;
  if (!toml.empty()) sources.toml = config_sources::file{"gantry.toml", toml};
  sources.environment = [environment](std::string_view name) -> std::optional<std::string> {
    const auto found = environment.find(std::string(name));
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
  sources.flags = flags;
  return load_config(sources);
}

std::vector<std::string> mistakes(const std::string& toml, const texts& environment = {},
                                  const texts& flags = {}) {
  std::vector<std::string> out;
  for (const auto& each : load(toml, environment, flags).mistakes) out.push_back(to_string(each));
  return out;
}

constexpr const char* minimal = "core.server = \"core.local\"\n";

TEST(Config, NeedsNothingButACore) {
  const auto loaded = load("", {{"RSHIP_SERVER", "core.local"}});
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  ASSERT_EQ(loaded.config.servers.size(), 1U);
  EXPECT_EQ(to_string(loaded.config.servers[0]), "ws://core.local:80/myko");
  EXPECT_EQ(loaded.config.pulses_per_second, 60);
  EXPECT_EQ(loaded.config.line_bytes_max, 1 << 20);
  EXPECT_THAT(mistakes(""), ElementsAre("core.server: no core is named: set RSHIP_SERVER, for "
                                        "instance to core.local"));
}

TEST(Config, ReadsTheWholeFile) {
  const temp_folder folder;
  const std::string pem = folder.write("x.pem", "x");
  const auto path = [&](const std::string& key) { return key + " = \"" + pem + "\"\n"; };
  const auto loaded = load(R"(
state_dir = "/tmp/state"
[core]
server = "wss://a, b:1"
port = 5155
verify = false
compress = true
)" + path("token_file") + path("ca_file") +
                           path("certificate_file") + path("key_file") + R"([engine]
host = "tcp://10.0.0.1:2375"
[service]
id = "gantry-x"
color = "#ABCDEF"
[containers]
names = ["a*", "b"]
labels = ["role=x"]
images = []
projects = ["shop"]
[output]
pulses_per_second = 30
line_bytes_max = 2048
queue_bytes_max = 1048576
[log]
level = "debug"
)");
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  const config& config = loaded.config;
  EXPECT_EQ(config.state_dir, "/tmp/state");
  EXPECT_EQ(config.servers.size(), 2U);
  EXPECT_EQ(config.core.port, 5155);
  EXPECT_EQ(config.core.token_file, pem);
  EXPECT_EQ(config.core.key_file, pem);
  EXPECT_FALSE(config.core.verify);
  EXPECT_TRUE(config.core.compress);
  EXPECT_EQ(config.engine_host, "tcp://10.0.0.1:2375");
  EXPECT_EQ(config.service_id, "gantry-x");
  EXPECT_EQ(config.color, "#ABCDEF");
  EXPECT_THAT(config.containers.names, ElementsAre("a*", "b"));
  EXPECT_THAT(config.containers.labels, ElementsAre("role=x"));
  EXPECT_THAT(config.containers.images, IsEmpty());
  EXPECT_THAT(config.containers.projects, ElementsAre("shop"));
  EXPECT_EQ(config.pulses_per_second, 30);
  EXPECT_EQ(config.line_bytes_max, 2'048);
  EXPECT_EQ(config.queue_bytes_max, 1'048'576);
  EXPECT_EQ(config.log_level, "debug");
}

TEST(Config, TakesFlagsOverTheEnvironmentOverTheFile) {
  const std::string toml = "[core]\nserver = \"file\"\n";
  EXPECT_EQ(load(toml).config.core.server, "file");
  EXPECT_EQ(load(toml, {{"RSHIP_SERVER", "env"}}).config.core.server, "env");
  EXPECT_EQ(load(toml, {{"RSHIP_SERVER", ""}}).config.core.server, "file");
  EXPECT_EQ(load(toml, {{"RSHIP_ADDRESS", "old"}}).config.core.server, "old");
  EXPECT_EQ(load(toml, {{"RSHIP_ADDRESS", "old"}, {"RSHIP_SERVER", "env"}}).config.core.server,
            "env");
  EXPECT_EQ(load(toml, {{"RSHIP_SERVER", "env"}}, {{"core.server", "flag"}}).config.core.server,
            "flag");
}

TEST(Config, ReadsEachSettingFromItsEnvironment) {
  const auto loaded = load(minimal, {{"MYKO_PORT", "5155"},
                                     {"GANTRY_NAMES", " a* , b,,"},
                                     {"GANTRY_VERIFY", "no"},
                                     {"GANTRY_PULSES_PER_SECOND", "2.5"},
                                     {"GANTRY_STATE_DIR", "/tmp/state"},
                                     {"DOCKER_HOST", "unix:///x.sock"}});
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_EQ(loaded.config.servers.at(0).port, 5155);
  EXPECT_THAT(loaded.config.containers.names, ElementsAre("a*", "b"));
  EXPECT_FALSE(loaded.config.core.verify);
  EXPECT_EQ(loaded.config.pulses_per_second, 2.5);
  EXPECT_EQ(loaded.config.state_dir, "/tmp/state");
  EXPECT_EQ(loaded.config.engine_host, "unix:///x.sock");
}

TEST(Config, NamesEveryMistakeWithItsPlace) {
  EXPECT_THAT(mistakes(R"([core]
server = 5
port = "5155"
colour = "red"
verify = "yes"
[service]
id = "a b"
color = "red"
[containers]
names = "a"
labels = [1]
[output]
pulses_per_second = 0
line_bytes_max = 1.5
queue_bytes_max = 1
[log]
level = "loud"
[nonsense]
x = 1
)",
                       {{"MYKO_PORT", "70000"}, {"GANTRY_COMPRESS", "perhaps"}},
                       {{"output.line_bytes_max", "many"}}),
              testing::UnorderedElementsAre(
                  "gantry.toml:2: core.server: must be a text",
                  "gantry.toml:3: core.port: must be a whole number",
                  "gantry.toml:4: core.colour: there is no such setting; see gantry --help",
                  "gantry.toml:5: core.verify: must be true or false",
                  HasSubstr("gantry.toml:7: service.id: may hold letters"),
                  HasSubstr("gantry.toml:8: service.color: must be a colour"),
                  "gantry.toml:10: containers.names: must be a list of texts",
                  "gantry.toml:11: containers.labels: must be a list of texts",
                  "gantry.toml:13: output.pulses_per_second: must be from 1 to 10000",
                  "gantry.toml:14: output.line_bytes_max: must be a whole number",
                  HasSubstr("gantry.toml:15: output.queue_bytes_max: must be from 1048576"),
                  HasSubstr("gantry.toml:17: log.level: must be debug"),
                  "gantry.toml:18: nonsense: there is no such setting; see gantry --help",
                  "environment variable MYKO_PORT: core.port: a port is from 1 to 65535, not 70000",
                  HasSubstr("environment variable GANTRY_COMPRESS: core.compress: must be true"),
                  "--line-bytes-max: output.line_bytes_max: must be a whole number, not \"many\""));
}

TEST(Config, NamesThePlaceOfWhatOnlyShowsAsAWhole) {
  EXPECT_THAT(
      mistakes(R"([core]
server = "ftp://core"
token_file = "/nowhere/token"
[engine]
host = "ssh://there"
)"),
      ElementsAre(HasSubstr("gantry.toml:2: core.server: "),
                  HasSubstr("gantry.toml:5: engine.host: "),
                  "gantry.toml:3: core.token_file: the file /nowhere/token cannot be read"));
  EXPECT_THAT(mistakes(minimal, {{"DOCKER_HOST", "nonsense"}}),
              ElementsAre(HasSubstr("environment variable DOCKER_HOST: engine.host: ")));
  EXPECT_THAT(mistakes(minimal, {}, {{"core.ca_file", "/nowhere"}}),
              ElementsAre("--ca-file: core.ca_file: the file /nowhere cannot be read"));
}

TEST(Config, AsksForACertificateWithItsKey) {
  const temp_folder folder;
  const std::string pem = folder.write("x.pem", "x");
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_CERTIFICATE_FILE", pem}}),
              ElementsAre("environment variable GANTRY_CERTIFICATE_FILE: core.certificate_file: a "
                          "certificate and its key go together: name both"));
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_KEY_FILE", pem}}),
              ElementsAre(HasSubstr("GANTRY_KEY_FILE: core.key_file: ")));
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_KEY_FILE", pem}, {"GANTRY_CERTIFICATE_FILE", pem}}),
              IsEmpty());
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_TOKEN_FILE", folder.path()}}),
              ElementsAre(HasSubstr("cannot be read")))
      << "a folder is no file";
}

// It says nothing of a core that may well be named in the part that cannot be read.
TEST(Config, TellsTheLineOfASyntaxError) {
  EXPECT_THAT(mistakes("[core]\nserver = \"core.local\nport = 1\n"),
              ElementsAre(HasSubstr("gantry.toml:2: ")));
  EXPECT_THAT(mistakes("[core]\nserver = \"a\"\n\nserver = \"b\"\n"),
              ElementsAre(HasSubstr("gantry.toml:4: ")));
  EXPECT_THAT(mistakes("[core\n", {{"MYKO_PORT", "x"}}),
              ElementsAre(HasSubstr("gantry.toml:1: "), HasSubstr("MYKO_PORT")));
}

TEST(Config, ReportsAMistakeInTheFileThoughItIsOverridden) {
  EXPECT_THAT(mistakes("[core]\nport = 0\n", {{"RSHIP_SERVER", "x"}, {"MYKO_PORT", "1"}}),
              ElementsAre("gantry.toml:2: core.port: a port is from 1 to 65535, not 0"));
}

TEST(Config, TakesATableForASettingForAMistake) {
  EXPECT_THAT(mistakes("core = 5\n"), testing::Contains(HasSubstr("gantry.toml:1: core: ")));
  EXPECT_THAT(mistakes("[core.server]\nx = 1\n"),
              testing::Contains("gantry.toml:1: core.server: must be a text"));
}

}  // namespace
}  // namespace gantry
