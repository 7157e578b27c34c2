// How pulses come into the outbox: it collects them when it is about to write, from those who
// have announced that they have some. So lines that came meanwhile can share a pulse, and what a
// pulse stands for (the place in the log, the state of a run) is written with it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "executor/outbox/batch.hpp"
#include "myko/session/moment.hpp"

namespace gantry::outbox {

// What is collected for one write.
class collection {
 public:
  virtual ~collection() = default;

  // The time of it all.
  [[nodiscard]] virtual const myko::moment& now() const = 0;
  // The next `count` numbers of an emitter are taken; the first of them.
  [[nodiscard]] virtual std::uint64_t number(const model::emitter_id& emitter,
                                             std::uint64_t count) = 0;
  // Cuts what is too large for a server; for what is not added. add() does it by itself.
  virtual void cut(record& /*next*/) const {}
  // A pulse; target, emitter, count, form and content are set. The rest is set here: its number,
  // but for a notice that has no count, too.
  virtual void add(record next) = 0;
  // Where the telling of a container stands, behind the records added so far.
  virtual void save(saved_container state) = 0;
  virtual void forget_container(const std::string& id) = 0;
};

class producer {
 public:
  virtual ~producer() = default;
  // Once after each announcement.
  virtual void collect(collection& into) = 0;
};

// Thread rule: the fleet's thread.
class intake {
 public:
  virtual ~intake() = default;

  // It has something: it will be collected soon, within the commit delay. Calls before that change
  // nothing. One that is gone by then is left out.
  virtual void announce(const std::shared_ptr<producer>& who) = 0;
  // `fill` adds to the next write, within the commit delay; then, when that is on disk (or kept in
  // memory, since the disk cannot be written), `written` is called. Each once, in their order.
  virtual void write_soon(std::function<void(batch&)> fill, std::function<void()> written) = 0;
  // Is what was written on disk? While that cannot be written, it is in memory only.
  [[nodiscard]] virtual bool is_durable() const = 0;
  // So many bytes are held by producers, or are not any more: for room().
  virtual void hold(std::size_t bytes) = 0;
  virtual void release(std::size_t bytes) = 0;
  // Ends when more can be held. Whoever reads output waits here first.
  [[nodiscard]] virtual boost::asio::awaitable<void> room() = 0;
};

}  // namespace gantry::outbox
