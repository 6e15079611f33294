#!/usr/bin/env python3
"""What `run --metrics` shows: counts, health, readiness, and that others can read them."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import unittest

from app_test import DOCS, PROBE, Running, ServiceTest, clean_environment, text
from nats_socket import TIMEOUT, NatsServer

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"

# The one that has the packages of the distribution, whichever runs this.
DEBIAN_PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
PARSE = """
import json, sys
from prometheus_client.openmetrics import parser
families = parser.text_string_to_metric_families(sys.stdin.read())
print(json.dumps({family.name: family.type for family in families}))
"""


def missing(what):
    """Skips the test for want of a tool, which is an error where nothing may be left out."""
    if os.environ.get("CI") == "true":
        raise AssertionError(f"{what} is missing; scripts/setup --dev installs it")
    raise unittest.SkipTest(f"{what} is missing")


class ShownTest(ServiceTest):
    """Tests with services that show their metrics."""

    def start_shown(self, *arguments, **options):
        running = self.start("--metrics", "127.0.0.1:0", *arguments, **options)
        log = "".join(running.log)
        running.port = int(re.search(r"metrics at http://127\.0\.0\.1:(\d+)/metrics", log).group(1))
        return running

    def get(self, running, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=TIMEOUT)
        self.addCleanup(connection.close)
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        response.text = response.read().decode()
        return response

    def metrics(self, running):
        """The samples by name and labels."""
        page = self.get(running, "/metrics")
        self.assertEqual(page.status, 200)
        lines = [line for line in page.text.splitlines() if not line.startswith("#")]
        samples = {}
        for line in lines:
            name, _, value = line.rpartition(" ")
            self.assertNotIn(name, samples, "a sample is there twice")
            samples[name] = float(value)
        return samples


class Metrics(ShownTest):
    def wait_for_page(self, running, path, status, words):
        """Asks until the page is as it should be; it has TIMEOUT to become so."""
        end = time.monotonic() + TIMEOUT
        while True:
            page = self.get(running, path)
            if page.status == status and words in page.text:
                return
            self.assertLess(time.monotonic(), end, f"{path}: {page.status} {page.text}")

    def test_calls_are_counted_over_all_loops(self):
        running = self.start_shown("--loops", "2", until="serving test.Other")
        for _ in range(20):
            self.assert_serves("test.Probe.Echo")
        wrong = self.client.request("test.Probe.Echo", b"\xff")
        self.assertEqual(wrong.headers["grpc-status"], "3")
        samples = self.metrics(running)
        echo = 'service="test.Probe",method="Echo"'
        handled = f'fairlead_server_handled_total{{{echo},route="nats",code='
        self.assertEqual(samples[handled + '"OK"}'], 20)
        self.assertEqual(samples[handled + '"INVALID_ARGUMENT"}'], 1)
        seconds = "fairlead_server_handling_seconds"
        self.assertEqual(samples[f'{seconds}_count{{{echo},route="nats"}}'], 21)
        self.assertEqual(samples[f'{seconds}_bucket{{{echo},route="nats",le="+Inf"}}'], 21)
        self.assertGreater(samples[f'{seconds}_sum{{{echo},route="nats"}}'], 0)
        self.assertEqual(samples[f"fairlead_server_limit{{{echo}}}"], 6)  # 5, divided and rounded
        self.assertEqual(samples[f"fairlead_server_capacity_free{{{echo}}}"], 6)
        self.assertEqual(samples['fairlead_nats_connected{loop="0"}'], 1)
        self.assertEqual(samples['fairlead_nats_connected{loop="1"}'], 1)
        self.assertGreaterEqual(samples["fairlead_nats_received_messages_total"], 21)
        self.assertEqual(samples["fairlead_loops"], 2)
        self.assertEqual(samples['fairlead_server_handled_total{service="test.Other",'
                                 'method="Echo",route="nats",code="OK"}'], 0)
        buckets = [value for name, value in samples.items()
                   if name.startswith(f"{seconds}_bucket{{{echo}")]
        self.assertEqual(buckets, sorted(buckets))

    def test_capacity_is_what_is_left(self):
        running = self.start_shown("--concurrency", "1")
        self.client.subscribe("release")
        self.client.start_request("test.Probe.Ask", text("release"))
        question = self.client.next()
        self.client.start_request("test.Probe.Ask", text("release"))
        # What is asked next arrives behind the call that waits.
        self.assert_serves_beside("test.Probe.Echo")
        samples = self.metrics(running)
        ask = '{service="test.Probe",method="Ask"}'
        for name, value in (("in_flight", 1), ("queued", 1), ("limit", 1), ("capacity_free", 0),
                            ("capacity_used", 2)):
            self.assertEqual(samples[f"fairlead_server_{name}{ask}"], value, name)
        self.client.publish(question.reply, b"released")

    def assert_serves_beside(self, subject):
        inbox = self.client.start_request(subject, text("hello"))
        self.assertEqual(self.client.next().subject, inbox)

    def test_calls_to_others_are_counted(self):
        running = self.start_shown("--loops", "2", until="serving test.Other")
        for _ in range(10):
            self.assert_serves("test.Probe.Relay")
        samples = self.metrics(running)
        echo = 'service="test.Other",method="Echo"'
        self.assertEqual(
            samples[f'fairlead_client_handled_total{{{echo},route="nats",code="OK"}}'], 10)
        self.assertEqual(
            samples[f'fairlead_client_handling_seconds_count{{{echo},route="nats"}}'], 10)
        self.assertEqual(samples[f"fairlead_client_in_flight{{{echo}}}"], 0)
        self.assertEqual(
            samples[f'fairlead_server_handled_total{{{echo},route="nats",code="OK"}}'], 10)

    def test_a_call_to_others_that_fails(self):
        running = self.start_shown("--only", "Relay")
        reply = self.client.request("test.Probe.Relay", text("hello"))
        self.assertEqual(reply.headers["grpc-status"], "14")
        self.assertEqual(self.metrics(running)[
            'fairlead_client_handled_total{service="test.Other",method="Echo",route="nats",'
            'code="UNAVAILABLE"}'], 1)

    def test_metrics_of_ones_own(self):
        running = self.start_shown("--loops", "2", until="serving test.Other")
        for _ in range(10):
            self.assert_serves("test.Probe.Echo")
            self.assert_serves("test.Probe.Relay")
        samples = self.metrics(running)
        for name, value in (('probe_echoes_total{first="hel"}', 20), ("probe_text_bytes_count", 20),
                            ("probe_text_bytes_sum", 100), ('probe_text_bytes_bucket{le="1"}', 0),
                            ('probe_text_bytes_bucket{le="10"}', 20), ("probe_relayed_bytes", 5),
                            ('probe_relays{way="nats"}', 0)):
            self.assertEqual(samples[name], value, name)
        self.assertNotIn("probe_wrong", samples)
        running.signal()
        self.assertEqual(running.end(), 0)
        log = [line for line in running.log if "a metric is not recorded" in line]
        self.assertGreaterEqual(2, len(log), "once on each loop")
        self.assertIn("metric=probe_wrong", log[0])

    def test_values_of_labels_are_bounded(self):
        running = self.start_shown()
        for value in range(150):
            self.client.request("test.Probe.Echo", text(f"{value:03}"))
        names = [name for name in self.metrics(running) if name.startswith("probe_echoes_total{")]
        self.assertEqual(len(names), 101)
        self.assertIn('probe_echoes_total{first="other"}', names)

    def test_the_text_is_right_for_promtool(self):
        promtool = shutil.which("promtool") or missing("promtool")
        running = self.start_shown(until="serving test.Other")
        self.assert_serves("test.Probe.Relay")
        page = self.get(running, "/metrics")
        self.assertEqual(page.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        checked = subprocess.run([promtool, "check", "metrics"], input=page.text, text=True,
                                 capture_output=True, timeout=TIMEOUT, check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_open_metrics_is_right_for_its_reference_parser(self):
        running = self.start_shown(until="serving test.Other")
        self.assert_serves("test.Probe.Relay")
        page = self.get(running, "/metrics", Accept=OPEN_METRICS)
        self.assertEqual(page.headers["Content-Type"],
                         "application/openmetrics-text; version=1.0.0; charset=utf-8")
        parsed = subprocess.run([DEBIAN_PYTHON, "-c", PARSE], input=page.text, text=True,
                                capture_output=True, timeout=TIMEOUT, check=False)
        if "ModuleNotFoundError" in parsed.stderr:
            missing("prometheus_client")
        self.assertEqual((parsed.returncode, parsed.stderr), (0, ""))
        families = json.loads(parsed.stdout)
        self.assertEqual(families["fairlead_server_handled"], "counter")
        self.assertEqual(families["fairlead_server_handling_seconds"], "histogram")
        self.assertEqual(families["fairlead_build"], "info")
        self.assertEqual(families["probe_text_bytes"], "histogram")
        self.assertIn("process_cpu_seconds", families)

    def test_ready_while_connected(self):
        server = NatsServer()
        running = self.start_shown("--nats", server.url, nats=False)
        self.assertEqual(self.get(running, "/readyz").text, "ok\n")
        self.assertEqual(self.get(running, "/readyz").status, 200)
        port = server.port
        server.stop()
        self.wait_for_page(running, "/readyz", 503, "loop 0 is not connected to NATS")
        self.assertEqual(self.get(running, "/healthz").status, 200)
        samples = self.metrics(running)
        self.assertEqual(samples['fairlead_nats_connected{loop="0"}'], 0)
        self.assertEqual(samples["fairlead_ready"], 0)
        again = NatsServer(port=port)
        self.addCleanup(again.stop)
        self.wait_for_page(running, "/readyz", 200, "ok")
        samples = self.metrics(running)
        self.assertEqual(samples['fairlead_nats_connected{loop="0"}'], 1)
        self.assertEqual(samples["fairlead_nats_reconnects_total"], 1)
        self.assertEqual(samples["fairlead_ready"], 1)

    def test_a_stop_is_not_ready(self):
        running = self.start_shown()
        self.client.subscribe("release")
        self.client.start_request("test.Probe.Ask", text("release"))
        question = self.client.next()
        running.signal()
        running.wait_for("stopping")
        self.wait_for_page(running, "/readyz", 503, "stopping")
        self.assertEqual(self.get(running, "/healthz").status, 200)
        self.client.publish(question.reply, b"released")
        self.assertEqual(running.end(), 0)

    def test_a_loop_that_is_blocked_is_seen(self):
        running = self.start_shown()
        self.assert_serves("test.Probe.Echo")
        before = self.metrics(running)
        self.client.start_request("test.Probe.Freeze", text(""))
        running.wait_for("frozen")
        page = self.get(running, "/healthz")
        self.assertEqual((page.status, page.text),
                         (503, "loop 0 does not answer; a handler may block it\n"))
        self.assertEqual(self.get(running, "/readyz").status, 503)
        after = self.metrics(running)
        self.assertEqual(after["fairlead_loops_missing"], 1)
        self.assertEqual(after["fairlead_loops_missed_total"], 3)
        for name, value in before.items():
            if name.startswith("fairlead_server_"):
                self.assertEqual(after[name], value, "counts must not shrink")
        running.signal()
        running.wait_for("stopping")
        running.signal()
        self.assertEqual(running.end(), 3)

    def test_only_get_and_head_of_what_there_is(self):
        running = self.start_shown()
        page = self.get(running, "/metrics?name=x")
        self.assertEqual((page.status, page.headers["Connection"]), (200, "close"))
        head = self.get(running, "/healthz", method="HEAD")
        self.assertEqual((head.status, head.text, head.headers["Content-Length"]), (200, "", "3"))
        page = self.get(running, "/")
        self.assertEqual((page.status, page.text),
                         (404, "There are /metrics, /healthz and /readyz.\n"))
        page = self.get(running, "/metrics", method="POST")
        self.assertEqual((page.status, page.headers["Allow"]), (405, "GET, HEAD"))

    def raw(self, running, request):
        with socket.create_connection(("127.0.0.1", running.port), TIMEOUT) as connection:
            connection.settimeout(TIMEOUT)
            connection.sendall(request)
            answer = b""
            while data := connection.recv(65536):
                answer += data
            return answer

    def test_what_is_no_request_ends_the_connection_and_no_more(self):
        running = self.start_shown()
        self.assertIn(b" 400 ", self.raw(running, b"\x16\x03\x01 hello\r\n\r\n").splitlines()[0])
        long = b"GET /metrics HTTP/1.1\r\nx: " + b"y" * 20000 + b"\r\n\r\n"
        self.assertIn(b" 431 ", self.raw(running, long).splitlines()[0])
        # Those who say nothing keep no one from the page for long.
        silent = [socket.create_connection(("127.0.0.1", running.port), TIMEOUT)
                  for _ in range(20)]
        self.assertEqual(self.get(running, "/healthz").status, 200)
        for connection in silent:
            connection.close()
        self.assertEqual(self.get(running, "/healthz").status, 200)

    def test_a_taken_address_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            result = subprocess.run(
                [PROBE, "run", "--nats", self.server.url, "--metrics", address],
                capture_output=True, text=True, timeout=TIMEOUT, check=False,
                env=clean_environment({}))
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"metrics cannot be shown at {address}: Address already in use; give "
                      "--metrics another address", result.stderr)
        self.assertNotIn("serving", result.stderr)

    def test_the_documentation_names_what_there_is(self):
        running = self.start_shown("--direct", "127.0.0.1:0", until="serving test.Other")
        self.assert_serves("test.Probe.Relay")
        page = self.get(running, "/metrics").text
        shown = set(re.findall(r"^# TYPE ((?:fairlead|process)_\w+)", page, re.MULTILINE))
        rows = re.findall(r"^\| (`(?:fairlead|process)_[^|]*) \|",
                          (DOCS / "metrics.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(set(re.findall(r"`(\w+)`", " ".join(rows))), shown)

    def test_off_unless_asked_for(self):
        running = self.start()
        listening = subprocess.run(["ls", "-l", f"/proc/{running.process.pid}/fd"], text=True,
                                   capture_output=True, timeout=TIMEOUT, check=True).stdout
        self.assertEqual(listening.count("socket:["), 1, "only the connection to NATS")
        self.assertNotIn("metrics", "".join(running.log))


if __name__ == "__main__":
    unittest.main()
