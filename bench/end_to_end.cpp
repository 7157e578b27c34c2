// The questions: how near does gantry come to what the engine gives, how late is a line, and what
// does it cost? With a real engine, the real program, and a core that costs little.
//
//     scripts/bench
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "bench/report.hpp"
#include "bench/stage.hpp"
#include "myko/net/clock.hpp"

namespace gantry::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

struct options {
  stage_config stage;
  std::string table;
  std::string json;
  std::vector<std::string> parts;
  bool quick = false;
};

constexpr double ratio_min = 0.95;
constexpr double share_max = 0.5;
constexpr double memory_max = 40;   // MiB
constexpr double latency_max = 30;  // ms
constexpr double million = 1'000'000;

double in_seconds(std::chrono::steady_clock::duration in) {
  return std::chrono::duration<double>(in).count();
}

double percentile(std::vector<double>& sorted, double which) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(which * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return percentile(values, 0.5);
}

// Prints so many lines of that many bytes, newlines included, as fast as it can.
std::string print(std::uint64_t lines, std::size_t bytes) {
  return "yes " + std::string(bytes - 1, 'x') + " | head -n " + std::to_string(lines);
}

// Many pulses a second: the rate that an emitter may have is not what is measured.
environment any_rate() { return {{"GANTRY_HISTORY", "all"}, {"GANTRY_PULSES_PER_SECOND", "1000"}}; }
environment usual_rate() { return {{"GANTRY_HISTORY", "all"}}; }

class measurements {
 public:
  measurements(const options& chosen, report& out)
      : options_(chosen), stage_(chosen.stage), out_(out) {}

