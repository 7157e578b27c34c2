// What is too large for the server: cut off, replaced or left out, and never sent again for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t few = 64U << 10U;

std::string text_of(std::size_t bytes) { return std::string(bytes, 'x'); }

class session_frames : public session_fixture {
 protected:
  session_frames() {
    limit_to(few);
    publish(one_target());
  }
  void limit_to(std::size_t bytes) {
    session_config config;
    config.frames.bytes_max = bytes;
    make_session(config);
  }
  void close_with_1009() {
    session_->disconnected(now_, session::end_of_connection::frame_too_large);
  }
  // A core that reads no more than this, over as many connections as it takes to be rid of all that
  // waits; how many it closed with 1009.
  int play_core(std::size_t reads) {
    for (int closed = 0; closed < 20; ++closed) {
      largest_ = 0;
      connect_to_ts();
      if (largest_ <= reads) {
        echo_pings();
        EXPECT_EQ(source_->size(), 0U);
        return closed;
      }
      pings_.clear();
      close_with_1009();
    }
    return 20;
  }
  std::string last_message() {
    const auto all = fields("Instance", "message");
    return all.empty() ? "(none)" : all.back();
  }
};

TEST_F(session_frames, replace_a_pulse_that_is_larger_than_configured_by_a_notice) {
  connect_to_ts();
  (void)sent();
  queue(text_of(few));
  queue("next");
  EXPECT_THAT(said(), ElementsAre("SET Pulse s:t:output [replaced]", "SET Pulse s:t:output next"));
  echo_pings();
  echo_pings();
  EXPECT_EQ(source_->size(), 0U);
  EXPECT_EQ(logged(log_level::warning, "a notice goes in the place of a pulse of s:t:output"), 1);
}

TEST_F(session_frames, that_are_replaced_are_a_warning_once_in_a_connection) {
  connect_to_ts();
  for (int times = 0; times < 3; ++times) queue(text_of(few));
  EXPECT_EQ(logged(log_level::warning, "a notice goes"), 1);
  EXPECT_EQ(logged(log_level::debug, "a notice goes"), 2);
}

