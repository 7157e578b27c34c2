#include "executor/config.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "executor/settings.hpp"
#include "tests/executor/temp_folder.hpp"

namespace gantry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

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
  EXPECT_EQ(loaded.config.servers[0].second_port, 5155);
  EXPECT_EQ(loaded.config.pulses_per_second, 60);
  EXPECT_EQ(loaded.config.line_bytes_max, 1U << 20U);
  EXPECT_EQ(loaded.config.core.frame_bytes_max, 15U << 20U);
  EXPECT_TRUE(loaded.config.combine);
  EXPECT_EQ(loaded.config.history, fleet::output_history());
  EXPECT_EQ(loaded.config.forget_after, 30 * 24h);
  EXPECT_THAT(loaded.config.emitters, IsEmpty());
  const outbox_config& outbox = loaded.config.outbox;
  EXPECT_EQ(outbox.bytes_max, 256U << 20U);
  EXPECT_EQ(outbox.age_max, std::nullopt);
  EXPECT_EQ(outbox.memory_bytes_max, 8U << 20U);
  EXPECT_EQ(outbox.window_bytes, 1U << 20U);
  EXPECT_EQ(outbox.commit_within, 20ms);
  EXPECT_EQ(outbox.synchronous, outbox::durability::full);
}

TEST(Config, TakesTheCoreToBeOnThisHostWhereNoneIsNamed) {
  const auto loaded = load("", {{"RSHIP_SERVER", ""}});
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_THAT(loaded.config.servers, ElementsAre(myko::core_alongside(5155)));
  EXPECT_EQ(loaded.config.core.server, "") << "by which the log can tell";
  EXPECT_THAT(load("core.port = 6000\n").config.servers, ElementsAre(myko::core_alongside(6000)));
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
schema_descriptions = true
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
combine = false
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
  EXPECT_TRUE(config.core.schema_descriptions);
  EXPECT_EQ(config.engine_host, "tcp://10.0.0.1:2375");
  EXPECT_EQ(config.service_id, "gantry-x");
  EXPECT_EQ(config.color, "#ABCDEF");
  EXPECT_THAT(config.containers.names, ElementsAre("a*", "b"));
  EXPECT_THAT(config.containers.labels, ElementsAre("role=x"));
  EXPECT_THAT(config.containers.images, IsEmpty());
  EXPECT_THAT(config.containers.projects, ElementsAre("shop"));
  EXPECT_EQ(config.pulses_per_second, 30);
  EXPECT_EQ(config.line_bytes_max, 2'048U);
  EXPECT_FALSE(config.combine);
  EXPECT_EQ(config.log_level, "debug");
}

TEST(Config, ReadsSizesAndDurations) {
  const auto loaded = load(R"(
[core]
server = "core.local"
frame_bytes_max = "1MiB"
[containers]
history = "15m"
forget_after = "never"
[output]
line_bytes_max = "64KiB"
[outbox]
bytes_max = "1GiB"
age_max = "7d"
memory_bytes_max = "16MiB"
window_bytes = 131072
commit_within = "1s"
synchronous = "off"
)");
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  const config& config = loaded.config;
  EXPECT_EQ(config.history, (fleet::output_history{fleet::history_extent::recent, 15min}));
  EXPECT_EQ(config.forget_after, std::nullopt);
  EXPECT_EQ(config.line_bytes_max, 64U << 10U);
  EXPECT_EQ(config.core.frame_bytes_max, 1U << 20U);
  EXPECT_EQ(config.outbox.bytes_max, 1U << 30U);
  EXPECT_EQ(config.outbox.age_max, 7 * 24h);
  EXPECT_EQ(config.outbox.memory_bytes_max, 16U << 20U);
  EXPECT_EQ(config.outbox.window_bytes, 128U << 10U);
  EXPECT_EQ(config.outbox.commit_within, 1s);
  EXPECT_EQ(config.outbox.synchronous, outbox::durability::off);
}

TEST(Config, ReadsSizesAndDurationsFromTextEverywhere) {
  const auto loaded = load(minimal,
                           {{"GANTRY_OUTBOX_BYTES_MAX", " 2MiB "},
                            {"GANTRY_OUTBOX_AGE_MAX", "1h"},
                            {"GANTRY_OUTBOX_MEMORY_BYTES_MAX", "1048576"},
                            {"GANTRY_OUTBOX_SYNCHRONOUS", "normal"},
                            {"GANTRY_HISTORY", "all"},
                            {"GANTRY_FORGET_AFTER", "1m"},
                            {"GANTRY_COMBINE", "no"}},
                           {{"outbox.window_bytes", "64KiB"},
                            {"outbox.commit_within", "10s"},
                            {"outbox.age_max", "never"},
                            {"containers.history", "none"}});
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  const config& config = loaded.config;
  EXPECT_EQ(config.outbox.bytes_max, 2U << 20U);
  EXPECT_EQ(config.outbox.age_max, std::nullopt) << "flags win";
  EXPECT_EQ(config.outbox.memory_bytes_max, 1U << 20U);
  EXPECT_EQ(config.outbox.window_bytes, 64U << 10U);
  EXPECT_EQ(config.outbox.commit_within, 10s);
  EXPECT_EQ(config.outbox.synchronous, outbox::durability::normal);
  EXPECT_EQ(config.history, fleet::output_history()) << "flags win";
  EXPECT_EQ(config.forget_after, 1min);
  EXPECT_FALSE(config.combine);
}

TEST(Config, NamesMistakesInSizesAndDurations) {
  const std::string duration = "must be a duration such as 20ms, 30s, 15m, 12h or 30d";
  EXPECT_THAT(
      mistakes(R"([core]
server = "core.local"
[containers]
history = "some"
forget_after = "30s"
[outbox]
bytes_max = "1KiB"
age_max = "10y"
memory_bytes_max = -1
window_bytes = "1MB"
commit_within = 20
synchronous = "extra"
)",
               {{"GANTRY_OUTBOX_COMMIT_WITHIN", "20"}, {"GANTRY_HISTORY", "0s"}},
               {{"outbox.bytes_max", "99999999999999GiB"}, {"outbox.commit_within", "15m"}}),
      testing::UnorderedElementsAre(
          "gantry.toml:4: containers.history: must be none, all, or a duration such as 30s, 15m, "
          "12h or 30d, not \"some\"",
          "gantry.toml:5: containers.forget_after: must be from 1m to 3650d, not 30s",
          "gantry.toml:7: outbox.bytes_max: must be from 1MiB to 64GiB, not 1KiB",
          "gantry.toml:8: outbox.age_max: " + duration + ", or never, not \"10y\"",
          "gantry.toml:9: outbox.memory_bytes_max: must be a size such as 64KiB, 256MiB or 1GiB, "
          "not \"-1\"",
          "gantry.toml:10: outbox.window_bytes: must be a size such as 64KiB, 256MiB or 1GiB, not "
          "\"1MB\"",
          "gantry.toml:11: outbox.commit_within: " + duration,
          "gantry.toml:12: outbox.synchronous: must be off, normal or full, not \"extra\"",
          "environment variable GANTRY_OUTBOX_COMMIT_WITHIN: outbox.commit_within: " + duration +
              ", not \"20\"",
          "environment variable GANTRY_HISTORY: containers.history: must be from 1ms to 3650d, "
          "not 0ms",
          "--outbox-bytes-max: outbox.bytes_max: must be from 1MiB to 64GiB",
          "--outbox-commit-within: outbox.commit_within: must be from 1ms to 10s, not 15m"));
}

