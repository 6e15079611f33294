#include "cli/top_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

discovery::StatsResponse calc(std::string id, std::uint64_t calls, std::uint64_t errors) {
  discovery::StatsResponse response;
  response.name = "calc-Calc";
  response.metadata["fairlead.service"] = "calc.Calc";
  response.id = std::move(id);
  for (const char* method : {"Add", "Average"}) {
    auto& endpoint = response.endpoints.emplace_back();
    endpoint.name = method;
    endpoint.num_requests = calls;
    endpoint.num_errors = errors;
    endpoint.data = R"({"in_flight":3,"limit":5,"queued":1,"latency_ns":{"p50":1500,"p99":9000}})";
  }
  return response;
}

TopModel some_model() {
  TopModel model;
  model.update({calc("ONE", 0, 0), calc("TWO", 100, 0)}, {});
  model.update({calc("ONE", 1000, 5)}, TopModel::TimePoint(1s));
  return model;
}

TEST(TopScreen, ShowsATableWithTheSortedColumnMarked) {
  TopModel model;
  model.update({calc("ONE", 0, 0)}, {});
  model.update({calc("ONE", 1000, 5)}, TopModel::TimePoint(2s));
  const TopControls controls(TopGroup::kMethod, TopSort::kErrors);
  EXPECT_EQ(
      render_top_table(model.rows(TopGroup::kMethod, TopSort::kErrors, false), controls, Style()),
      "SERVICE    METHOD   INSTANCES  CALLS/S  ERRORS/S↓  IN FLIGHT  QUEUED      P50      P99"
      "  CALLS  ERRORS\n"
      "calc.Calc  Add              1      500        2.5        3/5       1  1.50 µs  9.00 µs"
      "  1 000       5\n"
      "calc.Calc  Average          1      500        2.5        3/5       1  1.50 µs  9.00 µs"
      "  1 000       5\n");
}

TEST(TopScreen, ThoseThatAreGoneFade) {
  const TopModel model = some_model();
  const TopControls by_instance(TopGroup::kInstance, TopSort::kName);
  EXPECT_THAT(render_top_table(model.rows(TopGroup::kInstance, TopSort::kName, false), by_instance,
                               Style(true)),
              HasSubstr("\x1b[2mTWO\x1b[0m"));
  const TopControls by_method(TopGroup::kMethod, TopSort::kName);
  EXPECT_THAT(
      render_top_table(model.rows(TopGroup::kMethod, TopSort::kName, false), by_method, Style()),
      HasSubstr("Add      1, 1 gone "));
}

TEST(TopScreen, FitsIntoTheTerminal) {
  const TopModel model = some_model();
  TopControls controls(TopGroup::kInstance, TopSort::kName);
  const std::string all = render_top_screen(model, controls, {24, 200}, "", Style());
  EXPECT_THAT(all, HasSubstr("fairlead top  1 service, 2 instances, 2000 calls/s, 10 failed/s"));
  EXPECT_THAT(all, HasSubstr("q quits"));
  EXPECT_THAT(all, HasSubstr("Average"));
  const auto lines = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n') + 1;
  };
  EXPECT_EQ(lines(all), 8);
  const std::string few = render_top_screen(model, controls, {6, 20}, "", Style());
  EXPECT_EQ(lines(few), 6);
  EXPECT_THAT(few, Not(HasSubstr("CALLS/S")));
  EXPECT_THAT(few, Not(HasSubstr("Average")));
  controls.on_input("\x1b[B\x1b[B\x1b[B\x1b[B");
  const std::string scrolled = render_top_screen(model, controls, {6, 20}, "", Style());
  EXPECT_THAT(scrolled, HasSubstr("calc.Calc  Average"));
  for (std::size_t rows : {0, 1, 3, 4}) {
    EXPECT_LE(lines(render_top_screen(model, controls, {rows, 20}, "", Style())),
              std::max<std::size_t>(rows, 1));
  }
}

TEST(TopScreen, TellsOfTrouble) {
  TopModel model;
  TopControls controls(TopGroup::kMethod, TopSort::kRate);
  EXPECT_THAT(render_top_screen(model, controls, {24, 80}, "", Style()),
              HasSubstr("no service is up"));
  const std::string text =
      render_top_screen(model, controls, {24, 80}, "the connection\x1b[2J is lost", Style());
  EXPECT_THAT(text, HasSubstr("is lost"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b[2J")));
  EXPECT_THAT(text, Not(HasSubstr("no service is up")));
}

TEST(TopScreen, WritesRowsForPrograms) {
  const TopModel model = some_model();
  const auto json =
      nlohmann::json::parse(top_json(model.rows(TopGroup::kInstance, TopSort::kName, false)));
  ASSERT_EQ(json.size(), 4);
  EXPECT_EQ(json[0]["service"], "calc.Calc");
  EXPECT_EQ(json[0]["method"], "Add");
  EXPECT_EQ(json[0]["instance"], "ONE");
  EXPECT_EQ(json[0]["calls_per_second"], 1000);
  EXPECT_EQ(json[0]["limit"], 5);
  EXPECT_EQ(json[1]["instance"], "TWO");
  EXPECT_EQ(json[1]["gone"], 1);
  EXPECT_TRUE(json[1]["calls_per_second"].is_null());
  EXPECT_EQ(top_json({}), "[]");
}

}  // namespace
}  // namespace fairlead::cli
