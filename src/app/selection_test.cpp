#include "app/selection.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

using Selected = std::vector<std::vector<std::string>>;

ServiceDescription service(const std::string& full_name, const std::vector<std::string>& methods) {
  ServiceDescription description;
  description.full_name = full_name;
  for (const std::string& name : methods) {
    MethodDescription method;
    method.name = name;
    method.full_name = full_name + "." + name;
    description.methods.push_back(method);
  }
  return description;
}

class SelectionTest : public testing::Test {
 protected:
  Selected selected(const std::vector<std::string>& names) {
    const auto result = select_methods(names, {&calc_, &money_});
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(Selected());
  }
  std::string error(const std::string& name) {
    return std::string(select_methods({name}, {&calc_, &money_}).status().message());
  }

  const ServiceDescription calc_ = service("calc.Calc", {"Average", "Add"});
  const ServiceDescription money_ = service("bank.Money", {"Add", "Move"});
};

TEST_F(SelectionTest, AShortNameMeansAllServicesThatHaveIt) {
  EXPECT_EQ(selected({"Add"}), (Selected{{"Add"}, {"Add"}}));
}

TEST_F(SelectionTest, AFullNameMeansOne) {
  EXPECT_EQ(selected({"bank.Money.Add"}), (Selected{{}, {"Add"}}));
}

TEST_F(SelectionTest, KeepsTheOrderOfTheServiceAndNamesNothingTwice) {
  EXPECT_EQ(selected({"Add", "calc.Calc.Add", "Average"}), (Selected{{"Average", "Add"}, {"Add"}}));
}

TEST_F(SelectionTest, AnUnknownNameIsAnErrorWithTheNearest) {
  EXPECT_EQ(error("Averge"), "only: there is no method Averge here; do you mean Average?");
  EXPECT_EQ(error("calc.Calc.Ad"),
            "only: there is no method calc.Calc.Ad here; do you mean calc.Calc.Add?");
  EXPECT_EQ(error("Subtract"),
            "only: there is no method Subtract here; `info` lists those that there are");
}

}  // namespace
}  // namespace fairlead
