#include "tests/fault/peers/hostile_engine.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstdio>
#include <ctime>
#include <list>
#include <string_view>
#include <utility>
#include <vector>

#include "myko/net/clock.hpp"
#include "myko/net/signal.hpp"
#include "myko/net/stream_layer.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
using engine::timestamp;
using local = asio::local::stream_protocol;
using net::awaitable;

constexpr std::size_t request_bytes_max = 1U << 20U;

void rethrow_of_engine(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

std::string http_date() {
  const std::time_t now = std::chrono::system_clock::to_time_t(net::now().wall);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> out{};
  return {out.data(), std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

std::string reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    default:
      return "Odd";
  }
}

std::string head_of(int status, const std::string& fields) {
  return "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) +
         "\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\nDate: " + http_date() +
         "\r\n" + fields + "\r\n";
}

const std::string stream_head_fields =
    "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n";

constexpr const char* last_chunk = "0\r\n\r\n";

std::string chunk_of(const std::string& data) {
  std::array<char, 20> size{};
  const int length = std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
  return std::string(size.data(), static_cast<std::size_t>(length)) + data + "\r\n";
}

struct request {
  std::string method;
  std::string path;  // without the version
  std::map<std::string, std::string> query;
  bool stays_open = false;

  engine_call kind = engine_call::other;
  std::string container;  // as it is named
};

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

void classify(request& of) {
  const auto parts = split_at(std::string_view(of.path).substr(1), '/');
  const std::string_view first = parts[0];
  const std::string_view last = parts.back();
  if (parts.size() == 1) {
    if (first == "_ping") of.kind = engine_call::ping;
    if (first == "version") of.kind = engine_call::version;
    if (first == "info") of.kind = engine_call::info;
    if (first == "events") of.kind = engine_call::events;
  }
  if (first != "containers") return;
  if (parts.size() == 2 && last == "json") of.kind = engine_call::list;
  if (parts.size() != 3) return;
  of.container = std::string(parts[1]);
  if (last == "json") of.kind = engine_call::inspect;
  if (last == "logs") of.kind = engine_call::logs;
  if (last == "stats") of.kind = engine_call::stats;
}

request parse_request(std::string_view head) {
  request out;
  const auto words = split_at(head.substr(0, head.find('\r')), ' ');
  if (words.size() < 2 || !words[1].starts_with('/')) return out;
  out.method = std::string(words[0]);
  std::string_view target = words[1];
  if (target.starts_with("/v1.")) target.remove_prefix(target.find('/', 1));
  const std::size_t mark = std::min(target.find('?'), target.size());
  out.path = std::string(target.substr(0, mark));
  if (mark < target.size()) {
    for (const std::string_view each : split_at(target.substr(mark + 1), '&')) {
      const std::size_t equals = std::min(each.find('='), each.size());
      out.query[std::string(each.substr(0, equals))] =
          equals < each.size() ? std::string(each.substr(equals + 1)) : "";
    }
  }
  out.stays_open = head.find("Connection: close") == std::string_view::npos;
  classify(out);
  return out;
}

// "1733000000.000000123"
std::optional<timestamp> since_of(const request& asked) {
  const auto found = asked.query.find("since");
  if (found == asked.query.end()) return std::nullopt;
  const std::size_t dot = std::min(found->second.find('.'), found->second.size());
  std::string nanos = dot < found->second.size() ? found->second.substr(dot + 1) : "";
  nanos.resize(9, '0');
  return std::stoll(found->second.substr(0, dot)) * 1'000'000'000 + std::stoll(nanos);
}

struct engine_connection {
  explicit engine_connection(net::stream from) : stream(std::move(from)) {}

  net::stream stream;
  engine_call kind = engine_call::other;
  bool is_stream = false;
  std::string container;           // its id
  std::vector<std::string> extra;  // to be said between two items
  bool over = false;
};
using connection_pointer = std::shared_ptr<engine_connection>;

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& type) {
  return head_of(status, "Content-Type: " + type +
                             "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
         body;
}

class hostile_engine::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(asio::any_io_executor executor, std::string path)
      : executor_(std::move(executor)),
        path_(std::move(path)),
        acceptor_(executor_),
        changed_(executor_),
        world_([this] { changed_.notify(); }) {}

  void listen() {
    ::unlink(path_.c_str());
    acceptor_ = local::acceptor(executor_, local::endpoint(path_));
    asio::co_spawn(executor_, accept_all(shared_from_this()), rethrow_of_engine);
  }

  void behave(engine_manners manners) {
    boost::system::error_code ignored;
    if (manners.refuses && acceptor_.is_open()) acceptor_.close(ignored);
    if (!manners.refuses && !acceptor_.is_open()) listen();
    manners_ = std::move(manners);
    changed_.notify();
  }

  void stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& each : connections_) end(*each);
    manners_ = {};
    changed_.notify();
  }

  void cut(engine_call kind, const std::string& container) {
    for (const auto& each : connections_) {
      if (concerns(*each, kind, container)) end(*each);
    }
    changed_.notify();
  }

  void slip_in(engine_call kind, const std::string& bytes, const std::string& container) {
    for (const auto& each : connections_) {
      if (concerns(*each, kind, container)) each->extra.push_back(bytes);
    }
    changed_.notify();
  }

  [[nodiscard]] std::size_t open(engine_call kind) const {
    std::size_t out = 0;
    for (const auto& each : connections_) out += concerns(*each, kind, "") ? 1 : 0;
    return out;
  }

  asio::any_io_executor executor_;
  std::string path_;
  local::acceptor acceptor_;
  net::signal changed_;
  peer_world world_;
  engine_manners manners_;
  std::map<engine_call, std::size_t> asked_;

 private:
  static bool concerns(const engine_connection& one, engine_call kind,
                       const std::string& container) {
    return one.is_stream && !one.over && one.kind == kind &&
           (container.empty() || container == one.container);
  }

  void end(engine_connection& one) {
    one.over = true;
    one.stream.close();
  }

  // `self` keeps this alive for as long as the coroutine runs; so below.
  awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) {
        if (!acceptor_.is_open()) co_return;
        co_await net::sleep(std::chrono::milliseconds(5));
        continue;
      }
      auto made = std::make_shared<engine_connection>(net::make_stream(std::move(socket)));
      connections_.push_back(made);
      asio::co_spawn(executor_, serve(made, self), rethrow_of_engine);
    }
  }

  awaitable<void> serve(connection_pointer with, std::shared_ptr<impl> self) {
    std::string bytes;
    while (!with->over) {
      const auto head = co_await read_head(*with, bytes);
      if (!head) break;
      const request asked = parse_request(*head);
      ++asked_[asked.kind];
      with->kind = asked.kind;
      const bool goes_on = co_await answer(*with, asked);
      if (!goes_on || !asked.stays_open) break;
    }
    if (!with->over) co_await with->stream.finish(std::chrono::milliseconds(500));
    end(*with);
    connections_.remove(with);
    (void)self;
  }

  // Bodies are left out: nothing that has one is done here.
  awaitable<std::optional<std::string>> read_head(engine_connection& with, std::string& bytes) {
    std::array<char, 4096> buffer;
    while (true) {
      const std::size_t end = bytes.find("\r\n\r\n");
      if (end != std::string::npos && !manners_.is_stopped) {
        std::string out = bytes.substr(0, end);
        bytes.erase(0, end + 4);
        co_return out;
      }
      if (manners_.is_stopped) {
        co_await changed_.wait();
        continue;
      }
      const auto size = co_await with.stream.read_some(asio::buffer(buffer));
      if (!size || *size == 0 || bytes.size() > request_bytes_max) co_return std::nullopt;
      bytes.append(buffer.data(), *size);
    }
  }

  awaitable<void> until_it_may_answer(engine_connection& with) {
    if (manners_.delay.count() > 0) co_await net::sleep(manners_.delay);
    while (!with.over && (manners_.is_stopped || manners_.hang.contains(with.kind))) {
      co_await changed_.wait();
    }
  }

  // False: the connection is of no more use.
  awaitable<bool> answer(engine_connection& with, const request& asked) {
    co_await until_it_may_answer(with);
    if (with.over) co_return false;
    const auto endless = manners_.endless.find(asked.kind);
    if (endless != manners_.endless.end()) {
      const std::string bytes = endless->second;
      co_await say_for_ever(with, bytes);
      co_return false;
    }
    const auto spoiled = manners_.spoiled.find(asked.kind);
    if (spoiled != manners_.spoiled.end()) {
      const std::string bytes = spoiled->second(proper(asked));
      (void)co_await with.stream.write(bytes);
      co_return false;
    }
    if (asked.kind == engine_call::events) co_return co_await tell_events(with, asked);
    const world_container* about = world_.find(asked.container);
    if (asked.kind == engine_call::logs && about != nullptr) {
      co_return co_await tell_log(with, asked, *about);
    }
    const std::string bytes = proper(asked);
    const auto written = co_await with.stream.write(bytes);
    co_return written.has_value();
  }

  std::string proper(const request& asked) {
    static const std::string empty_stream = head_of(200, stream_head_fields);
    switch (asked.kind) {
      case engine_call::ping:
        return http_answer(200, "OK", "text/plain");
      case engine_call::version:
        return http_answer(200,
                           R"({"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"})");
      case engine_call::info:
        return http_answer(200, R"({"Name":"peer","ServerVersion":"20.10.24","OSType":"linux",)"
                                R"("NCPU":2,"MemTotal":1000000,"ContainersRunning":1})");
      case engine_call::list:
        return http_answer(200, world_.list());
      case engine_call::events:
        return empty_stream;
      default:
        break;
    }
    const world_container* about = world_.find(asked.container);
    if (about == nullptr) return http_answer(404, R"({"message":"No such container"})");
    if (asked.kind == engine_call::inspect) return http_answer(200, peer_world::inspection(*about));
    if (asked.kind == engine_call::logs) return empty_stream;
    if (asked.kind == engine_call::stats) {
      return http_answer(200, R"({"read":"2026-01-01T00:00:00Z","pids_stats":{"current":1},)"
                              R"("cpu_stats":{"cpu_usage":{"total_usage":1000},"online_cpus":2,)"
                              R"("system_cpu_usage":5000},"memory_stats":{"usage":4096}})");
    }
    return http_answer(500, R"({"message":"not in this engine"})");
  }

  awaitable<void> say_for_ever(engine_connection& with, std::string bytes) {
    const std::string head = head_of(200, stream_head_fields);
    auto written = co_await with.stream.write(head);
    while (written && !with.over && manners_.endless.contains(with.kind)) {
      written = co_await with.stream.write(bytes);
      co_await net::sleep(std::chrono::milliseconds(1));
    }
  }

  // ---- Streams

  awaitable<bool> tell_events(engine_connection& with, const request& asked) {
    with.is_stream = true;
    std::size_t at = world_.events_since(since_of(asked));
    const std::string head = head_of(200, stream_head_fields);
    auto written = co_await with.stream.write(head);
    auto telling = [&]() -> awaitable<void> {
      while (written && !with.over) {
        co_await until_something(with, [&] { return at < world_.events().size(); });
        if (with.over) co_return;
        const std::string item =
            with.extra.empty() ? world_.events()[at++].line + "\n" : taken_from(with.extra);
        const std::string bytes = chunk_of(item);
        written = co_await with.stream.write(bytes);
      }
    };
    auto told = telling();
    auto gone = until_gone(with);
    (void)co_await net::until_first(std::move(told), std::move(gone));
    co_return false;
  }

  awaitable<bool> tell_log(engine_connection& with, const request& asked,
                           const world_container& about) {
    with.is_stream = true;
    with.container = about.id;
    const bool follows = asked.query.contains("follow") && about.is_running;
    const std::size_t run = about.begins;
    std::size_t at = first_of_log(asked, about);
    const std::string head = head_of(200, stream_head_fields);
    auto written = co_await with.stream.write(head);
    const auto ends = [&] {
      return !follows || !about.is_running || about.begins != run || about.is_gone;
    };
    auto telling = [&]() -> awaitable<void> {
      while (written && !with.over) {
        co_await until_something(with, [&] { return at < about.log.size() || ends(); });
        if (with.over) co_return;
        const bool is_extra = !with.extra.empty();
        if (!is_extra && at == about.log.size()) {
          written = co_await with.stream.write(std::string_view(last_chunk));
          co_return;
        }
        std::string piece;
        if (is_extra) piece = taken_from(with.extra);
        constexpr std::size_t piece_bytes = 256U << 10U;
        while (!is_extra && at < about.log.size() && piece.size() < piece_bytes) {
          piece += engine::on_wire(about.log[at++]);
        }
        const std::string bytes = chunk_of(piece);
        written = co_await with.stream.write(bytes);
      }
    };
    auto told = telling();
    auto gone = until_gone(with);
    (void)co_await net::until_first(std::move(told), std::move(gone));
    co_return false;
  }

  // As Docker today: inclusive, and nothing is left out behind the first that fits.
  static std::size_t first_of_log(const request& asked, const world_container& about) {
    if (asked.query.contains("tail")) return about.log.size();
    const auto since = since_of(asked);
    std::size_t at = 0;
    while (since && at < about.log.size() && about.log[at].time < *since) ++at;
    return at;
  }

  template <typename Condition>
  awaitable<void> until_something(engine_connection& with, Condition is_there) {
    while (!with.over && (manners_.is_stopped || (with.extra.empty() && !is_there()))) {
      co_await changed_.wait();
    }
  }

  static std::string taken_from(std::vector<std::string>& queue) {
    std::string out = std::move(queue.front());
    queue.erase(queue.begin());
    return out;
  }

  static awaitable<void> until_gone(engine_connection& with) {
    std::array<char, 256> buffer;
    while (true) {
      const auto size = co_await with.stream.read_some(asio::buffer(buffer));
      if (!size || *size == 0) co_return;
    }
  }

  std::list<connection_pointer> connections_;
};

hostile_engine::hostile_engine(asio::any_io_executor executor, std::string path)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(path))) {
  impl_->listen();
}
hostile_engine::~hostile_engine() { impl_->stop(); }

peer_world& hostile_engine::world() { return impl_->world_; }
void hostile_engine::behave(engine_manners manners) { impl_->behave(std::move(manners)); }
const engine_manners& hostile_engine::manners() const { return impl_->manners_; }
void hostile_engine::cut(engine_call kind, const std::string& container) {
  impl_->cut(kind, container);
}
void hostile_engine::slip_in(engine_call kind, const std::string& bytes,
                             const std::string& container) {
  impl_->slip_in(kind, bytes, container);
}
std::size_t hostile_engine::open(engine_call kind) const { return impl_->open(kind); }
std::size_t hostile_engine::asked(engine_call kind) const {
  const auto found = impl_->asked_.find(kind);
  return found == impl_->asked_.end() ? 0 : found->second;
}

}  // namespace gantry::test
