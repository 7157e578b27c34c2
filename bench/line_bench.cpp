// The question: which step of a line's way from the engine's bytes to the outbox costs most? The
// steps are given the same lines; compare them within one run.
//
//     build/bench/bin/micro_bench --benchmark_filter=lines
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "executor/engine/log_decoder.hpp"
#include "executor/fleet/line_pulses.hpp"
#include "executor/outbox/json_line.hpp"
#include "myko/net/clock.hpp"

namespace {

using namespace gantry;

constexpr std::size_t lines_each = 1'000;
constexpr const char* stamp = "2026-11-21T09:00:00.000000000Z ";

std::string line_text(std::size_t number, std::size_t bytes) {
  std::string out = "line " + std::to_string(number) + " ";
  out.resize(bytes, 'x');
  return out;
}

// As an engine sends them: frames of a multiplexed stream, stamped, now of stdout, now of stderr.
std::string engine_bytes(std::size_t line_bytes) {
  std::string out;
  for (std::size_t each = 0; each < lines_each; ++each) {
    const std::string text = stamp + line_text(each, line_bytes) + "\n";
    const char stream = each % 8 == 0 ? '\2' : '\1';
    out += {stream,
            0,
            0,
            0,
            0,
            0,
            static_cast<char>(text.size() >> 8U),
            static_cast<char>(text.size() & 255U)};
    out += text;
  }
  return out;
}

std::vector<engine::log_line> lines(std::size_t line_bytes) {
  std::vector<engine::log_line> out;
  engine::log_decoder decoder(false);
  static_cast<void>(decoder.feed(engine_bytes(line_bytes), out));
  return out;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines_each));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines_each) *
                          state.range(0));
}

void lines_decode(benchmark::State& state) {
  const std::string bytes = engine_bytes(static_cast<std::size_t>(state.range(0)));
  engine::log_decoder decoder(false);
  for (auto _ : state) {
    std::vector<engine::log_line> out;
    benchmark::DoNotOptimize(decoder.feed(bytes, out));
  }
  count(state);
}
BENCHMARK(lines_decode)->Arg(77)->Arg(256);

void lines_to_json(benchmark::State& state) {
  const auto input = lines(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (const auto& line : input) benchmark::DoNotOptimize(outbox::as_json(line.text));
  }
  count(state);
}
BENCHMARK(lines_to_json)->Arg(77)->Arg(256);

// At a rate that makes each line a pulse, and at the usual one, at which they are combined.
void lines_to_pulses(benchmark::State& state) {
  const auto input = lines(static_cast<std::size_t>(state.range(0)));
  const std::string container(64, 'a');
  const auto now = net::now().steady;
  for (auto _ : state) {
    fleet::line_pulses_config config;
    config.pulses_per_second = static_cast<double>(state.range(1));
    fleet::line_pulses pulses(config);
    for (const auto& line : input) pulses.add(line, container, now);
    benchmark::DoNotOptimize(pulses.take(now));
  }
  count(state);
}
BENCHMARK(lines_to_pulses)->ArgsProduct({{77, 256}, {60, 10'000}});

}  // namespace
