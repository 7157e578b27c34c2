#include "executor/engine/http_response.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <utility>

#include "executor/engine/error.hpp"

namespace gantry::engine {

namespace http = boost::beast::http;
using boost::system::error_code;

std::string_view http_head::field(std::string_view name) const {
  for (const auto& [each, value] : fields) {
    if (boost::beast::iequals(each, name)) return value;
  }
  return {};
}

// Beast's parser, told to hand each piece of the body over as it finds it: a stream has no end to
// wait for, and a Content-Length is no reason to allocate.
class http_response_parser::impl final : public http::basic_parser<false> {
 public:
  http_head head;
  std::string pending;  // bytes that the parser has not taken yet
  std::size_t framing_bytes_max = 0;
  std::string* body = nullptr;  // where to append, during feed()

 private:
  using view = boost::beast::string_view;
  using length = boost::optional<std::uint64_t>;

  void on_request_impl(http::verb, view, view, int, error_code&) override {}

  void on_response_impl(int status, view reason, int, error_code&) override {
    head.status = status;
    head.reason = std::string(reason);
  }

  // Beast before 1.90 gives the fields behind a chunked body, too: they are no part of the head.
  void on_field_impl(http::field, view name, view value, error_code&) override {
    if (!is_header_done()) head.fields.emplace_back(std::string(name), std::string(value));
  }

  // Asked for by Beast since 1.90, unknown before: hence no `override`.
  void on_trailer_field_impl(http::field, view, view, error_code&) {}

  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const length&, error_code&) override {}

  std::size_t on_body_impl(view piece, error_code&) override {
    body->append(piece.data(), piece.size());
    return piece.size();
  }

  void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, view piece, error_code&) override {
    body->append(piece.data(), piece.size());
    return piece.size();
  }

  void on_finish_impl(error_code&) override {}
};

namespace {

// A proxy may say that it is at it, or ask for patience; one that says nothing else is none.
constexpr int interim_max = 16;

bool is_interim(int status) { return status >= 100 && status < 200 && status != 101; }

}  // namespace

http_response_parser::http_response_parser(std::size_t head_bytes_max) { begin(head_bytes_max); }

void http_response_parser::begin(std::size_t head_bytes_max) {
  impl_ = std::make_unique<impl>();
  impl_->framing_bytes_max = head_bytes_max;
  impl_->header_limit(static_cast<std::uint32_t>(head_bytes_max));
  impl_->body_limit(boost::none);  // whoever collects a body limits it
  impl_->eager(true);
}

http_response_parser::~http_response_parser() = default;

result<void> http_response_parser::feed(std::string_view bytes, std::string& body) {
  impl_->pending.append(bytes);
  impl_->body = &body;
  error_code error;
  // Each call of put() ends with the bytes, with the response, or with a need for more bytes.
  while (!impl_->is_done() && !impl_->pending.empty() && !error) {
    const std::size_t used = impl_->put(boost::asio::buffer(impl_->pending), error);
    impl_->pending.erase(0, used);
  }
  if (error && error != http::error::need_more) {
    return fault(errc::bad_response, "the engine's answer is no HTTP: " + error.message() + " [" +
                                         error.to_string() + "]");
  }
  if (impl_->is_done() && is_interim(impl_->head.status)) {
    if (++interim_ > interim_max) return fault(errc::bad_response, "the engine never answers");
    const std::string rest = take_rest();
    begin(impl_->framing_bytes_max);
    return feed(rest, body);
  }
  // Beast limits the head, but not the head of a chunk.
  if (!impl_->is_done() && impl_->pending.size() > impl_->framing_bytes_max) {
    return fault(errc::bad_response, "the engine's answer is no HTTP: a chunk has no end of line");
  }
  return {};
}

result<void> http_response_parser::closed() {
  error_code error;
  if (impl_->is_header_done() && !impl_->is_done()) impl_->put_eof(error);
  if (impl_->is_done() && !error) return {};
  return fault(errc::disconnected, head_complete()
                                       ? "the engine closed the connection in the middle of its "
                                         "answer: it was stopped, or a proxy has cut the stream"
                                       : "the engine closed the connection without an answer");
}

bool http_response_parser::head_complete() const { return impl_->is_header_done(); }

bool http_response_parser::complete() const { return impl_->is_done(); }

std::string http_response_parser::take_rest() { return std::exchange(impl_->pending, {}); }

const http_head& http_response_parser::head() const { return impl_->head; }

}  // namespace gantry::engine
