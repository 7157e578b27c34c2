// A scripted engine for tests: real sockets, raw bytes, one answer for each connection.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "executor/engine/endpoint.hpp"

namespace gantry::engine {

// What happens after the request of one connection was read.
struct scripted_answer {
  std::vector<std::string> pieces;  // written one after the other, with a pause in between
  enum class ending {
    close,
    hang,     // reads a byte more, at most, and waits for the client to go away
    deaf,     // reads nothing more
    finish,   // the same, and has no more to say: as Docker leaves an ended container's input
    collect,  // adds what still comes to the request, and "<end>" or "<cut>" behind it
  } then = ending::close;
};

// A whole answer with a JSON body.
scripted_answer json_answer(const std::string& status, const std::string& body,
                            const std::string& fields = "");

// The head of an endless answer, and its pieces as chunks, without a last one.
scripted_answer stream_answer(const std::vector<std::string>& chunks);
std::string chunk(const std::string& data);
inline const std::string last_chunk = "0\r\n\r\n";

struct server_certificate {
  std::string certificate_file;
  std::string key_file;
  std::string client_authority_file;  // empty: clients need no certificate
};

// Serves from its own thread until destroyed; clients must be gone before. Connections beyond the
// script are closed at once.
class fake_engine {
 public:
  static fake_engine on_unix(std::string path, std::vector<scripted_answer> script);
  static fake_engine on_tcp(std::vector<scripted_answer> script);
  static fake_engine on_tls(server_certificate certificate, std::vector<scripted_answer> script);
  ~fake_engine();
  fake_engine(fake_engine&&) noexcept;

  [[nodiscard]] std::uint16_t port() const;  // on_tcp and on_tls

  // Ends the service, and returns the requests that came, in their order.
  std::vector<std::string> requests();

 private:
  class impl;
  explicit fake_engine(std::unique_ptr<impl> made);
  std::unique_ptr<impl> impl_;
};

}  // namespace gantry::engine
