// The question: which step of a line's way from the engine's bytes to the core's frame costs most?
// Each benchmark is one step for lines of 77 bytes; compare their ratios within one run.
//
//     build/release/bin/line_bench
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "executor/engine/log_decoder.hpp"
#include "executor/fleet/line_pulses.hpp"
#include "model/item_json.hpp"
#include "myko/parse.hpp"
#include "myko/write.hpp"

namespace {

using namespace gantry;

constexpr int lines_each = 1'000;

std::string line_text(int number) {
  std::string out = "line " + std::to_string(number) + " ";
  out.resize(77, 'x');
  return out;
}

// As an engine sends them: frames of a multiplexed stream, stamped.
std::string engine_bytes() {
  std::string out;
  for (int each = 0; each < lines_each; ++each) {
    const std::string text = "2026-11-21T09:00:00.000000000Z " + line_text(each) + "\n";
    const auto size = static_cast<char>(text.size());
    out += std::string{1, 0, 0, 0, 0, 0, 0, size} + text;
  }
  return out;
}

std::vector<engine::log_line> lines() {
  std::vector<engine::log_line> out;
  for (int each = 0; each < lines_each; ++each) out.push_back({.text = line_text(each)});
  return out;
}

model::pulse pulse() {
  return {.emitter = model::emitter_id("gantry-host:container/clock:output"),
          .data = fleet::to_json({.seq = 1, .count = 1, .text = line_text(1)}),
          .timestamp = 1'767'225'600'000,
          .sequence = 1};
}

void decode(benchmark::State& state) {
  const std::string bytes = engine_bytes();
  for (auto _ : state) {
    engine::log_decoder decoder(false);
    std::vector<engine::log_line> out;
    benchmark::DoNotOptimize(decoder.feed(bytes, out));
  }
  state.SetItemsProcessed(state.iterations() * lines_each);
}
BENCHMARK(decode);

void combine(benchmark::State& state) {
  const auto input = lines();
  for (auto _ : state) {
    fleet::line_pulses pulses({});
    for (const auto& line : input) benchmark::DoNotOptimize(pulses.add(line, {}));
  }
  state.SetItemsProcessed(state.iterations() * lines_each);
}
BENCHMARK(combine);

void hash_and_write(benchmark::State& state) {
  const model::pulse one = pulse();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        myko::write(myko::event{.item_type = "Pulse", .item = model::to_item(one)}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hash_and_write);

void parse_frame(benchmark::State& state) {
  const std::string frame =
      myko::write(myko::event{.item_type = "Pulse", .item = model::to_item(pulse())});
  for (auto _ : state) benchmark::DoNotOptimize(myko::parse(frame));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_frame);

}  // namespace
