#!/usr/bin/env python3
"""What a flame graph is made of: names, stacks and the picture. No perf is needed."""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import unittest
from xml.etree import ElementTree

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "bench" / "flame"
LOADER = importlib.machinery.SourceFileLoader("flame", str(PROGRAM))
flame = importlib.util.module_from_spec(importlib.util.spec_from_loader("flame", LOADER))
LOADER.exec_module(flame)

SAMPLES = """
\t  11 malloc
\t  12 operator new(unsigned long)
\t  13 calc::CalcResponse::MergeImpl(google::protobuf::Message&)
\t  14 fairlead::LoopCore::run()
\t  15 main


\t  21 fairlead::Client::call(unsigned long)
\t  22 fairlead::Client::call(unsigned long) [clone .actor]
\t  23 fairlead::LoopCore::run()
\t  24 main

"""


class Names(unittest.TestCase):
    def test_types_and_what_the_compiler_adds_go(self):
        for symbol, name in {
            "boost::asio::detail::awaitable_frame<void, boost::asio::any_io_executor>::operator()(int) const":
                "asio::awaitable_frame::operator()",
            "void fairlead::post<std::function<void ()> >(fairlead::Loop&)": "fairlead::post",
            "fairlead::(anonymous namespace)::f(int) [clone .isra.0]": "fairlead::f",
            "operator delete(void*, unsigned long)": "operator delete",
            "fairlead::Client::call(int) const::{lambda(absl::Status)#1}::operator()(absl::Status) const":
                "fairlead::Client::call::{lambda#1}::operator()",
            "_ZZN5boost4asioENUlPvE_4_FUNES15_": "a lambda",
            "[unknown]": "[unknown]",
        }.items():
            self.assertEqual(flame.short(symbol), name)

    def test_each_has_a_colour(self):
        for name, kind in {"fairlead::Loop::run": "Fairlead", "asio::scheduler::run": "coroutines of Asio",
                           "operator new": "memory", "calc::Calc::Clear": "protobuf", "main": "all else"}.items():
            self.assertEqual(flame.kind_of(name)[0], kind)


class Pictures(unittest.TestCase):
    def setUp(self):
        self.root = flame.Frame()
        for stack in flame.stacks(SAMPLES):
            self.root.add(stack)

    def test_stacks_begin_with_the_loop_and_name_nothing_twice_in_a_row(self):
        self.assertEqual(list(flame.stacks(SAMPLES)), [
            ["fairlead::LoopCore::run", "calc::CalcResponse::MergeImpl", "operator new", "malloc"],
            ["fairlead::LoopCore::run", "fairlead::Client::call"]])

    def test_widths_are_shares_of_the_samples(self):
        boxes = {name: (depth, left, width) for depth, left, width, name in self.root.boxes(self.root.count)}
        self.assertEqual(boxes["fairlead::LoopCore::run"], (0, 0, 1))
        self.assertEqual(boxes["malloc"], (3, 0, 0.5))
        self.assertEqual(boxes["fairlead::Client::call"], (1, 0.5, 0.5))

    def test_it_is_a_picture(self):
        picture = ElementTree.fromstring(flame.draw("A & B", self.root))
        titles = [title.text for title in picture.iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(titles[0], "A & B")
        self.assertIn("malloc: 50.0%", titles)


class CommandLine(unittest.TestCase):
    def test_it_wants_a_program_or_a_process(self):
        for arguments in (["out.svg"], ["out.svg", "--process", "1"], ["out.svg", "--process", "1", "--seconds", "1", "--", "true"]):
            found = subprocess.run([sys.executable, "-B", PROGRAM, *arguments], capture_output=True, text=True, check=False)
            self.assertEqual(found.returncode, 2, found.stderr)
            self.assertIn("either -- PROGRAM", found.stderr)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
