#!/usr/bin/env python3
"""Traces as Jaeger shows them: jaeger_test.py PEERS TRACED FAIRLEAD

PEERS is the folder of the Go programs (tests/interop/fetch), TRACED the program of services whose calls
are traced, FAIRLEAD the command. All export to Jaeger, and the test asks it, as its user interface does.
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

from processes import NatsServer, Process, until

SKIPPED = 77
JAEGER = TRACED = FAIRLEAD = None
TIMEOUT = 20


class Jaeger(Process):
    """All of Jaeger in one process, on ports that the system picks; it keeps traces in memory."""

    FLAGS = ("admin.http", "collector.grpc-server", "collector.http-server", "collector.otlp.grpc",
             "collector.otlp.http", "query.http-server")

    def __init__(self):
        # It may not use one address for both.
        addresses = [f"--{name}.host-port=127.0.0.1:0" for name in self.FLAGS]
        super().__init__(JAEGER, *addresses, "--query.grpc-server.host-port=localhost:0",
                         env={**os.environ, "OTEL_TRACES_SAMPLER": "always_off"})
        self.receiver = "http://" + self._logged("Starting HTTP server", "endpoint")
        self.query = "http://" + self._logged("Query server started", "http_addr")

    def _logged(self, message, key):
        def find():
            for line in self.output().splitlines():
                if line.startswith("{") and json.loads(line)["msg"] == message:
                    entry = json.loads(line)
                    if key in entry:
                        return entry[key]
            return None
        return until(f"Jaeger to say: {message}", find)

    def traces(self, service, operation):
        """The traces in which a service did something: each a list of spans."""
        query = urllib.parse.urlencode({"service": service, "operation": operation})
        with urllib.request.urlopen(f"{self.query}/api/traces?{query}", timeout=TIMEOUT) as page:
            return [Span.all_of(trace) for trace in json.load(page)["data"]]


class Span:
    """A span as Jaeger tells of it."""

    def __init__(self, span, processes):
        self.id = span["spanID"]
        self.name = span["operationName"]
        self.service = processes[span["processID"]]["serviceName"]
        self.tags = {tag["key"]: tag["value"] for tag in span["tags"]}
        self.kind = self.tags.pop("span.kind", "internal")
        self.references = [(reference["refType"], reference["spanID"])
                           for reference in span["references"]]
        self.events = [{field["key"]: field["value"] for field in event["fields"]}
                       for event in span["logs"]]

    @staticmethod
    def all_of(trace):
        return [Span(span, trace["processes"]) for span in trace["spans"]]


class Traces(unittest.TestCase):
    def setUp(self):
        self.nats = NatsServer()
        self.addCleanup(self.nats.stop)
        self.jaeger = Jaeger()
        self.addCleanup(self.jaeger.stop)
        kept = {key: value for key, value in os.environ.items()
                if not key.startswith(("OTEL_", "FAIRLEAD_", "NATS_"))}
        self.environment = {**kept, "OTEL_EXPORTER_OTLP_ENDPOINT": self.jaeger.receiver,
                            "OTEL_BSP_SCHEDULE_DELAY": "50"}
        service = Process(TRACED, "run", "--nats", self.nats.url, env=self.environment)
        self.addCleanup(service.stop)
        until("the services", lambda: "serving traced.Back" in service.output())

    def call(self, method, text):
        """Calls with the command, which is traced as well; its exit code, output and errors."""
        result = subprocess.run(
            [FAIRLEAD, "call", "--nats", self.nats.url, method, json.dumps(text)],
            capture_output=True, text=True, timeout=TIMEOUT, env=self.environment, check=False)
        return result.returncode, result.stdout, result.stderr

    def trace(self, service, operation, count):
        """The spans of a trace with such a span, when there are so many, by service, kind and
        name."""
        def complete():
            traces = self.jaeger.traces(service, operation)
            return next((trace for trace in traces if len(trace) == count), None)
        trace = until(f"{count} spans around {operation}", complete)
        spans = {(span.service, span.kind, span.name): span for span in trace}
        self.assertEqual(len(spans), count, list(spans))
        return spans

    def assert_below(self, child, parent):
        self.assertEqual(child.references, [("CHILD_OF", parent.id)], child.name)

    def test_a_call_leads_from_the_command_through_all_services(self):
        self.assertEqual(self.call("traced.Front.Ask", "why?"), (0, '"why?"\n', ""))
        spans = self.trace("fairlead", "traced.Front/Ask", 6)
        root = spans["fairlead", "client", "traced.Front/Ask"]
        ask = spans["traced", "server", "traced.Front/Ask"]
        think = spans["traced", "internal", "think"]
        call = spans["traced", "client", "traced.Back/Answer"]
        answer = spans["traced", "server", "traced.Back/Answer"]
        send = spans["traced", "client", "traced.Back/Note"]
        self.assertEqual(root.references, [])
        for child, parent in ((ask, root), (think, ask), (call, ask), (answer, call), (send, ask)):
            self.assert_below(child, parent)
        self.assertEqual(ask.tags["rpc.system.name"], "fairlead")
        self.assertEqual(ask.tags["rpc.method"], "traced.Front/Ask")
        self.assertEqual(ask.tags["rpc.response.status_code"], "OK")
        self.assertEqual(ask.tags["server.address"], "traced.Front")
        self.assertEqual(ask.tags["question.size"], 4)
        self.assertEqual(ask.tags["otel.scope.name"], "fairlead")
        self.assertNotIn("error", ask.tags)
        self.assertEqual(think.events, [{"event": "thought", "hard": True, "share": 0.5}])
        # What nobody waits for has a trace of its own, linked to that of its cause.
        note = self.trace("traced", "traced.Back/Note", 1)["traced", "server", "traced.Back/Note"]
        self.assertEqual(note.references, [("FOLLOWS_FROM", send.id)])

    def test_a_failure_is_an_error_on_the_way_up(self):
        code, _, errors = self.call("traced.Front.Ask", "lost")
        self.assertEqual(code, 1)
        self.assertIn("the answer is lost", errors)
        spans = self.trace("fairlead", "traced.Front/Ask", 6)
        for where in (("traced", "server", "traced.Back/Answer"),
                      ("traced", "client", "traced.Back/Answer"),
                      ("traced", "server", "traced.Front/Ask"),
                      ("fairlead", "client", "traced.Front/Ask")):
            tags = spans[where].tags
            self.assertEqual(tags["otel.status_code"], "ERROR")
            self.assertEqual(tags["otel.status_description"], "the answer is lost")
            self.assertEqual(tags["error.type"], "DATA_LOSS")
            self.assertIs(tags["error"], True)

    def test_a_stream_is_a_call_that_lasts(self):
        self.assertEqual(self.call("traced.Speller.Spell", "abc"), (0, '"a"\n"b"\n"c"\n', ""))
        spans = self.trace("fairlead", "traced.Speller/Spell", 2)
        caller = spans["fairlead", "client", "traced.Speller/Spell"]
        server = spans["traced", "server", "traced.Speller/Spell"]
        self.assert_below(server, caller)
        self.assertEqual(caller.tags["fairlead.received_messages"], 3)
        self.assertEqual(server.tags["fairlead.sent_messages"], 3)
        self.assertEqual(server.tags["rpc.response.status_code"], "OK")


def main():
    global JAEGER, TRACED, FAIRLEAD
    JAEGER, TRACED, FAIRLEAD = pathlib.Path(sys.argv[1]) / "jaeger", sys.argv[2], sys.argv[3]
    if not JAEGER.exists():
        print(f"{JAEGER} is missing; tests/interop/fetch fetches it")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    del sys.argv[1:4]
    unittest.main()


if __name__ == "__main__":
    main()
