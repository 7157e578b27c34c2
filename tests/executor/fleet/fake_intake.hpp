// An outbox that exists only in memory: it numbers, commits and remembers as the real one does, and
// a crash takes from it what was not committed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/fleet/watches.hpp"
#include "executor/outbox/intake.hpp"
#include "model/entities.hpp"
#include "myko/net/signal.hpp"

namespace gantry::fleet {

// All that was committed.
struct fake_database {
  std::map<std::string, std::string> facts;
  std::map<std::string, std::uint64_t> seqs;  // by emitter: the next
  std::map<std::string, outbox::saved_container> containers;
  std::map<std::string, outbox::saved_target> targets;
  std::map<std::pair<std::string, std::string>, outbox::saved_entity> entities;
  std::vector<outbox::record> records;

  void apply(const outbox::batch& what);
  [[nodiscard]] earlier_life life() const;
};

class fake_intake final : public outbox::intake {
 public:
  explicit fake_intake(boost::asio::any_io_executor executor);

  fake_database database;
  std::vector<model::pulse> pulses;  // of the committed records, in order
  int writes = 0;                    // that were committed
  std::vector<outbox::batch> batches;
  bool durable = true;  // as it is told: what is committed is kept anyway

  // What is collected from now on stays on its way to the disk, until it is released. As with the
  // real one nothing more is collected meanwhile.
  void hold_commits();
  void release_commits();
  // What is not committed is lost, and what comes then is ignored, until revive().
  void die();
  void revive() { dead_ = false; }
  // No producer may hold more.
  void set_full(bool full);
  [[nodiscard]] std::size_t held() const { return held_; }

  void announce(const std::shared_ptr<outbox::producer>& who) override;
  void write_soon(std::function<void(outbox::batch&)> fill, std::function<void()> written) override;
  [[nodiscard]] bool is_durable() const override { return durable; }
  void hold(std::size_t bytes) override { held_ += dead_ ? 0 : bytes; }
  void release(std::size_t bytes) override;
  [[nodiscard]] boost::asio::awaitable<void> room() override;

 private:
  class draft;
  struct filler {
    std::function<void(outbox::batch&)> fill;
    std::function<void()> written;
  };
  struct write {
    outbox::batch batch;
    std::vector<filler> fillers;
  };

  void write_later();
  void begin_write();
  void end_write();
  [[nodiscard]] std::uint64_t number(const model::emitter_id& emitter, std::uint64_t count,
                                     outbox::batch& into);

  boost::asio::any_io_executor executor_;
  std::vector<std::weak_ptr<outbox::producer>> announced_;
  std::vector<filler> fillers_;
  std::optional<write> under_way_;
  std::map<std::string, std::uint64_t> next_seq_;
  outbox::row_id last_id_ = 0;
  std::uint64_t life_ = 0;
  std::size_t held_ = 0;
  bool waiting_ = false;
  bool holds_commits_ = false;
  bool dead_ = false;
  bool full_ = false;
  net::signal emptied_;
};

}  // namespace gantry::fleet
