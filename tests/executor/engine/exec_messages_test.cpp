#include "executor/engine/exec_messages.hpp"

#include <gtest/gtest.h>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

TEST(exec_messages, ask_for_a_program_without_input_and_terminal) {
  exec_spec spec;
  spec.command = {"sh", "-c", "exit 3"};
  EXPECT_EQ(exec_create_request("web", spec).target, "/containers/web/exec");
  EXPECT_EQ(exec_create_request("web", spec).body,
            R"({"AttachStderr":true,"AttachStdin":false,"AttachStdout":true,)"
            R"("Cmd":["sh","-c","exit 3"],"Tty":false})");
  spec.user = "nobody";
  spec.environment = {{"A", "b"}};
  spec.working_dir = "/tmp";
  EXPECT_EQ(exec_create_request("web", spec).body,
            R"({"AttachStderr":true,"AttachStdin":false,"AttachStdout":true,)"
            R"("Cmd":["sh","-c","exit 3"],"Env":["A=b"],"Tty":false,"User":"nobody",)"
            R"("WorkingDir":"/tmp"})");
  EXPECT_EQ(exec_start_request("e/1").target, "/exec/e%2F1/start");
  EXPECT_EQ(exec_start_request("e1").body, R"({"Detach":false,"Tty":false})");
  EXPECT_EQ(exec_inspect_request("e1").target, "/exec/e1/json");
}

TEST(exec_messages, are_read) {
  EXPECT_EQ(parse_exec_id(R"({"Id":"e1"})").value(), "e1");
  const auto state = parse_exec_state(R"({"Running":false,"ExitCode":126,"Pid":0})").value();
  EXPECT_FALSE(state.running);
  EXPECT_EQ(state.exit_code, 126);
  // Docker has no exit code yet.
  EXPECT_TRUE(parse_exec_state(R"({"Running":true,"ExitCode":null})").value().running);
}

TEST(exec_messages, must_be_some) {
  for (const char* text : {"", "{}", "[]", R"({"Id":1,"Running":"no"})"}) {
    EXPECT_EQ(parse_exec_id(text).error().code, errc::bad_response);
    EXPECT_EQ(parse_exec_state(text).error().code, errc::bad_response);
  }
}

}  // namespace
}  // namespace gantry::engine
