// The judge of the hostile peers sees what it is there for.
#include "tests/fault/peers/peer_judge.hpp"

#include <gmock/gmock.h>

namespace gantry::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class judged_world : public testing::Test {
 protected:
  judged_world() {
    world_.start(web_);
    world_.print(web_, "one");
    world_.print(web_, "two");
    world_.die(web_, 3);
    hear("run", R"({"seq":1})");
  }

  void hear(const std::string& emitter, const std::string& data, const std::string& hash = "") {
    judge_.heard("svc:container/web:" + emitter, hash.empty() ? data : hash,
                 json::parse(data).value());
  }
  void hear_all() {
    hear("output", R"({"seq":1,"count":2,"text":"one\ntwo"})");
    hear("finish", R"({"seq":1,"exitCode":3})");
    hear("state", R"({"status":"exited"})");
    hear("alerts", R"({"all":[]})");
  }
  std::vector<std::string> missing() {
    return judge_.missing([](const std::string&) { return "online"; });
  }

  peer_world world_{[] {}};
  world_container& web_ = world_.create("web");
  peer_judge judge_{"svc", world_};
};

TEST_F(judged_world, NothingIsMissingWhenAllWasTold) {
  hear_all();
  EXPECT_THAT(missing(), IsEmpty());
  EXPECT_THAT(judge_.wrong(), IsEmpty());
}

TEST_F(judged_world, WhatWasNotToldIsMissing) {
  EXPECT_THAT(missing(),
              ElementsAre(HasSubstr("not exited"), HasSubstr("2 of 2 lines"), HasSubstr("ends 3")));
}

TEST_F(judged_world, ANoticeStandsForAsManyLinesAsItSays) {
  hear_all();
  world_.print(web_, "three");
  world_.print(web_, "four");
  hear("output", R"({"from":3,"to":3,"suppressed":1})");
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("1 of 4 lines")));
}

TEST_F(judged_world, AnAlertThatStaysIsMissingNothing) {
  hear_all();
  hear("alerts", R"({"all":[{"code":"not-answering"}]})");
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("not-answering")));
}

TEST_F(judged_world, WhatComesTwiceOrWasNeverPrintedIsWrong) {
  hear_all();
  hear_all();  // again, by the same numbers
  EXPECT_THAT(judge_.wrong(), IsEmpty());
  hear("output", R"({"seq":3,"count":1,"text":"one"})");
  hear("output", R"({"seq":4,"count":1,"text":"never"})");
  hear("output", R"({"seq":6,"count":1,"text":"odd line"})");
  EXPECT_THAT(judge_.wrong(),
              ElementsAre(HasSubstr("never heard number 5"), HasSubstr("came twice"),
                          HasSubstr("out of order"), HasSubstr("never printed")));
}

TEST_F(judged_world, TheSameNumberWithAnotherHashIsWrong) {
  hear("output", R"({"seq":1,"count":1,"text":"one"})", "a");
  hear("output", R"({"seq":1,"count":1,"text":"one"})", "b");
  EXPECT_THAT(judge_.wrong(), ElementsAre(HasSubstr("came as another one")));
}

TEST(FaultsOfLog, ASecretAPageAndARawControlCharacterAreSeen) {
  EXPECT_THAT(faults_of_log("all is well\n"), IsEmpty());
  EXPECT_THAT(faults_of_log("a \x1b[31m\nsEcReT-of-a-peer\n<html>\n"),
              ElementsAre(HasSubstr("control"), HasSubstr("secret"), HasSubstr("page")));
}

}  // namespace
}  // namespace gantry::test
