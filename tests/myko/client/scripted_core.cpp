#include "scripted_core.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <utility>

#include "model/json.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"

namespace gantry::myko::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ws = boost::beast::websocket;
using asio::ip::tcp;

bool is(const std::string& text, std::string_view event) {
  const auto parsed = json::parse(text);
  return parsed && json::find_string(*parsed, "event") == event;
}

}  // namespace

class scripted_core::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(const asio::any_io_executor& executor, std::vector<turn> turns)
      : turns_(std::move(turns)),
        acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
        wake_(executor) {
    port_ = acceptor_.local_endpoint().port();
  }

  net::awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (!stopped_) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) co_return;
      const turn next = turns_.front();
      if (turns_.size() > 1) turns_.erase(turns_.begin());
      ++connections_;
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket), next, self), rethrow);
    }
  }

  void say(std::string text) {
    to_say_.push_back(std::move(text));
    wake_.notify();
  }
  void cut() {
    if (const auto talk = present_.lock()) talk->next_layer().close();
  }
  void stop() {
    stopped_ = true;
    acceptor_.close();
    wake_.notify();
  }

  std::vector<turn> turns_;
  std::uint16_t port_ = 0;
  std::size_t connections_ = 0;
  std::vector<std::string> heard_;
  http::fields request_;
  std::uint16_t close_code_ = 0;
  bool heard_binary_ = false;

 private:
  using stream = ws::stream<tcp::socket>;

  static void rethrow(const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  }

  // `self` keeps this alive for as long as the coroutine runs.
  net::awaitable<void> serve(tcp::socket socket, turn as, std::shared_ptr<impl> self) {
    if (as.behaves == turn::manners::mute) {
      while (!stopped_) co_await wake_.wait();
      co_return;
    }
    beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    const auto [head_error, head_size] =
        co_await http::async_read(socket, buffer, request, net::token);
    if (head_error) co_return;
    request_ = request;
    if (as.http_status != 101) {
      http::response<http::string_body> response{http::status(as.http_status), 11};
      response.prepare_payload();
      (void)co_await http::async_write(socket, response, net::token);
      co_return;
    }
    const auto talk = std::make_shared<stream>(std::move(socket));
    ws::permessage_deflate deflate;
    deflate.server_enable = true;
    talk->set_option(deflate);
    const auto [accept_error] = co_await talk->async_accept(request, net::token);
    if (accept_error) co_return;
    to_say_.assign(as.says.begin(), as.says.end());
    present_ = talk;
    wake_.notify();  // whoever spoke on the one before
    asio::co_spawn(acceptor_.get_executor(), speak(talk, as, self), rethrow);
    if (as.behaves == turn::manners::reads_never) {
      while (!stopped_) co_await wake_.wait();
      co_return;
    }
    co_await listen(talk, as);
    talk->next_layer().close();
  }

  net::awaitable<void> listen(std::shared_ptr<stream> talk, turn as) {
    while (!stopped_) {
      beast::flat_buffer buffer;
      const auto [error, size] = co_await talk->async_read(buffer, net::token);
      if (error == ws::error::closed) close_code_ = talk->reason().code;
      if (error) co_return;
      if (!talk->got_text()) heard_binary_ = true;
      heard_.push_back(beast::buffers_to_string(buffer.data()));
      if (as.closes_at_event && is(heard_.back(), "ws:m:event")) {
        (void)co_await talk->async_close(ws::close_code::policy_error, net::token);
        co_return;
      }
      const bool echoes = as.echoes_pings && is(heard_.back(), "ws:m:ping");
      if (echoes && present_.lock() == talk) say(heard_.back());
    }
  }

  net::awaitable<void> speak(std::shared_ptr<stream> talk, turn as, std::shared_ptr<impl>) {
    while (!stopped_ && talk->is_open() && present_.lock() == talk) {
      if (!to_say_.empty()) {
        const std::string text = std::move(to_say_.front());
        to_say_.pop_front();
        talk->text(true);
        const auto [error, size] = co_await talk->async_write(asio::buffer(text), net::token);
        if (error) co_return;
      } else if (!as.says_binary.empty()) {
        const std::string bytes = std::move(as.says_binary.front());
        as.says_binary.erase(as.says_binary.begin());
        talk->binary(true);
        const auto [error, size] = co_await talk->async_write(asio::buffer(bytes), net::token);
        if (error) co_return;
      } else if (as.closes_with) {
        (void)co_await talk->async_close(ws::close_code(*as.closes_with), net::token);
        co_return;
      } else {
        co_await wake_.wait();
      }
    }
  }

  tcp::acceptor acceptor_;
  bool stopped_ = false;
  std::deque<std::string> to_say_;
  std::weak_ptr<stream> present_;  // the last connection
  net::signal wake_;
};

scripted_core::scripted_core(asio::any_io_executor executor, std::vector<turn> turns)
    : impl_(std::make_shared<impl>(executor, std::move(turns))) {
  asio::co_spawn(executor, impl_->accept_all(impl_), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
}
scripted_core::~scripted_core() { impl_->stop(); }

void scripted_core::say(std::string text) { impl_->say(std::move(text)); }
void scripted_core::cut() { impl_->cut(); }
std::uint16_t scripted_core::port() const { return impl_->port_; }
std::size_t scripted_core::connections() const { return impl_->connections_; }
const std::vector<std::string>& scripted_core::heard() const { return impl_->heard_; }
std::size_t scripted_core::times_heard(const std::string& part) const {
  return static_cast<std::size_t>(
      std::count_if(impl_->heard_.begin(), impl_->heard_.end(),
                    [&](const std::string& each) { return each.find(part) != std::string::npos; }));
}
std::string scripted_core::request_header(const std::string& name) const {
  return std::string(impl_->request_[name]);
}
std::uint16_t scripted_core::close_code() const { return impl_->close_code_; }
bool scripted_core::heard_binary() const { return impl_->heard_binary_; }

}  // namespace gantry::myko::test
