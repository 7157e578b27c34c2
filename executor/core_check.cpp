#include "executor/core_check.hpp"

#include <optional>
#include <utility>

#include "executor/stored_items.hpp"
#include "model/json.hpp"
#include "myko/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/parse.hpp"
#include "myko/session/read_back.hpp"
#include "myko/write.hpp"

namespace gantry {
namespace {

using net::awaitable;
using namespace std::chrono_literals;

constexpr auto all_within = 30s;
constexpr auto answer_within = 5s;

// One connection, and what its server has said about itself.
class questioner {
 public:
  explicit questioner(myko::websocket& connection) : connection_(connection) {}

  [[nodiscard]] myko::generation server() const { return server_; }

  // The answer; nothing when the server is of the generation that has none, or refuses the query.
  awaitable<result<std::optional<myko::query_response>>> ask(myko::query question) {
    const std::string asking = myko::write(question);
    const auto sent = co_await connection_.write(asking);
    if (!sent) co_return sent.error();
    auto waiting = answer_to(question.tx);
    auto answer = co_await net::with_deadline(std::chrono::milliseconds(answer_within),
                                              "the core's answer", std::move(waiting));
    if (!answer) co_return answer.error();
    const std::string cancel = myko::write(myko::query_cancel{question.tx});
    const auto cancelled = co_await connection_.write(cancel);
    if (!cancelled) co_return cancelled.error();
    co_return *std::move(answer);
  }

 private:
  awaitable<result<std::optional<myko::query_response>>> answer_to(std::string tx) {
    while (true) {
      const auto frame = co_await connection_.read();
      if (!frame) co_return frame.error();
      const auto message = frame->text ? myko::parse(frame->bytes)
                                       : result<myko::message>(failure{myko::errc::not_json, ""});
      if (!message) continue;
      note_server(*message);
      if (server_ == myko::generation::docs) co_return std::nullopt;
      const auto* rows = std::get_if<myko::query_response>(&*message);
      if (rows != nullptr && rows->tx == tx) co_return *rows;
      const auto* refusal = std::get_if<myko::query_error>(&*message);
      if (refusal != nullptr && refusal->tx == tx) co_return std::nullopt;
    }
  }

  // Its first words, which come before any answer, tell its generation; rust has none.
  void note_server(const myko::message& message) {
    const auto* command = std::get_if<myko::command>(&message);
    if (command == nullptr) return;
    if (!std::holds_alternative<myko::set_client_id>(command->content)) return;
    const bool is_docs = command->id == "client:setId";
    server_ = is_docs ? myko::generation::docs : myko::generation::ts;
  }

  myko::websocket& connection_;
  myko::generation server_ = myko::generation::rust;
};

// "Holds all" must not be said of a core that told nothing.
failure not_told(const std::string& question) {
  return {myko::errc::not_a_message,
          "what it holds is not known: it refuses " + question + ", or answers it out of order"};
}

awaitable<result<core_holdings>> read_all(questioner& core, const model::catalogue& published) {
  stored_items stored(published);
  myko::read_back reading{{.begin_after = 0ms}};
  reading.begin(published, core.server(), net::now().steady);
  int questions = 0;
  while (const auto due = reading.next_deadline()) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*due - net::now().steady);
    if (rest > 0ms) co_await net::sleep(rest);
    const auto question =
        reading.tick("gantry-check-" + std::to_string(++questions), net::now().steady);
    if (!question) continue;
    auto asking = core.ask(*question);
    const auto answer = co_await std::move(asking);
    if (!answer) co_return answer.error();
    if (!*answer) {
      if (question->id.ends_with("ByIds")) co_return not_told(question->id);
      reading.refused(net::now().steady);
      continue;
    }
    if (!reading.receive(**answer, published, net::now().steady)) co_return not_told(question->id);
    stored.note(**answer);
  }
  const auto found = reading.take_result();
  if (!found) co_return not_told("any question");
  stored.note(*found);
  co_return core_holdings{.how = core_holdings::known::compared,
                          .items = stored.count(),
                          .unknown_targets = stored.unknown_targets(),
                          .differences = stored.differences()};
}

awaitable<result<core_holdings>> ask_connected(myko::websocket& connection,
                                               const model::catalogue& published) {
  questioner core(connection);
  const std::string& id = published.instance.id.value;
  const myko::row_choice own{.type = "Instance", .ids = {id}, .field = "", .value = ""};
  myko::query question = make_query(own, myko::generation::rust, "gantry-check-0");
  auto asking = core.ask(std::move(question));
  const auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  if (!*answer) co_return core_holdings{};
  myko::row_query rows("gantry-check-0");
  if (!rows.receive(**answer)) co_return not_told("GetInstancesByIds");
  if (!rows.rows().contains(id)) {
    co_return core_holdings{.how = core_holdings::known::no_instance, .differences = {}};
  }
  const auto row = json::parse(rows.rows().at(id).bytes);
  auto found = co_await read_all(core, published);
  if (found) found->runs = row && json::find_string(*row, "status") != "Unavailable";
  co_return found;
}

}  // namespace

awaitable<result<core_holdings>> ask_core(myko::server_address server, myko::websocket_config how,
                                          model::catalogue published) {
  const auto connected = co_await myko::connect_websocket(std::move(server), std::move(how),
                                                          [](myko::control_frame) {});
  if (!connected) co_return connected.error();
  auto asking = ask_connected(**connected, published);
  auto out = co_await net::with_deadline(std::chrono::milliseconds(all_within),
                                         "asking the core for what it holds", std::move(asking));
  if (out) co_await (*connected)->close();
  co_return out;
}

}  // namespace gantry
