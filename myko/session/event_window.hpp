// When may a further state of an item be sent to a server that gathers events in windows?
//
// Today's server gathers the events of some types for 100 ms and then applies them in another
// order: SETs before DELs, and a SET like an earlier one of the window not at all. So online,
// offline, online ends offline there, and DEL, SET ends deleted. This keeps the states of one item
// in windows apart. A window begins when the server reads, and a link or a server that hangs reads
// together what was sent apart: so the wait is counted from the echo of a ping behind the state.
//
// Source: seen on a real server; docs/ARCHITECTURE.md, "The window".
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "myko/messages.hpp"

namespace gantry::myko {

struct event_window_config {
  std::chrono::milliseconds window{100};  // the server's own
  std::chrono::milliseconds margin{50};   // the server may be late with it by so much
};

// Decides; the session sends, and pings. The first state of an item goes at once. It is behind its
// window when the server has read it (the echo of a first ping), `window` has passed, the server
// was heard again (the echo of a second ping: it may have been stopped meanwhile, its window with
// it), and `margin` has passed. Until then the last further state is kept, and goes then, though it
// be the same as the first: somebody may have changed the item in between.
//
// A SET waits behind a DEL of what it belongs to as well: the server deletes with an item all that
// belongs to it, what came in the meantime included.
//
// What is remembered is bounded by what is on the move: an item that is behind its window, with no
// further state, is forgotten.
class event_window {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct item {
    std::string type;  // "Target"
    std::string id;
    auto operator<=>(const item&) const = default;
  };

  explicit event_window(const event_window_config& config = {}) : config_(config) {}

  // Are events of this type gathered?
  [[nodiscard]] static bool gathers(std::string_view type);

  // A connection began, or was lost: everything is said anew.
  void reset();

  // A state of an item of such a type, and what the item belongs to. Given back: it is to be sent
  // now. Nothing: it is kept, in place of one that was kept before.
  [[nodiscard]] std::optional<event> submit(item what, event state, std::vector<item> owners);
  // The server shows that the item was deleted, by whomever. Of any type.
  void deleted(const item& what);

  // Is a ping to be sent now? One is on its way at a time.
  [[nodiscard]] bool wants_ping() const;
  // It was sent behind all that was sent before.
  void pinged();
  // The server has read it.
  void echoed(time_point now);

  // The states whose time has come, in the order of their submission; they are to be sent now.
  [[nodiscard]] std::vector<event> take_due(time_point now);
  // All that is kept, due or not, in that order. The rest is forgotten.
  [[nodiscard]] std::vector<event> take_all();

  // When take_due() is to be called; nothing while that is up to the server.
  [[nodiscard]] std::optional<time_point> next_deadline() const;
  // Is any state kept?
  [[nodiscard]] bool keeps_any() const { return kept_ > 0; }
  // Is it not behind its window yet? What the core shows of it may be out of date.
  [[nodiscard]] bool remembers(const item& what) const { return items_.contains(what); }
  [[nodiscard]] std::size_t remembered() const { return items_.size(); }

 private:
  struct further {
    std::uint64_t order = 0;  // of submission
    event state;
    std::vector<item> owners;
  };
  struct memory {
    std::uint64_t wave = 0;
    bool gone = false;  // the last that was sent, or seen, is its deletion
    std::optional<further> kept;
  };
  using memories = std::map<item, memory>;
  using place = memories::iterator;

  enum class stage {
    sent,   // -> read: the echo of a ping
    read,   // -> over: `window` after it
    over,   // -> heard: the echo of another ping
    heard,  // -> gone: `margin` after it
  };
  // What was sent between two pings goes through the stages together. An item that was sent again
  // or deleted meanwhile is in a later wave as well, and that one counts.
  struct wave {
    std::uint64_t number = 0;
    stage at = stage::sent;
    bool pinged = false;  // the ping whose echo it waits for is on its way
    time_point until;     // read, heard
    std::vector<place> items;
  };

  void join_last_wave(place which);
  void join(place which, wave& into);
  void keep(place which, event state, std::vector<item> owners);
  [[nodiscard]] wave& last_wave();
  [[nodiscard]] std::optional<std::uint64_t> deletion_of(const std::vector<item>& owners) const;
  [[nodiscard]] std::vector<place> end_wave();
  void release(const std::vector<place>& which, std::uint64_t ended, std::vector<event>& out);

  event_window_config config_;
  memories items_;
  std::deque<wave> waves_;  // the oldest first; their numbers follow one another
  std::uint64_t next_wave_ = 1;
  std::uint64_t next_order_ = 1;
  std::size_t kept_ = 0;
  bool ping_under_way_ = false;
};

}  // namespace gantry::myko
