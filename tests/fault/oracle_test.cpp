// The judge is judged: made-up histories, each fault in them is named, and a good one passes.
#include "tests/fault/oracle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class oracles : public testing::Test {
 protected:
  // Four lines, the third of them an error.
  oracles() {
    judge.printed("web", {{"stdout", "web 1 0"},
                          {"stdout", "web 1 1"},
                          {"stderr", "web 1 2"},
                          {"stdout", "web 1 3"}});
  }

  void pulse(const std::string& emitter, const json::object& data, const std::string& hash) {
    const auto parsed = json::parse(data.to_text().bytes);
    judge.heard("test:container/" + emitter, hash, *parsed);
  }

  void lines(std::uint64_t seq, std::uint64_t count, const std::string& text,
             const std::string& stream = "stdout", const std::string& hash = "") {
    json::object data;
    data.set("seq", seq).set("count", count).set("text", text).set("stream", stream);
    pulse("web:output", data, hash.empty() ? "h" + std::to_string(seq) : hash);
  }

  void notice(std::uint64_t from, std::uint64_t to, std::uint64_t suppressed) {
    json::object data;
    data.set("suppressed", suppressed).set("from", from).set("to", to).set("reason", "full");
    pulse("web:output", data, "n" + std::to_string(from));
  }

  void all_lines() {
    lines(1, 2, "web 1 0\nweb 1 1");
    lines(3, 1, "web 1 2", "stderr");
    lines(4, 1, "web 1 3");
  }

  void event(const std::string& emitter, std::uint64_t seq) {
    pulse("web:" + emitter, json::object().set("seq", seq), emitter + std::to_string(seq));
  }

  [[nodiscard]] std::vector<std::string> faults(resends must = resends::optional) const {
    return judge.verdict(drops::forbidden, must);
  }

  oracle judge;
};

TEST_F(oracles, find_nothing_wrong_with_a_good_run) {
  judge.stored("web", {"web 1 0", "web 1 1", "web 1 2", "web 1 3"});
  judge.ran("web", 1);
  EXPECT_EQ(judge.missing(), 4U);
  event("run", 1);
  lines(1, 2, "web 1 0\nweb 1 1");
  lines(1, 2, "web 1 0\nweb 1 1");  // again
  lines(3, 1, "web 1 2", "stderr");
  lines(4, 1, "web 1 3");
  EXPECT_FALSE(judge.all_ended());
  event("finish", 1);
  EXPECT_TRUE(judge.all_ended());
  EXPECT_EQ(judge.missing(), 0U);
  EXPECT_EQ(judge.lines(), 4U);
  EXPECT_EQ(judge.resent(), 1U);
  EXPECT_THAT(faults(resends::required), IsEmpty());
}

