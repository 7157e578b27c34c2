// The question: what does the disk cost, for small pulses and for combined ones?
//
// Databases lie in the folder for temporary files: what a flush costs there is what is measured.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "executor/outbox/store.hpp"
#include "myko/net/clock.hpp"

namespace {

using namespace gantry;
namespace fs = std::filesystem;

constexpr std::size_t small = 200;
constexpr std::size_t large = 64U << 10U;
constexpr std::size_t batch_bytes = 256U << 10U;
constexpr std::size_t rows_of_backlog = 8'000;

class temp_store {
 public:
  explicit temp_store(outbox::durability how)
      : folder_(fs::temp_directory_path() / ("gantry-bench-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    outbox::store_config config;
    config.file = folder_ / "gantry.db";
    config.durability = how;
    store_.emplace(config);
    static_cast<void>(store_->open());
  }
  ~temp_store() {
    store_.reset();
    fs::remove_all(folder_);
  }
  temp_store(const temp_store&) = delete;
  temp_store& operator=(const temp_store&) = delete;

  outbox::store& operator*() { return *store_; }
  outbox::store* operator->() { return &*store_; }

 private:
  fs::path folder_;
  std::optional<outbox::store> store_;
};

const model::target_id target("gantry-host:container/clock");

outbox::record lines_record(outbox::row_id id, std::size_t bytes, bool sealed) {
  outbox::record out;
  out.id = id;
  out.target = target;
  out.emitter = model::make_emitter_id(target, "output");
  out.seq = static_cast<std::uint64_t>(id);
  out.timestamp = 1'767'225'600'124;
  out.form = outbox::form::lines;
  out.sealed = sealed;
  out.joins = true;
  out.body.assign(bytes, 'x');
  out.time = 1'767'225'600'123'456'789;
  return out;
}

// Records from that id on.
outbox::batch batch_of(std::size_t count, outbox::row_id first, std::size_t bytes, bool sealed) {
  outbox::batch out;
  for (std::size_t each = 0; each < count; ++each) {
    out.records.push_back(lines_record(first + static_cast<outbox::row_id>(each), bytes, sealed));
  }
  const auto next = static_cast<std::uint64_t>(first) + count;
  out.seqs[model::make_emitter_id(target, "output").value] = next;
  return out;
}

// Batches of 256 KiB, each of which takes the one before it away, as if a core had read it.
void store_append(benchmark::State& state, outbox::durability how) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const std::size_t count = std::max<std::size_t>(batch_bytes / bytes, 1);
  temp_store store(how);
  outbox::row_id next = 1;
  std::vector<outbox::row_id> before;
  for (auto _ : state) {
    state.PauseTiming();
    outbox::batch batch = batch_of(count, next, bytes, true);
    batch.acknowledged = before;
    before.clear();
    for (const outbox::record& each : batch.records) before.push_back(each.id);
    next += static_cast<outbox::row_id>(count);
    state.ResumeTiming();
    benchmark::DoNotOptimize(store->write(batch));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(count * bytes));
}
void store_append_full(benchmark::State& state) { store_append(state, outbox::durability::full); }
void store_append_off(benchmark::State& state) { store_append(state, outbox::durability::off); }
BENCHMARK(store_append_full)->Arg(small)->Arg(large)->UseRealTime();
BENCHMARK(store_append_off)->Arg(small)->Arg(large)->UseRealTime();

// All that waits, as lanes ask for it: 256 KiB at a time.
void load_all(outbox::store& from) {
  outbox::load_request next{target, 0, batch_bytes};
  for (bool more = true; more;) {
    const auto found = from.load({next});
    more = !found.empty() && found.front().more;
    if (more) next.after = found.front().records.back().id;
  }
}

// A backlog of single lines: combined while it is loaded, for good.
void store_replay_combining(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    {
      temp_store store(outbox::durability::off);
      static_cast<void>(store->write(batch_of(rows_of_backlog, 1, small, false)));
      state.ResumeTiming();
      load_all(*store);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_of_backlog));
}
BENCHMARK(store_replay_combining)->UseRealTime();

// The same once more, after the connection was lost: it is sealed, and only read.
void store_replay_sealed(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const std::size_t count = rows_of_backlog * small / bytes;
  temp_store store(outbox::durability::off);
  static_cast<void>(store->write(batch_of(count, 1, bytes, true)));
  for (auto _ : state) load_all(*store);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(count * bytes));
}
BENCHMARK(store_replay_sealed)->Arg(small)->Arg(large)->UseRealTime();

}  // namespace