TEST(Config, NamesTheSuccessorOfARetiredSetting) {
  const std::string what =
      "output.queue_bytes_max: is there no more: set outbox.memory_bytes_max instead";
  EXPECT_THAT(mistakes("core.server = \"a\"\noutput.queue_bytes_max = \"anything\"\n"),
              ElementsAre("gantry.toml:2: " + what));
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_QUEUE_BYTES_MAX", "1048576"}}),
              ElementsAre("environment variable GANTRY_QUEUE_BYTES_MAX: " + what));
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_QUEUE_BYTES_MAX", ""}}), IsEmpty());
  EXPECT_THAT(mistakes(minimal, {}, {{"output.queue_bytes_max", "1"}}),
              ElementsAre("--queue-bytes-max: " + what));
}

TEST(Config, ReadsRulesForEmittersInTheirOrder) {
  const auto loaded = load(R"(
core.server = "core.local"
[[emitter]]
match = "container/web*:output"
delivery = "queued"
ttl = "10s"
pulses_per_second = 0.5
combine = false
[[emitter]]
match = "*:stats"
delivery = "latest"
pulses_per_second = 1
[[emitter]]
match = "*"
ttl = "never"
)");
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  using fleet::emitter_rule;
  EXPECT_THAT(loaded.config.emitters,
              ElementsAre(emitter_rule{.match = "container/web*:output",
                                       .delivery = fleet::delivery::queued,
                                       .ttl = 10s,
                                       .pulses_per_second = 0.5,
                                       .combine = false},
                          emitter_rule{.match = "*:stats",
                                       .delivery = fleet::delivery::latest,
                                       .ttl = {},
                                       .pulses_per_second = 1,
                                       .combine = {}},
                          emitter_rule{.match = "*",
                                       .delivery = {},
                                       .ttl = std::optional<std::chrono::milliseconds>(),
                                       .pulses_per_second = {},
                                       .combine = {}}));
  EXPECT_THAT(load("core.server = \"a\"\nemitter = [{match = \"*\"}]\n").config.emitters,
              testing::SizeIs(1));
  EXPECT_THAT(mistakes("core.server = \"a\"\nemitter = []\n"), IsEmpty());
}