TEST_F(oracles, let_streams_pass_each_other) {
  lines(1, 1, "web 1 2", "stderr");
  lines(2, 3, "web 1 0\nweb 1 1\nweb 1 3");
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(oracles, but_not_against_the_order_of_the_engine) {
  judge.stored("web", {"web 1 0", "web 1 1", "web 1 2", "web 1 3"});
  lines(1, 1, "web 1 2", "stderr");
  lines(2, 3, "web 1 0\nweb 1 1\nweb 1 3");
  EXPECT_THAT(faults(), Contains(AllOf(HasSubstr("web as stored"), HasSubstr("out of order"))));
}

TEST_F(oracles, see_a_loss_in_the_middle) {
  lines(1, 1, "web 1 0");
  lines(2, 1, "web 1 2", "stderr");
  lines(3, 1, "web 1 3");
  EXPECT_EQ(judge.missing("web"), 1U);
  EXPECT_THAT(faults(), ElementsAre("web stdout: 1 lost: \"web 1 1\""));
}

TEST_F(oracles, see_a_loss_at_the_end) {
  lines(1, 1, "web 1 0");
  EXPECT_THAT(faults(), ElementsAre("web stderr: 1 lost: \"web 1 2\"",
                                    "web stdout: 2 lost: \"web 1 1\" to \"web 1 3\""));
}

TEST_F(oracles, see_a_container_that_was_never_heard) {
  judge.printed("db", {{"tty", "db 1 0"}});
  all_lines();
  EXPECT_THAT(faults(), ElementsAre("db tty: 1 lost: \"db 1 0\""));
}

TEST_F(oracles, see_a_line_under_two_numbers) {
  all_lines();
  lines(5, 1, "web 1 3");
  EXPECT_THAT(faults(), ElementsAre("web stdout: \"web 1 3\" arrived twice, under two numbers"));
}

TEST_F(oracles, see_a_foreign_line_a_changed_one_and_one_on_the_wrong_stream) {
  all_lines();
  lines(5, 1, "web 1 4");
  EXPECT_THAT(faults(), ElementsAre("web stdout: \"web 1 4\" was never printed"));
  lines(6, 1, "web 1 2");
  EXPECT_THAT(faults(), Contains("web stdout: \"web 1 2\" was never printed"));
}

TEST_F(oracles, see_a_foreign_container) {
  all_lines();
  pulse("other:output", json::object().set("seq", 1).set("text", "x"), "h");
  EXPECT_THAT(faults(), ElementsAre("container/other:output: nobody knows this container"));
}

TEST_F(oracles, see_lines_in_the_wrong_order) {
  lines(1, 2, "web 1 1\nweb 1 0");
  lines(3, 1, "web 1 2", "stderr");
  lines(4, 1, "web 1 3");
  EXPECT_THAT(faults(),
              ElementsAre("web stdout: \"web 1 0\" came behind \"web 1 1\": out of order"));
}

TEST_F(oracles, see_pulses_in_the_wrong_order) {
  lines(3, 1, "web 1 2", "stderr");
  lines(1, 2, "web 1 0\nweb 1 1");
  lines(4, 1, "web 1 3");
  EXPECT_THAT(faults(), ElementsAre("container/web:output: numbers 1 to 2 came behind number 3: "
                                    "out of order"));
}

TEST_F(oracles, see_a_gap_in_the_numbers) {
  lines(1, 2, "web 1 0\nweb 1 1");
  lines(4, 1, "web 1 2", "stderr");
  lines(5, 1, "web 1 3");
  EXPECT_THAT(faults(), ElementsAre("container/web:output: number 3 were never heard, and no "
                                    "notice explains it"));
}

TEST_F(oracles, see_a_gap_before_the_first_number) {
  lines(3, 3, "web 1 0\nweb 1 1\nweb 1 3");
  lines(6, 1, "web 1 2", "stderr");
  EXPECT_THAT(faults(), Contains(HasSubstr("numbers 1 to 2 were never heard")));
}

TEST_F(oracles, see_numbers_that_overlap) {
  all_lines();
  lines(3, 2, "web 1 2\nweb 1 3");
  EXPECT_THAT(faults(), Contains("container/web:output: numbers 3 to 4 overlap with number 4, "
                                 "heard before"));
}

TEST_F(oracles, see_another_count_for_the_same_number) {
  all_lines();
  lines(1, 1, "web 1 0");
  EXPECT_THAT(faults(), Contains(HasSubstr("number 1 overlap with numbers 1 to 2")));
}

TEST_F(oracles, see_other_content_or_another_hash_under_the_same_numbers) {
  all_lines();
  lines(4, 1, "web 1 3", "stdout", "another");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("number 4 came again with another hash")));
  lines(4, 1, "web 1 9");
  EXPECT_THAT(faults(), Contains(HasSubstr("number 4 came again with other content")));
}

TEST_F(oracles, see_a_count_that_is_not_that_of_the_lines) {
  lines(1, 1, "web 1 0\nweb 1 1");
  lines(2, 1, "web 1 2", "stderr");
  lines(3, 1, "web 1 3");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("number 1 hold 2 lines")));
}

TEST_F(oracles, see_pulses_without_numbers_and_truncated_ones) {
  all_lines();
  pulse("web:finish", json::object().set("exitCode", 0), "h");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("container/web:finish: a pulse without usable")));
  pulse("web:output",
        json::object().set("seq", 5).set("count", 1).set("text", "x").set("truncated", true), "h");
  EXPECT_THAT(faults(), Contains(HasSubstr("number 5 is truncated")));
}

