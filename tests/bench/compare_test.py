#!/usr/bin/env python3
"""The comparison's arithmetic and its report, and a short load of our own program.

  compare_test.py [BENCH_CALLS]
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "compare"))
import chart  # noqa: E402
import generated  # noqa: E402
import report  # noqa: E402
import rounds  # noqa: E402
import targets  # noqa: E402
import wire  # noqa: E402
import workloads  # noqa: E402
from contestants import Contestant, peers  # noqa: E402
from series import Results, Series, ratio  # noqa: E402

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else None


def contestant(name, **what):
    return Contestant(name, pathlib.Path("/nonexistent") / name, **what)


US, PEER, ABSENT = contestant("fairlead", ours=True, title="Fairlead"), contestant("peer"), contestant("absent")


def results_of(values, workload="closed_64", metric="rate"):
    """Results with the values of each contestant."""
    results = Results()
    for name, rounds_ in values.items():
        for value in rounds_:
            results.add(name, workload, metric, value)
    return results


class Wire(unittest.TestCase):
    def test_the_bytes_of_a_process_but_those_to_the_server_are_counted(self):
        listing = """\
0 0 127.0.0.1:7000 127.0.0.1:50001 users:(("bench_calls",pid=77,fd=9)) cubic bytes_sent:1000 bytes_acked:990 bytes_received:300
0 0 127.0.0.1:7000 127.0.0.1:50002 users:(("bench_calls",pid=77,fd=10)) cubic bytes_received:5
0 0 127.0.0.1:50003 127.0.0.1:4222 users:(("bench_calls",pid=77,fd=8)) cubic bytes_sent:10 bytes_received:10
0 0 127.0.0.1:50001 127.0.0.1:7000 users:(("bench_calls",pid=7,fd=8)) cubic bytes_sent:300 bytes_received:1000
"""
        self.assertEqual(wire.counted_by_kernel(listing, 77, "4222"), (1000, 305))

    def test_a_service_that_no_proxy_reaches_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "alone"
            program.write_text("#!/bin/sh\necho ready 123\nexec cat\n")
            program.chmod(0o755)
            alone = Contestant("alone", program, through_nats=False, needs_nats=False)
            results = Results()
            wire.measure(results, [alone], "nats://127.0.0.1:4222")
        self.assertIn("network of its own", results.reason("alone", "wire"))


class SeriesTest(unittest.TestCase):
    def test_median_is_in_the_middle_and_outliers_do_not_move_it(self):
        series = Series([5, 1, 1000])
        self.assertEqual((series.median, series.least, series.most), (5, 1, 1000))
        self.assertEqual(Series([1, 3]).median, 2)

    def test_ratio_is_of_medians(self):
        self.assertEqual(ratio(Series([6, 100, 2]), Series([3])), 2)

    def test_no_ratio_to_what_is_not_there_or_nothing(self):
        self.assertIsNone(ratio(Series([1]), Series()))
        self.assertIsNone(ratio(Series(), Series([1])))
        self.assertIsNone(ratio(Series([1]), Series([0])))

    def test_peak_is_the_best_median_of_those_measured(self):
        results = results_of({"peer": [10, 20, 90]}, "closed_8")
        results.add("peer", "closed_64", "rate", 30)
        self.assertEqual(results.peak("peer", ["closed_1", "closed_8", "closed_64"]), 30)
        self.assertIsNone(results.peak("absent", ["closed_8"]))


class RoundsTest(unittest.TestCase):
    def test_everybody_begins_in_turn(self):
        self.assertEqual([rounds.turns(["a", "b", "c"], turn) for turn in range(4)],
                         [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]])

    def test_an_open_loop_comes_after_the_closed_ones_that_find_its_peak(self):
        kinds = [workload.kind for workload in workloads.select(["open"])]
        self.assertEqual(kinds, ["closed"] * 4 + ["open"] * 3)

    def test_an_open_loop_has_a_share_of_its_own_peak_or_of_another(self):
        by_name = {workload.name: workload for workload in workloads.matrix()}
        results = results_of({workloads.MICRO: [1000], "peer": [9000], "slow": [400]}, "closed_64")
        made = rounds.Rounds(results, [], "", 1, 1)
        own, same = by_name["open_50"], by_name["open_same"]
        self.assertEqual([made.rate(PEER, own), made.rate(PEER, same)], [4500, 500])
        self.assertIsNone(made.rate(PEER, by_name["closed_64"]))
        self.assertTrue(made.can(PEER, same))
        self.assertFalse(made.can(contestant("slow"), same))
        self.assertIn("500", results.reason("slow", "open_same"))

    def test_what_a_contestant_cannot_do_has_a_reason(self):
        by_name = {workload.name: workload for workload in workloads.matrix()}
        self.assertIn("block", by_name["block"].reason_against(contestant("raw", works=("average",))))
        self.assertIn("instance", by_name["instances_2"].reason_against(contestant("grpc", through_nats=False)))
        self.assertIsNone(by_name["instances_2"].reason_against(PEER))


class TargetsTest(unittest.TestCase):
    at_least = targets.Ratio("rate", "closed_64", "rate", "fairlead", "peer", 3)

    def word(self, target, values):
        return target.judge(results_of(values)).word

    def test_a_ratio_is_reached_at_its_limit_and_missed_below(self):
        self.assertEqual(self.word(self.at_least, {"fairlead": [300], "peer": [100]}), "reached")
        self.assertEqual(self.word(self.at_least, {"fairlead": [299], "peer": [100]}), "missed")

    def test_a_ratio_that_is_to_be_small(self):
        at_most = targets.Ratio("p99", "closed_64", "rate", "fairlead", "peer", 0.5, at_least=False)
        self.assertEqual(self.word(at_most, {"fairlead": [50], "peer": [100]}), "reached")
        self.assertEqual(self.word(at_most, {"fairlead": [51], "peer": [100]}), "missed")

    def test_bounds_are_judged_in_their_own_unit(self):
        bound = targets.Bound("idle", "closed_64", "rate", "fairlead", 20 * targets.MIB, targets.MIB, "MiB")
        self.assertEqual(self.word(bound, {"fairlead": [20 * targets.MIB]}), "reached")
        self.assertEqual(self.word(bound, {"fairlead": [20 * targets.MIB + 1]}), "missed")

    def test_who_is_missing_is_named_with_the_reason_and_nothing_is_judged(self):
        results = results_of({"fairlead": [1]})
        results.miss("peer", "the proxy says no")
        verdict = self.at_least.judge(results)
        self.assertEqual((verdict.word, verdict.reached), ("not judged", None))
        self.assertIn("peer: the proxy says no", verdict.found)

    def test_nothing_is_judged_where_rounds_or_calls_failed(self):
        for name in ("fairlead", "peer"):
            failed = results_of({"fairlead": [500], "peer": [100]})
            failed.miss(name, "it failed, see the log", "closed_64")
            self.assertEqual(self.at_least.judge(failed).found, f"{name}: it failed, see the log")
            calls = results_of({"fairlead": [500], "peer": [100]})
            calls.add(name, "closed_64", "failed", 3)
            verdict = self.at_least.judge(calls)
            self.assertEqual((verdict.word, verdict.found), ("not judged", f"{name}: 3 calls failed"))
        bound = targets.Bound("idle", "closed_64", "rate", "fairlead", 1, 1, "B")
        results = results_of({"fairlead": [1]})
        results.miss("fairlead", "it failed, see the log", "closed_64")
        self.assertEqual(bound.judge(results).word, "not judged")

    def test_every_target_speaks_of_what_is_measured(self):
        names = {workload.name for workload in workloads.matrix()} | {"memory", "generated"}
        known = {one.name for one in peers()} | {"raw"}
        for target in targets.TARGETS:
            self.assertIn(target.workload, names)
            for name in (target.one, getattr(target, "other", target.one)):
                self.assertTrue(name in known or name.startswith("fairlead"), name)


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.results = results_of({"fairlead": [1000, 900, 1100], "peer": [2000, 2000, 2000]})
        self.results.miss("absent", "it takes a registry")
        everyone = [US, PEER, ABSENT]
        self.text = report.Report(self.results, everyone, {"server": "nats-server 1"}, []).text()

    def line(self, begin):
        return next(line for line in self.text.splitlines() if line.startswith(begin))

    def test_medians_stand_with_their_spread(self):
        self.assertIn("| 1 000 (900–1 100) | 1.00 |", self.line("| Fairlead |"))

    def test_a_peer_that_wins_stays(self):
        self.assertIn("| 0.50 |", self.line("| peer |"))

    def test_a_missing_peer_is_named_with_its_reason(self):
        self.assertIn("missing: it takes a registry", self.line("| absent |"))
        self.assertIn("- absent: it takes a registry", self.text)

    def test_rows_are_as_wide_as_their_head(self):
        _, text = self.text.split("### 64 in flight")
        table = [line for line in text.splitlines() if line.startswith("|")]
        self.assertEqual(len(table), 5)
        self.assertEqual({line.count("|") for line in table}, {table[0].count("|")})

    def test_failed_calls_are_shown(self):
        self.results.add("peer", "closed_64", "failed", 7)
        text = report.Report(self.results, [US, PEER], {}, []).text()
        self.assertRegex(text, r"\| peer \|.*\| 7 \|")

    def test_only_what_is_between_the_marks_is_replaced(self):
        page = f"before\n{report.BEGIN}\nold\nlines\n{report.END}\nafter\n"
        self.assertEqual(report.replace_between_marks(page, "new \\1"),
                         f"before\n{report.BEGIN}\nnew \\1\n{report.END}\nafter\n")
        with self.assertRaises(ValueError):
            report.replace_between_marks("no marks", "new")

    def test_the_page_has_the_marks(self):
        page = pathlib.Path(report.__file__).parents[2] / "docs" / "benchmarks.md"
        self.assertIn("new", report.replace_between_marks(page.read_text(), "new"))

    def test_charts_are_xml_with_a_bar_for_each_that_was_measured(self):
        ((name, _, svg),) = chart.charts(self.results, [US, PEER, ABSENT], report.number)
        self.assertEqual(name, "rate-64")
        bars = ElementTree.fromstring(svg).findall("{http://www.w3.org/2000/svg}rect")
        widths = [float(bar.get("width")) for bar in bars]
        self.assertEqual(len(widths), 2)
        self.assertAlmostEqual(widths[1] / widths[0], 2, places=2)


class GeneratedTest(unittest.TestCase):
    def test_a_proto_has_its_methods_and_messages(self):
        self.assertEqual(generated.proto("wide", 3, own_messages=True).count("message "), 6)
        self.assertEqual(generated.proto("wide", 3, own_messages=False).count("message "), 2)
        self.assertEqual(generated.proto("wide", 3, own_messages=False).count("  rpc "), 3)


@unittest.skipUnless(PROGRAM and os.access(PROGRAM, os.X_OK), "bench_calls is not built")
class ProgramTest(unittest.TestCase):
    def load(self, *arguments):
        command = [PROGRAM, "load", "--at", "local", "--route", "local", "--in-flight", "4", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    def test_closed_loops_are_answered_right(self):
        for work in ("average", "echo:4096", "block"):
            found = self.load("--work", work, "--seconds", "0.05")
            self.assertGreater(found["calls"], 0, work)
            self.assertEqual(found["failed"], 0, work)
            self.assertLessEqual(found["p50_us"], found["p99_us"])

    def test_an_open_loop_makes_each_call_that_is_due(self):
        found = self.load("--work", "average", "--seconds", "0.2", "--rate", "1000")
        self.assertAlmostEqual(found["calls"], 200, delta=1)
        self.assertEqual(found["failed"], 0)

    def test_handlers_that_wait_do_so_side_by_side(self):
        found = self.load("--work", "wait", "--in-flight", "2000", "--seconds", "0.8")
        self.assertGreaterEqual(found["calls"], 2000)
        self.assertEqual(found["failed"], 0)
        self.assertGreaterEqual(found["p50_us"], 500_000)

    def test_calls_that_wait_count_their_wait(self):
        # 1100 calls of 1 ms, 4 at a time, all due within 55 ms.
        found = self.load("--work", "block", "--seconds", "0.05", "--rate", "20000")
        self.assertGreater(found["max_us"], 50_000)


if __name__ == "__main__":
    unittest.main()