TEST_F(session_frames, learn_from_1009_and_send_no_frame_as_large_again) {
  connect_to_ts();
  queue(text_of(40'000));
  queue("next");
  (void)sent();
  close_with_1009();
  EXPECT_LT(source_->frame_bytes_max(), 41'000U) << "what is made from now on is cut to it";
  connect_to_ts();
  EXPECT_THAT(said(), testing::AllOf(Contains("SET Pulse s:t:output [replaced]"),
                                     Contains("SET Pulse s:t:output next"),
                                     Not(Contains(HasSubstr("xxxx")))));
  echo_pings();
  EXPECT_EQ(source_->size(), 0U) << "and goes on";
  EXPECT_EQ(logged(log_level::error, "the largest on its way was Pulse s:t:output with"), 1);
}

TEST_F(session_frames, tell_in_the_instances_message_what_was_learned) {
  connect_to_ts();
  queue(text_of(40'000));
  close_with_1009();
  (void)sent();
  connect_to_ts();
  EXPECT_THAT(last_message(), HasSubstr("The core takes no message of more than 40"));
}

TEST_F(session_frames, know_nothing_of_it_in_the_next_life_and_learn_it_again) {
  for (int life = 0; life < 2; ++life) {
    limit_to(1U << 20U);
    publish(one_target());
    for (int lines = 0; lines < 5; ++lines) source_->append(pulse_from("output", text_of(500'000)));
    EXPECT_LE(play_core(100'000), 3);
  }
}

TEST_F(session_frames, any_server_is_learned_in_three_connections) {
  for (const std::size_t reads : {64U << 10U, 100U << 10U, 500U << 10U, 900U << 10U}) {
    limit_to(8U << 20U);
    publish(one_target());
    for (std::size_t bytes = 2U << 20U; bytes > 1'000; bytes = bytes * 2 / 3) {
      source_->append(pulse_from("output", text_of(bytes)));
    }
    EXPECT_LE(play_core(reads), 3) << reads;
  }
}

TEST_F(session_frames, replace_what_ends_five_connections_without_a_word) {
  limit_to(8U << 20U);
  publish(one_target());
  source_->append(pulse_from("output", text_of(2U << 20U)));
  for (int times = 0; times < 5; ++times) {
    connect_to_ts();
    EXPECT_THAT(said(), Contains(HasSubstr("xxxx"))) << times;
    disconnect();
  }
  connect_to_ts();
  EXPECT_THAT(said(), Contains("SET Pulse s:t:output [replaced]"));
  EXPECT_EQ(logged(log_level::error, "again and again"), 1);
}

TEST_F(session_frames, leave_out_an_item_that_is_too_large_and_say_so) {
  model::catalogue all = one_target();
  all.put(
      model::action{.id = model::action_id("s:t:huge"),
                    .target = model::target_id("s:t"),
                    .schema = json::text{R"({"type":"object","title":")" + text_of(few) + "\"}"}});
  publish(all);
  connect_to_ts();
  const std::string words = [&] {
    for (const message& each : frames_) {
      const auto* event = std::get_if<myko::event>(&each);
      if (event == nullptr) continue;
      EXPECT_NE(field(event->item.bytes, "id"), "s:t:huge");
    }
    return last_message();
  }();
  EXPECT_THAT(words, HasSubstr("Too large for the core: Action s:t:huge."));
  EXPECT_EQ(logged(log_level::warning, "Action s:t:huge is left out"), 1);
  EXPECT_TRUE(session_->registered());
}

TEST_F(session_frames, leave_out_a_latest_value_that_is_too_large) {
  connect_to_ts();
  (void)sent();
  set_latest("state", text_of(few));
  EXPECT_THAT(said(), IsEmpty());
  set_latest("state", "small");
  EXPECT_THAT(said(), ElementsAre("SET Pulse s:t:state small"));
  hear_command("ResendEmitterValue", R"({"tx":"t","instanceId":"m:s","emitterId":"s:t:state"})");
  EXPECT_THAT(said(), Contains(HasSubstr("RESPONSE t")));
  set_latest("state", text_of(few));
  hear_command("ResendEmitterValue", R"({"tx":"u","instanceId":"m:s","emitterId":"s:t:state"})");
  EXPECT_THAT(said(), Contains(HasSubstr("ERROR u ResendEmitterValue: the last value")));
}

TEST_F(session_frames, answer_with_an_error_where_the_answer_is_too_large) {
  connect_to_ts();
  hear_exec("t");
  ASSERT_EQ(requests_.size(), 1U);
  (void)sent();
  perform(session_->answer(requests_[0].ticket, action_done{{"\"" + text_of(few) + "\""}}, now_));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("ERROR t : it was done, but its answer has 65")));
}

TEST_F(session_frames, do_without_an_answer_where_its_tx_alone_is_too_large) {
  connect_to_ts();
  (void)sent();
  hear_exec(text_of(few), "s:u:none");
  hear_exec("t", "s:u:none");
  EXPECT_THAT(said(), ElementsAre(HasSubstr("ERROR t ExecTargetAction")));
}

// The error repeats it, and so would each try to send a shorter one.
TEST_F(session_frames, answer_a_command_whose_name_is_too_large) {
  connect_to_ts();
  (void)sent();
  hear_command(text_of(few), R"({"tx":"t"})");
  EXPECT_THAT(said(), ElementsAre(HasSubstr("ERROR t : unknown command xxx")));
}

// It would be in every pulse.
TEST_F(session_frames, take_no_client_id_of_any_length) {
  connect();
  hear_client_id(text_of(2'000), "t");
  EXPECT_THAT(said(), ElementsAre(HasSubstr("ERROR t SetClientId: the id is too long")));
  pass(milliseconds(250));
  EXPECT_TRUE(session_->registered());
  queue("a line");
  EXPECT_THAT(said(), Contains("SET Pulse s:t:output a line"));
}

TEST_F(session_frames, tell_what_puzzles_them) {
  connect_to_ts();
  close_with_1009();
  EXPECT_TRUE(session_->is_puzzled());
  (void)sent();
  connect_to_ts();
  EXPECT_THAT(last_message(), HasSubstr("though all were small"));
  disconnect();
  EXPECT_FALSE(session_->is_puzzled());
}

}  // namespace
}  // namespace gantry::myko::test