TEST(Config, NamesMistakesInRulesForEmitters) {
  EXPECT_THAT(
      mistakes(R"(core.server = "core.local"
[[emitter]]
match = ""
delivery = "Queued"
ttl = 10
colour = "red"

[[emitter]]
pulses_per_second = 0

[[emitter]]
match = 5
delivery = true
ttl = "0s"
pulses_per_second = "30"
combine = "no"

[[emitter]]
match = "container/clock"
ttl = "10"
pulses_per_second = 10000.1

[[emitter]]
match = "*:output"
ttl = "10s"
delivery = "latest"
)"),
      testing::UnorderedElementsAre(
          "gantry.toml:3: emitter.match: must not be empty: * fits every emitter",
          "gantry.toml:4: emitter.delivery: must be queued or latest, not \"Queued\"",
          "gantry.toml:5: emitter.ttl: must be a duration such as 20ms, 30s, 15m, 12h or 30d, or "
          "never",
          "gantry.toml:6: emitter.colour: there is no such key in [[emitter]]; see gantry --help",
          "gantry.toml:8: emitter.match: a rule has to say what it is for, such as "
          "container/web*:output",
          "gantry.toml:9: emitter.pulses_per_second: must be from 0.1 to 10000",
          "gantry.toml:12: emitter.match: must be a text",
          "gantry.toml:13: emitter.delivery: must be a text",
          "gantry.toml:14: emitter.ttl: must be from 1ms to 3650d, not 0ms",
          "gantry.toml:15: emitter.pulses_per_second: must be a number",
          "gantry.toml:16: emitter.combine: must be true or false",
          "gantry.toml:19: emitter.match: names no emitter: write \"container/clock:output\", or "
          "\"container/clock:*\" for all",
          "gantry.toml:20: emitter.ttl: must be a duration such as 20ms, 30s, 15m, 12h or 30d, or "
          "never, not \"10\"",
          "gantry.toml:21: emitter.pulses_per_second: must be from 0.1 to 10000",
          "gantry.toml:25: emitter.ttl: is for queued pulses only: of the latest, a newer one "
          "takes the place"));
}

TEST(Config, TakesRulesForEmittersAsAnArrayOfTablesOnly) {
  for (const char* wrong : {"emitter = 5", "[emitter]\nmatch = \"*\"", "emitter = [1]",
                            "emitter = [{match = \"*\"}, 1]", "emitter.match = \"*\""}) {
    EXPECT_THAT(mistakes(std::string(minimal) + wrong),
                ElementsAre("gantry.toml:2: emitter: rules are written as tables [[emitter]]"))
        << wrong;
  }
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

TEST(Config, TakesTheAddressThatSdksReadLast) {
  const texts url{{"RSHIP_URL", "http://core:5155/myko?token=s3cret"}};
  EXPECT_THAT(load("", url).config.servers,
              ElementsAre(myko::server_address{
                  .host = "core", .port = 5155, .path = "/myko?token=s3cret"}));
  texts all = url;
  all.emplace("RSHIP_ADDRESS", "old");
  EXPECT_EQ(load("", all).config.core.server, "old");
  all.emplace("RSHIP_SERVER", "env");
  EXPECT_EQ(load("", all).config.core.server, "env");
  for (const char* name : {"MYKO_PORT", "GANTRY_LOG_LEVEL", "GANTRY_OUTBOX_SYNCHRONOUS"}) {
    EXPECT_THAT(mistakes(minimal, {{name, "ws://me:s3cret@core"}}),
                ElementsAre(testing::AllOf(HasSubstr("not \"...@core\""),
                                           testing::Not(HasSubstr("s3cret")))));
  }
  EXPECT_THAT(mistakes("", {{"RSHIP_URL", "ftp://core?token=s3cret"}}),
              ElementsAre(testing::AllOf(HasSubstr("environment variable RSHIP_URL: core.server: "),
                                         testing::Not(HasSubstr("s3cret")))));
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

TEST(Config, LooksForTheEngineWithAuto) {
  EXPECT_EQ(load("[engine]\nhost = \"auto\"\nstart_podman = false\n").config.engine_host, "");
  EXPECT_FALSE(load("[engine]\nstart_podman = false\n").config.start_podman);
  EXPECT_EQ(load("", {{"DOCKER_HOST", "auto"}}).config.engine_host, "");
  const auto flag = load("", {{"DOCKER_HOST", "unix:///x.sock"}}, {{"engine.host", "auto"}});
  EXPECT_EQ(flag.config.engine_host, "unix:///x.sock") << "auto tries DOCKER_HOST first";
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
combine = 0
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
                  "gantry.toml:13: output.pulses_per_second: must be from 0.1 to 10000",
                  "gantry.toml:14: output.line_bytes_max: must be a size such as 64KiB, 256MiB or "
                  "1GiB",
                  "gantry.toml:15: output.combine: must be true or false",
                  HasSubstr("gantry.toml:17: log.level: must be debug"),
                  "gantry.toml:18: nonsense: there is no such setting; see gantry --help",
                  "environment variable MYKO_PORT: core.port: a port is from 1 to 65535, not 70000",
                  HasSubstr("environment variable GANTRY_COMPRESS: core.compress: must be true"),
                  "--line-bytes-max: output.line_bytes_max: must be a size such as 64KiB, 256MiB "
                  "or 1GiB, not \"many\""));
}

