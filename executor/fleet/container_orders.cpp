#include "executor/fleet/container_orders.hpp"

#include <optional>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/utf8.hpp"
#include "model/json_object.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

// Of what was printed: why the program could not be begun, if it could not. Engines say so in its
// place, Docker on its output, Podman on its error output, with a shell's exit code.
std::optional<std::string> why_not_begun(int exit_code, const engine::exec_output& output) {
  if (exit_code != 126 && exit_code != 127) return std::nullopt;
  for (const std::string_view text : {std::string_view(output.out), std::string_view(output.err)}) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const bool dockers = line.starts_with("OCI runtime exec failed");
    const bool podmans = line.starts_with("Error: ") && line.find("OCI ") != line.npos;
    if (dockers || podmans) return engine::visible_utf8(std::string(line));
  }
  return std::nullopt;
}

}  // namespace

awaitable<myko::action_outcome> write_line(engine::client& engine, input_lines& inputs,
                                           std::string id, std::string name,
                                           write_options options) {
  const std::string prefix = "container " + name + ": write failed: ";
  const auto seen = co_await engine.inspect(id);
  if (!seen) co_return myko::action_failed{prefix + seen.error().message};
  if (!seen->open_stdin) {
    co_return myko::action_failed{prefix +
                                  "it has no input: create it with docker run -i, or with "
                                  "stdin_open: true in its compose file"};
  }
  if (seen->summary.state != engine::container_state::running) {
    co_return myko::action_failed{prefix + "it is " +
                                  std::string(engine::to_string(seen->summary.state)) +
                                  ", and only a running container reads its input"};
  }
  input_owner to{id, seen->started_at, seen->stdin_once};
  const auto written = co_await inputs.write(std::move(to), std::move(options.line));
  co_return describe(verb::write, name,
                     written ? result<engine::change>(engine::change::made)
                             : result<engine::change>(written.error()));
}

awaitable<myko::action_outcome> run_program(engine::client& engine, std::string id,
                                            std::string name, exec_options options) {
  const std::string prefix = "container " + name + ": exec failed: ";
  engine::exec_spec spec;
  spec.command = std::move(options.command);
  spec.user = std::move(options.user);
  spec.output_bytes_max = exec_bytes_max;
  const auto begin = net::now().steady;
  const auto run = co_await engine.exec(id, std::move(spec));
  if (!run) co_return myko::action_failed{prefix + run.error().message};
  // Less than an answer may take, the beginning included: whoever asked is told.
  const auto end = begin + options.timeout;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - net::now().steady);
  const auto code = co_await net::with_deadline(left, "exec", (*run)->finish());
  if (!code) {
    const bool late = code.error().code == boost::system::errc::timed_out;
    const std::string why = late ? "no end after " + std::to_string(options.timeout.count()) +
                                       " s; the program may go on in the container, since the "
                                       "engine has no way to end it"
                                 : code.error().message;
    co_return myko::action_failed{prefix + why};
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(net::now().steady - begin);
  const engine::exec_output& output = (*run)->output();
  if (const auto why = why_not_begun(*code, output)) co_return myko::action_failed{prefix + *why};
  co_return myko::action_done{json::object()
                                  .set("ok", true)
                                  .set("exitCode", *code)
                                  .set("stdout", engine::visible_utf8(output.out))
                                  .set("stderr", engine::visible_utf8(output.err))
                                  .set("stdoutTruncated", output.out_truncated())
                                  .set("stderrTruncated", output.err_truncated())
                                  .set("durationMs", took.count())
                                  .to_text()};
}

}  // namespace gantry::fleet
