#include "cli/top_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TopModel::TimePoint kStart{};

struct Told {
  std::string method;
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::string data = {};
};

discovery::StatsResponse instance(std::string id, const std::vector<Told>& methods,
                                  std::string service = "calc.Calc") {
  discovery::StatsResponse response;
  response.name = "calc-Calc";
  response.metadata["fairlead.service"] = std::move(service);
  response.id = std::move(id);
  for (const Told& told : methods) {
    auto& endpoint = response.endpoints.emplace_back();
    endpoint.name = told.method;
    endpoint.num_requests = told.calls;
    endpoint.num_errors = told.errors;
    endpoint.data = told.data;
  }
  return response;
}

// `calc.Calc Add ONE: 2 instances, 1 gone, 10/s, 1 failed/s`
std::vector<std::string> lines(const TopModel& model, TopGroup group, TopSort sort = TopSort::kName,
                               bool reversed = false) {
  std::vector<std::string> lines;
  for (const TopRow& row : model.rows(group, sort, reversed)) {
    std::string line = row.service;
    for (const std::string& part : {row.method, row.instance}) {
      if (!part.empty()) line += " " + part;
    }
    line += ": " + std::to_string(row.instances);
    if (row.gone > 0) line += ", " + std::to_string(row.gone) + " gone";
    if (row.rate) line += ", " + std::to_string(static_cast<int>(*row.rate)) + "/s";
    if (row.error_rate && *row.error_rate > 0) {
      line += ", " + std::to_string(static_cast<int>(*row.error_rate)) + " failed/s";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

TEST(TopModel, RatesAreDifferencesBetweenPolls) {
  TopModel model;
  EXPECT_THAT(lines(model, TopGroup::kMethod), IsEmpty());
  model.update({instance("ONE", {{"Add", 100, 10}}), instance("TWO", {{"Add", 50, 0}})}, kStart);
  EXPECT_THAT(lines(model, TopGroup::kMethod), ElementsAre("calc.Calc Add: 2"));
  model.update({instance("ONE", {{"Add", 300, 12}}), instance("TWO", {{"Add", 70, 4}})},
               kStart + 2s);
  EXPECT_THAT(lines(model, TopGroup::kMethod), ElementsAre("calc.Calc Add: 2, 110/s, 3 failed/s"));
  EXPECT_THAT(lines(model, TopGroup::kInstance),
              ElementsAre("calc.Calc Add ONE: 1, 100/s, 1 failed/s",
                          "calc.Calc Add TWO: 1, 10/s, 2 failed/s"));
}

TEST(TopModel, WhoCountsAfreshHasNoRateBelowZero) {
  TopModel model;
  model.update({instance("ONE", {{"Add", 100}})}, kStart);
  model.update({instance("ONE", {{"Add", 5}})}, kStart + 1s);
  EXPECT_THAT(lines(model, TopGroup::kMethod), ElementsAre("calc.Calc Add: 1, 0/s"));
}

TEST(TopModel, WhoIsGoneFadesAndIsForgotten) {
  TopModel model;
  model.update({instance("ONE", {{"Add", 100}}), instance("TWO", {{"Add", 50}})}, kStart);
  model.update({instance("TWO", {{"Add", 60}})}, kStart + 1s);
  EXPECT_THAT(lines(model, TopGroup::kMethod), ElementsAre("calc.Calc Add: 1, 1 gone, 10/s"));
  EXPECT_THAT(lines(model, TopGroup::kInstance),
              ElementsAre("calc.Calc Add ONE: 0, 1 gone", "calc.Calc Add TWO: 1, 10/s"));
  EXPECT_EQ(model.rows(TopGroup::kInstance, TopSort::kName, false)[0].figures.requests, 100);
  EXPECT_EQ(model.rows(TopGroup::kMethod, TopSort::kName, false)[0].figures.requests, 60);
  for (int poll = 2; poll <= TopModel::kPollsUntilForgotten; ++poll) {
    model.update({}, kStart + poll * 1s);
    EXPECT_EQ(model.instance_count(), 2) << poll;
  }
  model.update({}, kStart + 6s);
  EXPECT_THAT(lines(model, TopGroup::kMethod), ElementsAre("calc.Calc Add: 0, 1 gone"));
  model.update({}, kStart + 7s);
  EXPECT_THAT(lines(model, TopGroup::kMethod), IsEmpty());
}

TEST(TopModel, WhoComesBackIsMeasuredOverTheTimeOfItsSilence) {
  TopModel model;
  model.update({instance("ONE", {{"Add", 100}})}, kStart);
  model.update({}, kStart + 1s);
  model.update({instance("ONE", {{"Add", 140}})}, kStart + 4s);
  EXPECT_THAT(lines(model, TopGroup::kMethod), ElementsAre("calc.Calc Add: 1, 10/s"));
}

TEST(TopModel, AServiceIsTheSumOfItsMethods) {
  TopModel model;
  model.update({instance("ONE", {{"Add", 1}, {"Average", 2}}), instance("TWO", {{"Add", 3}})},
               kStart);
  EXPECT_THAT(lines(model, TopGroup::kService), ElementsAre("calc.Calc: 2"));
  EXPECT_EQ(model.rows(TopGroup::kService, TopSort::kName, false)[0].figures.requests, 6);
}

TEST(TopModel, SortsByWhatIsAsked) {
  TopModel model;
  const std::vector<discovery::StatsResponse> before = {
      instance("ONE", {{"Add"}, {"Average"}, {"Expression"}})};
  model.update(before, kStart);
  model.update(
      {instance("ONE", {{"Add", 10, 1, R"({"in_flight":1,"limit":5,"latency_ns":{"p99":900}})"},
                        {"Average", 30, 0, R"({"in_flight":3,"limit":5,"latency_ns":{"p99":70}})"},
                        {"Expression", 20, 9}})},
      kStart + 1s);
  const auto methods = [&](TopSort sort, bool reversed = false) {
    std::string names;
    for (const TopRow& row : model.rows(TopGroup::kMethod, sort, reversed)) {
      names += row.method.substr(0, 2) + " ";
    }
    return names;
  };
  EXPECT_EQ(methods(TopSort::kName), "Ad Av Ex ");
  EXPECT_EQ(methods(TopSort::kName, true), "Ex Av Ad ");
  EXPECT_EQ(methods(TopSort::kRate), "Av Ex Ad ");
  EXPECT_EQ(methods(TopSort::kErrors), "Ex Ad Av ");
  EXPECT_EQ(methods(TopSort::kLatency), "Ad Av Ex ");
  EXPECT_EQ(methods(TopSort::kInFlight), "Av Ad Ex ");
  EXPECT_EQ(methods(TopSort::kInFlight, true), "Ex Ad Av ");
}

TEST(TopModel, WordsStandForWhatCanBeChosen) {
  for (const TopSort sort :
       {TopSort::kName, TopSort::kRate, TopSort::kErrors, TopSort::kLatency, TopSort::kInFlight}) {
    EXPECT_EQ(read_top_sort(to_text(sort)), sort);
  }
  for (const TopGroup group : {TopGroup::kService, TopGroup::kMethod, TopGroup::kInstance}) {
    EXPECT_EQ(read_top_group(to_text(group)), group);
  }
  EXPECT_EQ(read_top_sort("size"), std::nullopt);
  EXPECT_EQ(read_top_group(""), std::nullopt);
}

}  // namespace
}  // namespace fairlead::cli
