// The row of our Instance: deleted under us, taken by another, given up again.
#include "myko/session/own_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class own_row_test : public testing::Test {
 protected:
  void show(const std::string& client, const std::string& status = "Available",
            const std::string& message = "") {
    const std::string who = client.empty() ? "null" : '"' + client + '"';
    row_.shows(json::text{R"({"id":"i","clientId":)" + who + R"(,"status":")" + status +
                          R"(","message":")" + message + "\"}"},
               now_);
  }
  void show_ours(const std::string& client) { show(client, "Starting", "our sign"); }
  void show_nothing() { row_.shows(std::nullopt, now_); }
  bool anew_after(int time) {
    now_ += milliseconds(time);
    return row_.tick(now_);
  }
  void begin() {
    row_.connected("");
    row_.signs("our sign");
  }
  // A rust core, where the row says who we are.
  void begin_on_rust(const std::string& client) {
    begin();
    show_nothing();
    show_ours(client);
    show(client);
    row_.settled();
  }

  own_row row_{{}};
  own_row::time_point now_{std::chrono::hours(1)};
};

TEST_F(own_row_test, is_published_anew_when_it_was_deleted) {
  begin_on_rust("c-1");
  EXPECT_FALSE(anew_after(60'000));
  show_nothing();
  EXPECT_FALSE(anew_after(149)) << "what is deleted with it would win";
  EXPECT_TRUE(anew_after(851));
  EXPECT_FALSE(anew_after(60'000));
  EXPECT_EQ(row_.take_warning(), "");
}

TEST_F(own_row_test, is_published_anew_once_in_ten_seconds_at_most) {
  begin_on_rust("c-1");
  show_nothing();
  EXPECT_TRUE(anew_after(200));
  show("c-1", "Starting");
  show_nothing();
  EXPECT_FALSE(anew_after(9'999));
  EXPECT_TRUE(anew_after(1));
}

TEST_F(own_row_test, is_not_free_before_it_was_ours) {
  begin();
  show("", "Unavailable");
  EXPECT_FALSE(anew_after(60'000)) << "an earlier life's";
  show("c-1");
  EXPECT_TRUE(row_.is_ours());
}

TEST_F(own_row_test, is_left_to_another_client_until_that_is_gone) {
  begin_on_rust("c-1");
  show("c-2");
  EXPECT_FALSE(row_.is_ours());
  EXPECT_THAT(row_.take_warning(), HasSubstr("has taken this gantry's place"));
  show("c-2", "Error");
  EXPECT_EQ(row_.take_warning(), "") << "said once";
  show("c-2", "Unavailable");
  EXPECT_FALSE(row_.is_ours()) << "until everything goes anew";
  EXPECT_TRUE(anew_after(200));
  EXPECT_TRUE(row_.is_ours());
}

TEST_F(own_row_test, is_free_when_the_client_of_another_is_gone_without_a_word) {
  begin_on_rust("c-1");
  show("c-2");
  show("", "Available");
  EXPECT_TRUE(anew_after(200));
}

TEST_F(own_row_test, is_ours_again_when_the_other_has_lost_it) {
  begin_on_rust("c-1");
  show("c-2");
  show("c-1");
  EXPECT_TRUE(row_.is_ours());
  show("c-3");
  EXPECT_FALSE(row_.is_ours());
}

TEST_F(own_row_test, says_whose_place_it_takes) {
  begin();
  show("c-1");
  EXPECT_EQ(row_.take_warning(), "") << "it may be ours already";
  show_ours("c-2");
  EXPECT_THAT(row_.take_warning(), HasSubstr("the other is client c-1"));
  show("c-1");
  EXPECT_THAT(row_.take_warning(), HasSubstr("has taken this gantry's place"));
}

TEST_F(own_row_test, knows_its_client_though_the_first_answer_was_ours_already) {
  begin();
  show("c-1");
  row_.settled();
  EXPECT_EQ(row_.take_warning(), "");
  show("c-2");
  EXPECT_FALSE(row_.is_ours());
}

// Both send the same Instance, and each is shown the SETs of both.
TEST_F(own_row_test, is_not_mixed_up_with_another_that_starts_at_the_same_moment) {
  begin();
  show("c-2", "Starting", "its sign");
  show_ours("c-1");
  show("c-2");
  EXPECT_FALSE(row_.is_ours());
  show("c-1");
  EXPECT_TRUE(row_.is_ours()) << "whose SET came last";
  EXPECT_THAT(row_.take_warning(), HasSubstr("client c-2"));
}

TEST_F(own_row_test, knows_its_sign_in_the_first_answer) {
  begin();
  show_ours("c-1");
  show("c-2");
  EXPECT_FALSE(row_.is_ours());
  EXPECT_THAT(row_.take_warning(), HasSubstr("has taken this gantry's place"));
}

TEST_F(own_row_test, knows_its_own_connections_of_before) {
  begin_on_rust("c-1");
  begin();
  show("c-1");  // the server has not noticed yet
  show_ours("c-2");
  EXPECT_EQ(row_.take_warning(), "");
  show("c-1");
  EXPECT_TRUE(row_.is_ours());
}

// ---- The TypeScript server keeps the rows of clients that are gone --------------------------

TEST_F(own_row_test, asks_on_ts_whether_the_one_before_is_still_there) {
  begin();
  row_.told_client("c-2");
  show("c-1");
  EXPECT_EQ(row_.client_to_watch(), "c-1");
  row_.client_is(true, now_);
  EXPECT_THAT(row_.take_warning(), HasSubstr("has taken the place of another executor"));
  EXPECT_EQ(row_.client_to_watch(), "");
}

TEST_F(own_row_test, says_nothing_on_ts_of_what_a_crash_left) {
  row_.connected("c-2");
  show("c-1");
  row_.client_is(false, now_);
  EXPECT_EQ(row_.take_warning(), "");
  show("c-2");
  EXPECT_TRUE(row_.is_ours());
}

TEST_F(own_row_test, watches_on_ts_for_the_client_that_took_it) {
  row_.connected("c-1");
  show_nothing();
  show("c-1");
  show("c-2");
  EXPECT_EQ(row_.client_to_watch(), "c-2");
  row_.client_is(true, now_);
  EXPECT_EQ(row_.client_to_watch(), "c-2");
  EXPECT_FALSE(anew_after(60'000));
  row_.client_is(false, now_);
  EXPECT_EQ(row_.client_to_watch(), "");
  EXPECT_TRUE(anew_after(200));
}

TEST_F(own_row_test, shows_no_odd_characters_of_a_client) {
  begin_on_rust("c-1");
  row_.shows(json::text{R"({"id":"i","clientId":"\u001b[31mred\n)" + std::string(100, 'x') +
                        R"(","status":"Available"})"},
             now_);
  const std::string said = row_.take_warning();
  EXPECT_THAT(said, HasSubstr("?[31mred?xxx"));
  EXPECT_THAT(said, Not(HasSubstr(std::string(100, 'x'))));
}

// The frames of a connection that was given up may be read behind the query of the next one.
TEST_F(own_row_test, does_not_take_late_words_of_an_earlier_connection_for_its_own) {
  begin_on_rust("c-1");
  begin();
  show("c-1");
  show("c-1", "Error");
  show_ours("c-2");
  EXPECT_EQ(row_.take_warning(), "");
  EXPECT_TRUE(row_.is_ours()) << "c-2 is this connection";
  show("c-3");
  EXPECT_FALSE(row_.is_ours());
}

TEST_F(own_row_test, is_not_free_because_a_core_never_shows_whose_it_is) {
  begin();
  show_nothing();
  show("", "Starting");
  show("");
  EXPECT_FALSE(anew_after(60'000)) << "else everything is published every 10 s for ever";
  show_nothing();
  show_nothing();
  EXPECT_FALSE(anew_after(60'000));
}

TEST_F(own_row_test, is_not_taken_back_from_one_that_was_quicker) {
  begin_on_rust("c-1");
  show_nothing();
  show("c-2");
  EXPECT_FALSE(anew_after(60'000));
  EXPECT_FALSE(row_.is_ours());
}

TEST_F(own_row_test, does_not_fill_the_log_when_clients_take_turns) {
  begin_on_rust("c-1");
  int said = 0;
  for (int turn = 0; turn < 100; ++turn) {
    show("c-" + std::to_string(2 + turn % 2));
    if (!row_.take_warning().empty()) ++said;
  }
  EXPECT_EQ(said, 1);
  now_ += milliseconds(1'000);
  show("c-9");
  EXPECT_THAT(row_.take_warning(), HasSubstr("c-9"));
}

TEST_F(own_row_test, knows_the_id_that_it_had_before_the_server_gave_it_another) {
  row_.connected("c-1");
  show("c-1");
  row_.told_client("c-2");
  show("c-1");
  EXPECT_TRUE(row_.is_ours());
}

TEST_F(own_row_test, asks_no_more_for_a_client_that_has_lost_it) {
  row_.connected("c-1");
  show("c-1");
  show("c-2");
  show("c-1");
  (void)row_.take_warning();
  EXPECT_EQ(row_.client_to_watch(), "");
  row_.client_is(true, now_);
  EXPECT_EQ(row_.take_warning(), "");
}

TEST_F(own_row_test, outlives_rows_that_make_no_sense) {
  begin_on_rust("c-1");
  row_.shows(json::text{R"({"id":"i","clientId":7})"}, now_);
  row_.shows(json::text{"[]"}, now_);
  EXPECT_TRUE(anew_after(200)) << "nobody's";
}

}  // namespace
}  // namespace gantry::myko::test
