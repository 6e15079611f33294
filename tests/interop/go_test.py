#!/usr/bin/env python3
"""Fairlead and what Go programs make of it: go_test.py PEERS CALC CALL_FOREIGN

PEERS is the folder of the Go programs (tests/interop/fetch): the nats command, which must find, show and
call a Fairlead service, and the greeter, a nats.go micro service that a Fairlead client must be able to
call.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from processes import NatsServer, Process, until

SKIPPED = 77
PEERS = CALC = CALL_FOREIGN = None
# What a code of NATS' services becomes: docs/wire.md.
CODES = {
    "400": "INVALID_ARGUMENT",
    "401": "UNAUTHENTICATED",
    "403": "PERMISSION_DENIED",
    "404": "NOT_FOUND",
    "408": "DEADLINE_EXCEEDED",
    "409": "ABORTED",
    "418": "UNKNOWN",
    "429": "RESOURCE_EXHAUSTED",
    "499": "CANCELLED",
    "500": "UNKNOWN",
    "501": "UNIMPLEMENTED",
    "503": "UNAVAILABLE",
}


class WithServer(unittest.TestCase):
    """A nats-server for each test."""

    def setUp(self):
        self.server = NatsServer()
        self.addCleanup(self.server.stop)
        # The nats command keeps settings at home; a test has none.
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.environment = {**os.environ, "HOME": home.name, "XDG_CONFIG_HOME": home.name}
        self.environment.pop("NATS_CONTEXT", None)

    def start(self, *command):
        process = Process(*command)
        self.addCleanup(process.stop)
        return process

    def nats(self, *arguments, log=False):
        """Runs the nats command and returns what it prints, with `log` on either way."""
        command = [str(PEERS / "nats"), "--server", self.server.url, *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=30,
                                env=self.environment)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout + (result.stderr if log else "")


class NatsCommand(WithServer):
    """The nats command and two instances of examples/calc."""

    def setUp(self):
        super().setUp()
        for _ in range(2):
            self.start(CALC, "run", "--nats", self.server.url)
        until("two instances", lambda: self.count() == 2)

    def count(self):
        command = [str(PEERS / "nats"), "--server", self.server.url, "micro", "ls", "--json"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=30,
                                env=self.environment)
        try:
            return len(json.loads(result.stdout))
        except ValueError:
            return 0  # nobody yet

    def test_ls(self):
        table = self.nats("micro", "ls")
        self.assertIn("calc-Calc", table)
        for instance in json.loads(self.nats("micro", "ls", "calc-Calc", "--json")):
            self.assertIn(instance["id"], table)
        self.assertIn("Small sums.", table)
        self.assertIn("1.0.0", table)

    def test_info(self):
        text = self.nats("micro", "info", "calc-Calc")
        for word in ("calc-Calc", "Small sums.", "1.0.0", "Average", "calc.Calc.Average", "q",
                     "fairlead.schema"):
            self.assertIn(word, text)

    def test_info_of_one_instance(self):
        instances = json.loads(self.nats("micro", "ls", "calc-Calc", "--json"))
        self.assertEqual(len(instances), 2)
        for instance in instances:
            text = self.nats("micro", "info", "calc-Calc", instance["id"])
            self.assertIn(instance["id"], text)

    def test_stats(self):
        for _ in range(3):
            self.nats("req", "calc.Calc.Add", '{"a":1,"b":2}')
        self.nats("req", "calc.Calc.Expression", '{"expression":"1+"}')
        instances = json.loads(self.nats("micro", "stats", "calc-Calc", "--json"))
        self.assertEqual(len(instances), 2)
        endpoints = [endpoint for instance in instances for endpoint in instance["endpoints"]]

        def total(name, field):
            return sum(endpoint[field] for endpoint in endpoints if endpoint["name"] == name)

        self.assertEqual(total("Add", "num_requests"), 3)
        self.assertEqual(total("Add", "num_errors"), 0)
        self.assertGreater(total("Add", "processing_time"), 0)
        self.assertEqual(total("Expression", "num_errors"), 1)
        self.assertIn("calc-Calc", self.nats("micro", "stats", "calc-Calc"))

    def test_ping(self):
        text = self.nats("--timeout", "1s", "micro", "ping", "calc-Calc")
        self.assertEqual(text.count("calc-Calc"), 2, text)

    def test_request(self):
        reply = self.nats("req", "calc.Calc.Average", '{"values":[1.1,2,3.5]}', "--raw")
        self.assertEqual(json.loads(reply)["operation"], "average")
        self.assertAlmostEqual(json.loads(reply)["result"], 2.2, places=6)

    def test_request_by_content_type(self):
        reply = self.nats("req", "calc.Calc.Add", ' {"a":1,"b":2}', "--raw", "-H",
                          "content-type:application/json")
        self.assertEqual(json.loads(reply), {"operation": "add", "result": 3})

    def test_request_that_fails(self):
        text = self.nats("req", "calc.Calc.Expression", '{"expression":"1+"}', log=True)
        self.assertIn("Nats-Service-Error-Code: 400", text)
        self.assertIn("Nats-Service-Error: ", text)
        self.assertIn("grpc-status: 3", text.lower())


class ForeignService(WithServer):
    """A generated client and a micro service that knows nothing of Fairlead."""

    def test_calls(self):
        greeter = self.start(PEERS / "greeter", self.server.url)
        until("the greeter", lambda: "ready" in greeter.output())
        command = [str(CALL_FOREIGN), self.server.url, *CODES]
        result = subprocess.run(command, capture_output=True, text=True, timeout=30)
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [line.split("|") for line in result.stdout.splitlines()]
        self.assertEqual(lines[0], ["Greet", "OK", "sv", "Hello Ada"])
        failures = lines[1:-1]
        self.assertEqual(len(failures), len(CODES))
        for call, code, origin, text in failures:
            self.assertEqual(code, CODES[call.removeprefix("Fail ")], call)
            self.assertEqual(origin, "remote", call)
            self.assertEqual(text, "100% of the greetings are out, señor", call)
        self.assertEqual(lines[-1][:3], ["Ignore", "DEADLINE_EXCEEDED", "local"])


if __name__ == "__main__":
    PEERS, CALC, CALL_FOREIGN = map(pathlib.Path, sys.argv[1:4])
    if not (PEERS / "nats").exists() or not (PEERS / "greeter").exists():
        print("the Go peers are not there; tests/interop/fetch builds them")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    unittest.main(argv=[sys.argv[0], "--verbose", *sys.argv[4:]])
