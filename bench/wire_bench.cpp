// The question: what does a frame cost that goes to the core, or comes from it?
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "executor/outbox/render.hpp"
#include "model/item_json.hpp"
#include "myko/parse.hpp"
#include "myko/write.hpp"

namespace {

using namespace gantry;

constexpr std::size_t small = 77;
constexpr std::size_t large = 64U << 10U;

// As lines are: text that needs no escapes but its newlines.
outbox::record lines_record(std::size_t bytes) {
  outbox::record out;
  out.target = model::target_id("gantry-host:container/clock");
  out.emitter = model::make_emitter_id(out.target, "output");
  out.form = outbox::form::lines;
  out.id = out.seq = 1'234'567;
  out.time = 1'767'225'600'123'456'789;
  out.timestamp = 1'767'225'600'124;
  while (out.body.size() < bytes) {
    out.body += std::string(std::min<std::size_t>(bytes - out.body.size(), small), 'x') + "\n";
    ++out.count;
  }
  out.body.resize(bytes);
  return out;
}

myko::event event_of(const outbox::record& from) {
  return {.item_type = "Pulse",
          .item = model::to_item(outbox::to_pulse(from)),
          .tx = "0f8fad5b-d9cb-469f-a165-70867728950e",
          .created_at = "2026-01-01T00:00:00.123Z"};
}

constexpr const char* command_frame =
    R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction","command":{"tx":"tx-1",)"
    R"("instanceId":"gantry-host","action":{"id":"gantry-host:container/clock:restart"},)"
    R"("data":{"grace":10},"targetId":"gantry-host:container/clock"}}})";

void parse(benchmark::State& state, const std::string& frame) {
  for (auto _ : state) benchmark::DoNotOptimize(myko::parse(frame));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}

void write(benchmark::State& state, const myko::message& message) {
  std::size_t bytes = 0;
  for (auto _ : state) bytes = myko::write(message).size();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

myko::ping ping() { return {.data = {R"({"id":"17","timestamp":1767225600000})"}}; }

void parse_event(benchmark::State& state) {
  parse(state, myko::write(event_of(lines_record(static_cast<std::size_t>(state.range(0))))));
}
BENCHMARK(parse_event)->Arg(small)->Arg(large);

void parse_command(benchmark::State& state) { parse(state, command_frame); }
BENCHMARK(parse_command);

void parse_ping(benchmark::State& state) { parse(state, myko::write(ping())); }
BENCHMARK(parse_ping);

void write_event(benchmark::State& state) {
  write(state, event_of(lines_record(static_cast<std::size_t>(state.range(0)))));
}
BENCHMARK(write_event)->Arg(small)->Arg(large);

void write_command(benchmark::State& state) { write(state, *myko::parse(command_frame)); }
BENCHMARK(write_command);

void write_ping(benchmark::State& state) { write(state, ping()); }
BENCHMARK(write_ping);

void content_hash(benchmark::State& state) {
  const model::pulse pulse =
      outbox::to_pulse(lines_record(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(model::content_hash(pulse));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(content_hash)->Arg(small)->Arg(large);

// All of it: from what the database holds to what the socket is given.
void render_frame(benchmark::State& state) {
  const outbox::record record = lines_record(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(myko::write(event_of(record)));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(render_frame)->Arg(small)->Arg(large);

}  // namespace
