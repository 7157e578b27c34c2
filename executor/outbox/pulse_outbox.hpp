// The pulses that must not be lost, from the fleet to the session: written to disk first, given to
// the session as it takes them, deleted when a core has read them.
//
//   producers -> collect, every commit_within -> one transaction -> lanes -> session -> core
//                                                       ^ what memory does not hold is loaded again
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "executor/outbox/intake.hpp"
#include "executor/outbox/lanes.hpp"
#include "executor/outbox/store.hpp"
#include "myko/log.hpp"
#include "myko/session/pulse_source.hpp"

namespace gantry::outbox {

struct outbox_config {
  store_config store;
  lanes_config lanes;
  // Between two writes; the first after a pause is made at once. More than write_bytes are written
  // at once, too.
  std::chrono::milliseconds commit_within{20};
  std::size_t write_bytes = 512U << 10U;
  std::size_t held_bytes_max = 4U << 20U;  // by producers; above it they pause
  // What only deletes may wait longer: losing it costs nothing but a repetition.
  std::chrono::milliseconds forget_within{250};
  std::size_t frame_bytes_max = 15U << 20U;  // of a pulse's frame; larger ones are cut
  // A call to the database that takes longer hangs: then all goes on in memory, and what waits for
  // the disk there has as much of it as the lanes.
  std::chrono::milliseconds disk_patience{2'000};
  std::optional<std::chrono::milliseconds> age_max;  // older pulses are dropped
  // Of an emitter, for what was stored.
  std::function<double(const model::emitter_id&)> rate;
  std::function<std::optional<std::chrono::milliseconds>(const model::emitter_id&)> time_to_live;
};

// Lifetime: outlives its run(). Thread rule: one thread; the disk has another, which this owns.
class pulse_outbox final : public intake, public myko::pulse_source {
 public:
  pulse_outbox(boost::asio::any_io_executor executor, outbox_config config, log_sink log);
  ~pulse_outbox() override;

  // To be called first, once. Blocks while the database is opened. What it found, but for what
  // waits, which is taken up.
  [[nodiscard]] snapshot open();

  // Writes and loads until cancelled.
  [[nodiscard]] boost::asio::awaitable<void> run();
  // Writes what there is, once. To be called when run() has ended.
  [[nodiscard]] boost::asio::awaitable<void> finish();

  // Called when next() may have something that it had not before.
  void on_ready(std::function<void()> call);
  // Called when the database was damaged and had to be begun anew while gantry ran: whoever has
  // written states to it has to write them again.
  void on_renewed(std::function<void()> call);
  // Called when lines of these targets were dropped, since no more fit.
  void on_lost(std::function<void(const std::vector<model::target_id>&)> call);
  // Called when the disk does not answer, with words for people, and when it does again, with none.
  void on_hang(std::function<void(const std::string&)> call);
  // Does a core take pulses now?
  void set_open(bool open);

  [[nodiscard]] const totals& waiting() const;

  // intake
  void announce(const std::shared_ptr<producer>& who) override;
  void write_soon(std::function<void(batch&)> fill, std::function<void()> written) override;
  [[nodiscard]] bool is_durable() const override;
  void hold(std::size_t bytes) override;
  void release(std::size_t bytes) override;
  [[nodiscard]] boost::asio::awaitable<void> room() override;

  // pulse_source
  [[nodiscard]] std::optional<model::pulse> next(myko::moment now) override;
  [[nodiscard]] model::pulse replace_last() override;
  void limit_frames(std::size_t bytes_max) override;
  void acknowledged(std::size_t count) override;
  void rewind() override;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace gantry::outbox