TEST_F(oracles, leave_alone_what_tells_how_something_is) {
  all_lines();
  for (const char* emitter : {"web:state", "web:health", "web:stats", "web:alerts", ":engine"}) {
    pulse(emitter, json::object().set("status", "running"), "h");
  }
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(oracles, call_a_run_empty_that_shows_nothing) {
  all_lines();
  EXPECT_THAT(faults(resends::required), ElementsAre(HasSubstr("empty: no pulse ever came again")));
  EXPECT_THAT(oracle().verdict(drops::forbidden, resends::optional),
              ElementsAre("empty: not one line was heard"));
}

TEST_F(oracles, see_runs_that_are_not_told_once) {
  judge.ran("web", 1);
  event("run", 1);
  all_lines();
  EXPECT_THAT(faults(), ElementsAre("web: ran 1 times, and 1 begins and 0 ends were told"));
  event("finish", 1);
  event("stop", 1);
  EXPECT_THAT(faults(), ElementsAre("web: ran 1 times, and 1 begins and 2 ends were told"));
}

TEST_F(oracles, see_lines_outside_of_their_run) {
  judge.ran("web", 1);
  lines(1, 2, "web 1 0\nweb 1 1");
  event("run", 1);
  lines(3, 1, "web 1 2", "stderr");
  event("finish", 1);
  lines(4, 1, "web 1 3");
  EXPECT_THAT(faults(), ElementsAre("web: a line before its begin", "web: a line after its end"));
}

// ---- Notices --------------------------------------------------------------------------------

class oracles_of_drops : public oracles {
 protected:
  oracles_of_drops() { judge.stored("web", {"web 1 0", "web 1 1", "web 1 2", "web 1 3"}); }

  [[nodiscard]] std::vector<std::string> faults_but_drops() const {
    return judge.verdict(drops::explained, resends::optional);
  }
};

TEST_F(oracles_of_drops, take_a_notice_for_what_it_explains) {
  lines(1, 1, "web 1 0");
  notice(2, 3, 2);
  notice(2, 3, 2);  // again
  lines(4, 1, "web 1 3");
  EXPECT_EQ(judge.missing(), 0U);
  EXPECT_EQ(judge.dropped(), 2U);
  EXPECT_EQ(judge.resent(), 1U);
  EXPECT_THAT(faults_but_drops(), IsEmpty());
  EXPECT_THAT(faults(), Contains("container/web:output: numbers 2 to 3 dropped: full"));
}

TEST_F(oracles_of_drops, take_a_notice_for_pulses_that_had_arrived) {
  lines(1, 2, "web 1 0\nweb 1 1");
  notice(1, 3, 3);
  lines(4, 1, "web 1 3");
  EXPECT_EQ(judge.dropped(), 1U);
  EXPECT_THAT(faults_but_drops(), IsEmpty());
}

TEST_F(oracles_of_drops, see_a_loss_that_no_notice_explains) {
  lines(1, 1, "web 1 0");
  notice(2, 2, 1);
  lines(3, 1, "web 1 3");
  EXPECT_THAT(faults_but_drops(), ElementsAre("web: 2 lines are missing, and notices say 1",
                                              "web: number 3 is not line 3, but \"web 1 3\""));
}

TEST_F(oracles_of_drops, see_a_notice_that_counts_wrong) {
  lines(1, 1, "web 1 0");
  notice(2, 3, 5);
  lines(4, 1, "web 1 3");
  EXPECT_THAT(faults_but_drops(), ElementsAre(HasSubstr("a notice counts wrong")));
}

TEST_F(oracles_of_drops, take_a_notice_that_knows_no_number) {
  lines(1, 1, "web 1 0");
  for (int each = 0; each < 2; ++each) {  // the second time it is the same again
    pulse("web:output",
          json::object()
              .set_null("suppressed")
              .set_null("from")
              .set_null("to")
              .set("reason", "log rotated"),
          "n");
  }
  lines(2, 1, "web 1 3");
  EXPECT_EQ(judge.resent(), 1U);
  EXPECT_THAT(faults_but_drops(), IsEmpty());
  EXPECT_THAT(faults(), Contains("container/web:output: nobody knows how many were dropped: log "
                                 "rotated"));
}

TEST_F(oracles_of_drops, see_a_pulse_that_was_said_to_be_dropped) {
  lines(1, 1, "web 1 0");
  notice(2, 3, 2);
  lines(2, 1, "web 1 1");
  lines(4, 1, "web 1 3");
  EXPECT_THAT(faults_but_drops(), Contains(HasSubstr("number 2 overlap with numbers 2 to 3")));
}

TEST_F(oracles_of_drops, still_see_the_rest) {
  notice(1, 1, 1);
  lines(2, 1, "web 1 2", "stderr");
  lines(3, 1, "web 1 1");
  lines(4, 1, "web 1 3");
  EXPECT_THAT(faults_but_drops(), Contains(HasSubstr("out of order")));
}

}  // namespace
}  // namespace gantry::test
