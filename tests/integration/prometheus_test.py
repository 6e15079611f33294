#!/usr/bin/env python3
"""A real Prometheus, configured as deploy/observability has it, and a service that it watches."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from metrics_test import ShownTest, missing
from nats_socket import TIMEOUT
from observability_test import FOLDER, expressions_of_alerts, expressions_of_dashboard


class Prometheus:
    """A server that scrapes `port` each second, until close()."""

    def __init__(self, port):
        program = shutil.which("prometheus") or missing("prometheus")
        self._folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self._folder.name)
        config = (FOLDER / "prometheus.yml").read_text(encoding="utf-8")
        (folder / "prometheus.yml").write_text(config.replace("_interval: 15s", "_interval: 1s"))
        shutil.copy(FOLDER / "alerts.yml", folder)
        (folder / "targets.json").write_text(json.dumps([{"targets": [f"127.0.0.1:{port}"]}]))
        self._process = subprocess.Popen(
            [program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
             "--web.listen-address=127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        self._url = None
        for line in self._process.stderr:
            if listening := re.search(r'msg="Listening on" address=(\S+)', line):
                self._url = self._url or f"http://{listening[1]}"
            if "Server is ready" in line:
                return
        raise AssertionError("Prometheus did not start")

    def get(self, path, **parameters):
        address = f"{self._url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
                return json.load(response)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from error

    def values(self, query):
        return [float(sample["value"][1]) for sample in self.get("query", query=query)["result"]]

    def close(self):
        self._process.terminate()
        self._process.communicate(timeout=TIMEOUT)
        self._folder.cleanup()


def filled_in(expression):
    """A query of the dashboard as Grafana would ask it, with everything selected."""
    for variable in ("job", "instance", "service", "method"):
        expression = expression.replace(f"${variable}", ".*")
    return expression.replace("$__rate_interval", "1m")


class PrometheusTest(ShownTest):
    def test_a_service_is_seen_and_every_query_has_an_answer(self):
        running = self.start_shown(until="serving test.Other")
        prometheus = Prometheus(running.port)
        self.addCleanup(prometheus.close)
        rate = 'sum(rate(fairlead_server_handled_total{method="Echo"}[1m]))'
        end = time.monotonic() + TIMEOUT
        # A rate takes two scrapes with calls between them.
        while not any(value > 0 for value in prometheus.values(rate)):
            self.assertLess(time.monotonic(), end, prometheus.get("targets"))
            self.assert_serves("test.Probe.Echo")
        self.assertEqual(prometheus.values("up"), [1])
        answered = 0
        for place, expression in expressions_of_dashboard():
            if expression.startswith("label_values("):
                selector = re.fullmatch(r"label_values\((.*), \w+\)", expression)[1]
                self.assertTrue(prometheus.values(filled_in(selector)), place)
            else:
                answered += bool(prometheus.values(filled_in(expression)))
        # The others speak of what has not happened, such as errors and reconnections.
        self.assertGreater(answered, 20)
        for _, expression in expressions_of_alerts():
            prometheus.values(re.sub(r"\s+", " ", expression).strip(" |>"))
        groups = prometheus.get("rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertTrue(rules)
        self.assertEqual([rule["name"] for rule in rules if rule["health"] == "err"], [])
        self.assertEqual(prometheus.get("alerts")["alerts"], [])


if __name__ == "__main__":
    unittest.main()