TEST(Config, NamesThePlaceOfWhatOnlyShowsAsAWhole) {
  EXPECT_THAT(mistakes(R"([core]
server = "ftp://core"
token_file = "/nowhere/token"
[engine]
host = "ssh://there"
)"),
              ElementsAre(HasSubstr("gantry.toml:2: core.server: "),
                          HasSubstr("gantry.toml:5: engine.host: "),
                          HasSubstr("gantry.toml:3: core.token_file: the token file /nowhere/token "
                                    "cannot be used: No such")));
  EXPECT_THAT(mistakes(minimal, {{"DOCKER_HOST", "nonsense"}}),
              ElementsAre(HasSubstr("environment variable DOCKER_HOST: engine.host: ")));
  EXPECT_THAT(
      mistakes(std::string(minimal) + "engine.host = \"auto\"\n", {{"DOCKER_HOST", "nonsense"}}),
      ElementsAre(HasSubstr("environment variable DOCKER_HOST: engine.host: \"nonsense\"")))
      << "the file leaves it to the variable";
  EXPECT_THAT(
      mistakes(minimal, {}, {{"core.ca_file", "/nowhere"}}),
      ElementsAre(HasSubstr("--ca-file: core.ca_file: the file /nowhere cannot be read: No such")));
}

TEST(Config, KnowsWhichTableIsMeant) {
  EXPECT_THAT(mistakes(std::string(minimal) + "[[emiter]]\nmatch = \"*\"\n"),
              ElementsAre(HasSubstr("emiter: there is no such setting: did you mean emitter?")));
  EXPECT_THAT(
      mistakes(std::string(minimal) + "[contaners]\nnames = [\"a\"]\n"),
      ElementsAre(HasSubstr("contaners: there is no such setting: did you mean containers?")));
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
              ElementsAre(HasSubstr("cannot be used")))
      << "a folder is no file";
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_TOKEN_FILE", pipe}}),
              ElementsAre(HasSubstr("cannot be used: it is no regular file")));
  EXPECT_THAT(mistakes(minimal, {{"GANTRY_CA_FILE", pipe}}),
              ElementsAre(HasSubstr("cannot be read: it is no regular file")));
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

TEST(Config, RefusesKeysWithoutAnEndBeforeTheParserSeesThem) {
  std::string key = "a";
  for (int part = 0; part < 20'000; ++part) key += ".a";
  for (const std::string& line : {key + " = 1", "[" + key + "]", "x = {" + key + " = 1}"}) {
    EXPECT_THAT(
        mistakes("[core]\n" + line + "\n"),
        ElementsAre("gantry.toml:2: a name with more than 64 parts is no key of a setting"));
  }
  std::string quoted = R"("\"")";
  for (int part = 0; part < 100; ++part) quoted += R"(."\"")";
  EXPECT_THAT(mistakes(quoted + " = 1\n"), ElementsAre(HasSubstr("more than 64 parts")));
  std::string dots(200, '.');
  for (int time = 0; time < 100; ++time) dots += "-.";
  EXPECT_THAT(mistakes(std::string(minimal) + "# " + dots + " v1.2.3 a.b.c\n"), IsEmpty());
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
