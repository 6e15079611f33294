#include "cli/top_controls.hpp"

#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

using Action = TopControls::Action;

TEST(TopControls, AKeySortsAndTheSameAgainTurnsItRound) {
  TopControls controls(TopGroup::kMethod, TopSort::kRate);
  EXPECT_EQ(controls.on_input("e"), Action::kRedraw);
  EXPECT_EQ(controls.sort(), TopSort::kErrors);
  EXPECT_FALSE(controls.reversed());
  controls.on_input("e");
  EXPECT_TRUE(controls.reversed());
  controls.on_input("e");
  EXPECT_FALSE(controls.reversed());
  controls.on_input("eip");
  EXPECT_EQ(controls.sort(), TopSort::kLatency);
  EXPECT_FALSE(controls.reversed());
}

TEST(TopControls, GroupsGoRound) {
  TopControls controls(TopGroup::kMethod, TopSort::kRate);
  controls.on_input("g");
  EXPECT_EQ(controls.group(), TopGroup::kInstance);
  controls.on_input("g");
  EXPECT_EQ(controls.group(), TopGroup::kService);
  controls.on_input("g");
  EXPECT_EQ(controls.group(), TopGroup::kMethod);
}

TEST(TopControls, QuitsOnQAndCtrlC) {
  TopControls controls(TopGroup::kMethod, TopSort::kRate);
  EXPECT_EQ(controls.on_input("q"), Action::kQuit);
  EXPECT_EQ(controls.on_input("\x03"), Action::kQuit);
  EXPECT_EQ(controls.on_input("nqn"), Action::kQuit);
}

TEST(TopControls, ArrowsScrollWithinTheRows) {
  TopControls controls(TopGroup::kMethod, TopSort::kRate);
  EXPECT_EQ(controls.on_input("\x1b[B\x1bOB"), Action::kRedraw);
  EXPECT_EQ(controls.first_row(10, 4), 2);
  controls.on_input("\x1b[A");
  EXPECT_EQ(controls.first_row(10, 4), 1);
  controls.on_input("\x1b[6~");
  EXPECT_EQ(controls.first_row(10, 4), 6);
  EXPECT_EQ(controls.first_row(3, 4), 0);
  controls.on_input("kk");
  EXPECT_EQ(controls.first_row(10, 4), 0);
  controls.on_input("jj");
  controls.on_input("\x1b[5~");
  EXPECT_EQ(controls.first_row(10, 4), 0);
}

TEST(TopControls, WhatMeansNothingIsIgnored) {
  TopControls controls(TopGroup::kMethod, TopSort::kRate);
  for (const char* bytes : {"", "x", "\x1b", "\x1b[", "\x1b[200~", "\x1bq", "\xc3\xa9", "\r\n"}) {
    EXPECT_EQ(controls.on_input(bytes), Action::kNone) << bytes;
  }
  EXPECT_EQ(controls.sort(), TopSort::kRate);
}

}  // namespace
}  // namespace fairlead::cli