  void run() {
    part("ceiling-77", [&] { ceiling(77, scaled(1'000'000)); });
    part("ceiling-256", [&] { ceiling(256, scaled(400'000)); });
    part("several", [&] { several(8, 77, scaled(1'000'000) / 8); });
    part("latency", [&] { latency(); });
    part("load", [&] { load("4 containers, the usual rate", 4, usual_rate()); });
    part("load-any-rate", [&] { load("1 container, any rate", 1, any_rate()); });
    part("backlog", [&] { backlog(); });
    part("idle", [&] { idle(); });
  }

 private:
  struct passage {
    double rate = 0;     // lines per second, from the first pulse on
    double overall = 0;  // from the start of the program
    double cpu = 0;      // seconds, from the start of the program
    double peak = 0;
  };

  template <typename Measure>
  void part(const std::string& name, const Measure& measure) {
    const auto& wanted = options_.parts;
    if (!wanted.empty() && std::ranges::find(wanted, name) == wanted.end()) return;
    name_ = name;
    stage_.begin_scene(name);
    measure();
  }

  void begin(const std::string& about) { out_.begin_part(name_, about); }

  [[nodiscard]] std::uint64_t scaled(std::uint64_t lines) const {
    return options_.quick ? lines / 10 : lines;
  }
  [[nodiscard]] std::chrono::seconds span() const { return options_.quick ? 5s : 20s; }
  [[nodiscard]] int rounds() const { return options_.quick ? 1 : 3; }

  // Of a program that begins now, until so many lines have come.
  passage read_with_gantry(std::uint64_t lines, const environment& extra) {
    const auto begin = net::now().steady;
    stage_.start_gantry(extra);
    const auto& counts = stage_.core().counts();
    stage_.until(
        "reading with gantry", [&] { return counts.lines + counts.dropped >= lines; }, 300s);
    const auto read = static_cast<double>(lines - counts.first_lines);
    passage out;
    out.rate = read / in_seconds(counts.last.steady - counts.first.steady);
    out.overall = static_cast<double>(lines) / in_seconds(counts.last.steady - begin);
    out.cpu = stage_.gantry().cpu_seconds();
    out.peak = stage_.gantry().peak_mebibytes();
    stage_.end_gantry();
    return out;
  }

  void compare(const std::vector<std::string>& containers, std::uint64_t each,
               const environment& extra) {
    const std::uint64_t lines = each * containers.size();
    stage_.read_plainly(containers, each, 300s);  // all is printed then, and in the page cache
    std::vector<double> plain;
    std::vector<passage> through;
    for (int round = 0; round < rounds(); ++round) {
      plain.push_back(stage_.read_plainly(containers, each, 300s));
      through.push_back(read_with_gantry(lines, extra));
    }
    const auto of = [&](double passage::*what) {
      std::vector<double> all;
      for (const passage& one : through) all.push_back(one.*what);
      return median(all);
    };
    out_.add({.name = "plain reader", .value = median(plain), .unit = "lines/s"});
    out_.add(
        {.name = "gantry, through to the core", .value = of(&passage::rate), .unit = "lines/s"});
    out_.add({.name = "the same, from the start of the program",
              .value = of(&passage::overall),
              .unit = "lines/s"});
    // Of several, the engine alone takes all cores of a small machine.
    const bool one = containers.size() == 1;
    out_.add({.name = "ratio",
              .value = of(&passage::rate) / median(plain),
              .goal = one ? goal::at_least : goal::none,
              .limit = ratio_min});
    out_.add({.name = "CPU of gantry for 1,000,000 lines",
              .value = of(&passage::cpu) / static_cast<double>(lines) * million,
              .unit = "s"});
    out_.add({.name = "peak resident memory",
              .value = of(&passage::peak),
              .unit = "MiB",
              .goal = goal::at_most,
              .limit = memory_max});
  }

  void ceiling(std::size_t bytes, std::uint64_t lines) {
    begin("a stored log of " + std::to_string(lines) + " lines of " + std::to_string(bytes) +
          " bytes, read from its begin; 1000 pulses a second");
    compare(stage_.run_containers(1, print(lines, bytes) + "; sleep 3600"), lines, any_rate());
    out_.note(
        "the engine, the core, and gantry share the machine's cores; the plain reader has "
        "them but for the engine");
  }

  void several(std::size_t count, std::size_t bytes, std::uint64_t lines) {
    begin("the logs of " + std::to_string(count) + " containers at once, " + std::to_string(lines) +
          " lines of " + std::to_string(bytes) +
          " bytes each; the usual 60 pulses a second of each");
    compare(stage_.run_containers(count, print(lines, bytes) + "; sleep 3600"), lines,
            usual_rate());
  }

  void latency() {
    begin("100 lines/s of one container, from the engine's stamp to the core");
    stage_.run_containers(1, "while :; do echo tick; usleep 10000; done");
    for (const bool usual : {true, false}) {
      stage_.start_gantry(usual ? environment{} : any_rate());
      const auto& counts = stage_.core().counts();
      stage_.until(
          "the first line", [&] { return counts.lines > 0; }, 60s);
      stage_.pass(2s);
      stage_.core().reset(true);
      stage_.pass(span());
      std::vector<double> sorted = counts.latencies;
      std::ranges::sort(sorted);
      const std::string suffix = usual ? ", 60 pulses a second" : ", 1000 pulses a second";
      out_.add({.name = "p50" + suffix, .value = percentile(sorted, 0.5), .unit = "ms"});
      out_.add({.name = "p99" + suffix,
                .value = percentile(sorted, 0.99),
                .unit = "ms",
                .goal = goal::at_most,
                .limit = latency_max});
      out_.add({.name = "max" + suffix, .value = percentile(sorted, 1), .unit = "ms"});
      out_.add({.name = "pulses" + suffix, .value = static_cast<double>(sorted.size())});
    }
    out_.note("of a pulse with several lines, the oldest");
  }

  void load(const std::string& how, std::size_t containers, const environment& extra) {
    begin("about 40,000 lines/s of 256 bytes; " + how);
    const std::uint64_t burst = 4'000 / containers;
    stage_.run_containers(containers, "while :; do " + print(burst, 256) + "; usleep 90000; done");
    environment settings = extra;
    settings.erase("GANTRY_HISTORY");
    stage_.start_gantry(settings);
    const auto& counts = stage_.core().counts();
    stage_.until(
        "the first line", [&] { return counts.lines > 0; }, 60s);
    stage_.pass(2s);
    const double cpu = stage_.gantry().cpu_seconds();
    const auto begun = net::now().steady;
    stage_.core().reset();
    stage_.pass(span());
    const double used = stage_.gantry().cpu_seconds() - cpu;
    const double passed = in_seconds(net::now().steady - begun);
    const auto lines = static_cast<double>(counts.lines);
    out_.add({.name = "rate that was reached", .value = lines / passed, .unit = "lines/s"});
    out_.add(
        {.name = "pulses", .value = static_cast<double>(counts.pulses) / passed, .unit = "1/s"});
    out_.add({.name = "share of a core",
              .value = used / passed,
              .goal = goal::at_most,
              .limit = share_max});
    out_.add({.name = "the same, at 40,000 lines/s",
              .value = used / lines * 40'000,
              .goal = goal::at_most,
              .limit = share_max});
    out_.add({.name = "CPU for 1,000,000 lines", .value = used / lines * million, .unit = "s"});
    add_peak("peak resident memory");
  }

  void add_peak(const std::string& name) {
    out_.add({.name = name,
              .value = stage_.gantry().peak_mebibytes(),
              .unit = "MiB",
              .goal = goal::at_most,
              .limit = memory_max});
    stage_.gantry().forget_peak();
  }

  // Above what the outbox may hold, by a quarter.
  void backlog() {
    const std::uint64_t limit = options_.quick ? 32U << 20U : 256U << 20U;
    const std::uint64_t lines = limit * 5 / 4 / 256;
    begin("the core is away while " + std::to_string(lines) + " lines of 256 bytes are read, " +
          std::to_string(limit >> 20U) + " MiB of which the outbox may hold");
    const auto names = stage_.run_containers(1, print(lines, 256) + "; sleep 3600");
    stage_.read_plainly(names, lines, 300s);
    environment settings = any_rate();
    settings["GANTRY_OUTBOX_BYTES_MAX"] = std::to_string(limit >> 20U) + "MiB";
    stage_.start_gantry(settings);
    stage_.core().stop();
    stage_.pass(3s);
    stage_.until_quiet(300s);
    add_peak("peak resident memory, while it grows");
    stage_.core().reset();
    stage_.core().start();
    const auto& counts = stage_.core().counts();
    stage_.until(
        "the backlog", [&] { return counts.lines + counts.dropped >= lines; }, 300s);
    out_.add({.name = "drained",
              .value = static_cast<double>(counts.lines) /
                       in_seconds(counts.last.steady - counts.first.steady),
              .unit = "lines/s"});
    out_.add({.name = "lines that were dropped", .value = static_cast<double>(counts.dropped)});
    out_.add(
        {.name = "lines told or dropped, of 1",
         .value = static_cast<double>(counts.lines + counts.dropped) / static_cast<double>(lines)});
    stage_.until_quiet(60s);
    add_peak("peak resident memory, while it drains");
  }

  void idle() {
    const std::size_t few = 20;
    const std::size_t many = options_.quick ? 50 : 200;
    begin("containers that print nothing");
    stage_.run_containers(few, "exec sleep 3600");
    stage_.start_gantry();
    const auto& counts = stage_.core().counts();
    stage_.until(
        "the targets", [&] { return counts.targets >= few; }, 60s);
    stage_.until_quiet(60s);
    const double cpu = stage_.gantry().cpu_seconds();
    const auto begun = net::now().steady;
    stage_.pass(span());
    out_.add(
        {.name = "share of a core, 20 containers",
         .value = (stage_.gantry().cpu_seconds() - cpu) / in_seconds(net::now().steady - begun)});
    add_peak("peak resident memory, 20 containers");
    stage_.run_containers(many - few, "exec sleep 3600");
    stage_.until(
        "the targets", [&] { return counts.targets >= many; }, 120s);
    stage_.until_quiet(60s);
    add_peak("peak resident memory, " + std::to_string(many) + " containers");
  }

  const options& options_;
  bench::stage stage_;
  report& out_;
  std::string name_;
};

}  // namespace
}  // namespace gantry::bench

int main(int argc, char** argv) {
  namespace bench = gantry::bench;
  bench::options chosen;
  CLI::App app("Measures gantry with a real engine; scripts/bench runs it.");
  app.add_option("--gantry", chosen.stage.gantry, "the program")->required();
  app.add_option("--engine", chosen.stage.engine, "as DOCKER_HOST")->required();
  app.add_option("--folder", chosen.stage.folder, "of its own; deleted at the end")->required();
  app.add_option("--table", chosen.table, "where to write the table")->required();
  app.add_option("--json", chosen.json, "where to write the figures as JSON");
  app.add_flag("--quick", chosen.quick, "a tenth of it");
  app.add_option("PART", chosen.parts, "only these");
  CLI11_PARSE(app, argc, argv);

  std::ofstream table(chosen.table, std::ios::app);
  bench::report report(table);
  int status = 0;
  try {
    bench::measurements(chosen, report).run();
  } catch (const std::exception& error) {
    table << "end_to_end: " << error.what() << std::endl;
    status = 1;
  }
  if (!chosen.json.empty()) std::ofstream(chosen.json) << report.json();
  return status;
}
