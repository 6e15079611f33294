#!/usr/bin/env python3
"""deploy/observability: that its rules are right and speak of what a service really shows."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from metrics_test import ShownTest, missing
from nats_socket import TIMEOUT

FOLDER = pathlib.Path(os.environ["FAIRLEAD_TEST_DEPLOY"]) / "observability"

METRIC = re.compile(r"\b((?:fairlead|process)_\w+)(?:\{([^{}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
# That Prometheus adds to what it scrapes.
SCRAPED = {"job", "instance"}


def expressions_of_dashboard():
    """Every query of the dashboard, by what it belongs to."""
    dashboard = json.loads((FOLDER / "grafana/fairlead.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]["query"]
    for annotation in dashboard["annotations"]["list"]:
        yield annotation["name"], annotation["expr"]


def expressions_of_alerts():
    text = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
    for rule in re.split(r"^\s*- alert: ", text, flags=re.MULTILINE)[1:]:
        name = rule.split(None, 1)[0]
        yield name, re.search(r"expr:(.*?)\n\s*(?:for|labels):", rule, re.DOTALL).group(1)


class Observability(ShownTest):
    def shown(self):
        """The names of all samples that a service shows, with the names of their labels."""
        running = self.start_shown(until="serving test.Other")
        self.assert_serves("test.Probe.Relay")
        labels = {}
        for sample in self.metrics(running):
            name, _, rest = sample.partition("{")
            labels.setdefault(name, set()).update(re.findall(r'(\w+)="', rest))
        return labels

    def assert_exist(self, expressions):
        shown = self.shown()
        count = 0
        for place, expression in expressions:
            self.assertTrue(METRIC.search(expression) or "up{" in expression, expression)
            for name, matchers in METRIC.findall(expression):
                count += 1
                self.assertIn(name, shown, f"{place}: {expression}")
                known = shown[name] | SCRAPED
                self.assertLessEqual(set(MATCHER.findall(matchers)), known, f"{place}: {name}")
                for labels in GROUPING.findall(expression):
                    self.assertLessEqual({label.strip() for label in labels.split(",")}, known,
                                         f"{place}: {expression}")
        return count

    def test_the_dashboard_asks_for_what_there_is(self):
        self.assertGreater(self.assert_exist(expressions_of_dashboard()), 35)

    def test_the_alerts_ask_for_what_there_is(self):
        self.assertGreaterEqual(self.assert_exist(expressions_of_alerts()), 10)

    def test_panels_do_not_lie_upon_each_other(self):
        dashboard = json.loads((FOLDER / "grafana/fairlead.json").read_text(encoding="utf-8"))
        taken = set()
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in dashboard["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    self.assertNotIn((x, y), taken, panel["title"])
                    taken.add((x, y))

    def promtool(self, *arguments):
        tool = shutil.which("promtool") or missing("promtool")
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "observability"
            shutil.copytree(FOLDER, copy)
            result = subprocess.run([tool, *arguments], cwd=copy, capture_output=True, text=True,
                                    timeout=TIMEOUT, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def test_promtool_finds_nothing_wrong(self):
        self.assertIn("12 rules found", self.promtool("check", "config", "prometheus.yml"))
        self.promtool("test", "rules", "alerts_test.yml")

    def test_every_alert_is_tested_both_ways(self):
        tests = (FOLDER / "alerts_test.yml").read_text(encoding="utf-8")
        for name, _ in expressions_of_alerts():
            self.assertEqual(len(re.findall(rf"alertname: {name}\b", tests)), 2, name)


if __name__ == "__main__":
    unittest.main()
