#!/usr/bin/env python3
"""Traces as they arrive at a receiver of OTLP: otlp_test.py PEERS TRACED

PEERS is a Python environment with OpenTelemetry's definitions (tests/interop/fetch), TRACED the program
of services and a client whose calls are traced.
"""

import collections
import http.server
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import threading
import unittest
import urllib.request

from processes import NatsServer, until

SKIPPED = 77
TRACED = None
TIMEOUT = 20
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Receiver:
    """Takes OTLP over HTTP; `answers` are the statuses of the first requests, then 200."""

    def __init__(self, *answers):
        self.requests = queue.Queue()
        self.answers = collections.deque(answers)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.answers.popleft() if receiver.answers else 200
                receiver.requests.put((status, self.path, self.headers, body))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def next(self):
        """The next request, whatever it was answered: status, path, headers, message."""
        status, path, headers, body = self.requests.get(timeout=TIMEOUT)
        message = ExportTraceServiceRequest()
        message.ParseFromString(body)
        return status, path, headers, message

    def spans(self, count):
        """Waits for so many spans that were accepted; by kind and name."""
        found = {}
        while len(found) < count:
            status, _, _, message = self.next()
            if status != 200:
                continue
            for resource in message.resource_spans:
                for span in resource.scope_spans[0].spans:
                    name = attributes(resource.resource)["service.name"]
                    found[name, Span.SpanKind.Name(span.kind)[10:], span.name] = span
        return found


def attributes(holder):
    """Attributes as a dictionary."""
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value"))
            for pair in holder.attributes}


class Traces(unittest.TestCase):
    def setUp(self):
        self.nats = NatsServer()
        self.addCleanup(self.nats.stop)

    def receive(self, *answers):
        receiver = Receiver(*answers)
        self.addCleanup(receiver.stop)
        return receiver

    def environment(self, receiver, **variables):
        kept = {key: value for key, value in os.environ.items()
                if not key.startswith(("OTEL_", "FAIRLEAD_", "NATS_"))}
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url} if receiver else {}
        return {**kept, **endpoint, "OTEL_BSP_SCHEDULE_DELAY": "50", **variables}

    def serve(self, receiver, *arguments, **variables):
        process = subprocess.Popen(
            [TRACED, "run", "--nats", self.nats.url, "--log-format", "json", *arguments],
            stderr=subprocess.PIPE, text=True, env=self.environment(receiver, **variables))
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait, TIMEOUT)
        self.addCleanup(process.terminate)
        process.log = []
        for line in process.stderr:
            process.log.append(line)
            if "serving traced.Back" in line:
                return process
        raise AssertionError("".join(process.log))

    def stop(self, process):
        """Its whole log."""
        process.send_signal(signal.SIGTERM)
        process.log += process.stderr.readlines()
        self.assertEqual(process.wait(TIMEOUT), 0)
        return "".join(process.log)

    def exports(self, process):
        """What `--metrics` says of the export: by name and reason."""
        url = re.search(r"metrics at (http://\S+/metrics)", "".join(process.log)).group(1)
        with urllib.request.urlopen(url, timeout=TIMEOUT) as page:
            return {(name, reason): float(value) for name, reason, value in re.findall(
                r'^fairlead_trace_(\w+)_total(?:{reason="(\w+)"})? (\S+)$', page.read().decode(),
                re.MULTILINE)}

    def assert_exports(self, process, **expected):
        """Waits until so many spans and requests are counted, and nothing else."""
        counts = {"spans_exported": 0, "spans_dropped_queue_full": 0, "spans_dropped_refused": 0,
                  "spans_dropped_unavailable": 0, "export_failures_refused": 0,
                  "export_failures_unavailable": 0, **expected}

        def as_expected():
            found = self.exports(process)
            return {"_".join(filter(None, key)): value for key, value in found.items()} == counts
        until(f"{counts}; there was {self.exports(process)}", as_expected)

    def ask(self, receiver, text, **variables):
        result = subprocess.run([TRACED, "ask", self.nats.url, text], capture_output=True, text=True,
                                timeout=TIMEOUT, check=True,
                                env=self.environment(receiver, **variables))
        return result.stdout.strip()

    def test_a_trace_leads_from_the_caller_through_all_services(self):
        receiver = self.receive()
        service = self.serve(receiver, OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test")
        self.assertEqual(self.ask(receiver, "why?"), "why?")
        spans = receiver.spans(7)
        root = spans["asker", "CLIENT", "traced.Front/Ask"]
        ask = spans["traced", "SERVER", "traced.Front/Ask"]
        think = spans["traced", "INTERNAL", "think"]
        call = spans["traced", "CLIENT", "traced.Back/Answer"]
        answer = spans["traced", "SERVER", "traced.Back/Answer"]
        send = spans["traced", "CLIENT", "traced.Back/Note"]
        note = spans["traced", "SERVER", "traced.Back/Note"]

        self.assertEqual(root.parent_span_id, b"")
        for child, parent in ((ask, root), (think, ask), (call, ask), (answer, call), (send, ask)):
            self.assertEqual(child.trace_id, root.trace_id, child.name)
            self.assertEqual(child.parent_span_id, parent.span_id, child.name)
            self.assertLessEqual(child.start_time_unix_nano, child.end_time_unix_nano)
            self.assertEqual(child.flags & 1, 1)
        # What nobody waits for has a trace of its own, linked to that of its cause.
        self.assertNotEqual(note.trace_id, root.trace_id)
        self.assertEqual(note.parent_span_id, b"")
        self.assertEqual([(link.trace_id, link.span_id) for link in note.links],
                         [(send.trace_id, send.span_id)])

        found = attributes(ask)
        self.assertEqual(found.pop("question.size"), 4)
        self.assertEqual(len(found.pop("fairlead.instance")), 22)
        self.assertEqual(found, {
            "rpc.system.name": "fairlead", "rpc.method": "traced.Front/Ask", "fairlead.route": "nats",
            "server.address": "traced.Front", "rpc.response.status_code": "OK"})
        self.assertEqual(think.events[0].name, "thought")
        self.assertEqual(attributes(think.events[0]), {"hard": True, "share": 0.5})
        log = self.stop(service)
        for message, span in (("asking", ask), ("answering", answer)):
            line = next(line for line in log.splitlines() if f'"message":"{message}"' in line)
            self.assertIn(f'"trace_id":"{span.trace_id.hex()}","span_id":"{span.span_id.hex()}"', line)

    def test_what_describes_the_process_comes_from_the_environment(self):
        receiver = self.receive()
        self.serve(receiver, OTEL_SERVICE_NAME="renamed",
                   OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=a%2Cb,service.name=unused",
                   OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20secret")
        self.ask(None, "x")
        status, path, headers, message = receiver.next()
        self.assertEqual((status, path), (200, "/v1/traces"))
        self.assertEqual(headers["content-type"], "application/x-protobuf")
        self.assertEqual(headers["authorization"], "Bearer secret")
        resource = attributes(message.resource_spans[0].resource)
        self.assertEqual(resource["service.name"], "renamed")
        self.assertEqual(resource["deployment.environment.name"], "a,b")
        self.assertEqual(resource["telemetry.sdk.language"], "cpp")
        self.assertEqual(message.resource_spans[0].scope_spans[0].scope.name, "fairlead")

    def test_failures_are_errors_where_they_are_somebodys_fault(self):
        receiver = self.receive()
        self.serve(receiver)
        self.assertIn("INVALID_ARGUMENT", self.ask(None, ""))
        spans = receiver.spans(6)
        self.assertEqual(spans["traced", "CLIENT", "traced.Back/Answer"].status.code, 2)
        self.assertEqual(spans["traced", "SERVER", "traced.Back/Answer"].status.code, 0)
        self.assertEqual(attributes(spans["traced", "SERVER", "traced.Back/Answer"])
                         ["rpc.response.status_code"], "INVALID_ARGUMENT")
        self.ask(None, "lost")
        answer = receiver.spans(6)["traced", "SERVER", "traced.Back/Answer"]
        self.assertEqual((answer.status.code, answer.status.message), (2, "the answer is lost"))
        self.assertEqual(attributes(answer)["error.type"], "DATA_LOSS")

    def test_a_share_of_the_traces_is_recorded_and_the_parent_decides(self):
        receiver = self.receive()
        self.serve(receiver, OTEL_TRACES_SAMPLER="parentbased_always_off")
        self.ask(None, "nobody looks")
        self.ask(receiver, "the caller does")
        spans = receiver.spans(7)
        self.assertEqual(attributes(spans["traced", "SERVER", "traced.Front/Ask"])["question.size"],
                         len("the caller does"))
        self.assertEqual(len({span.trace_id for span in spans.values()}), 2)

    def test_a_receiver_that_is_busy_is_asked_again(self):
        receiver = self.receive(503)
        service = self.serve(receiver, "--metrics", "127.0.0.1:0")
        self.ask(None, "x")
        self.assertEqual(receiver.next()[0], 503)
        receiver.spans(6)
        self.assert_exports(service, spans_exported=6, export_failures_unavailable=1)
        log = self.stop(service)
        self.assertIn("spans cannot be exported", log)
        self.assertIn("HTTP status 503", log)
        self.assertIn("spans are exported again", log)

    def test_spans_that_are_lost_are_counted_by_reason(self):
        receiver = self.receive(400)
        # All six spans of a question make a batch.
        service = self.serve(receiver, "--metrics", "127.0.0.1:0", OTEL_BSP_SCHEDULE_DELAY="60000",
                             OTEL_BSP_EXPORT_TIMEOUT="1", OTEL_BSP_MAX_EXPORT_BATCH_SIZE="6")
        self.assert_exports(service)
        self.ask(None, "x")
        self.assertEqual(receiver.next()[0], 400)
        self.assert_exports(service, spans_dropped_refused=6, export_failures_refused=1)
        receiver.answers.append(503)
        self.ask(None, "x")
        self.assert_exports(service, spans_dropped_refused=6, export_failures_refused=1,
                            spans_dropped_unavailable=6, export_failures_unavailable=1)

    def test_without_a_receiver_services_work_and_end(self):
        receiver = Receiver()
        receiver.stop()
        service = self.serve(receiver)
        self.assertEqual(self.ask(None, "x"), "x")
        log = self.stop(service)
        self.assertIn("spans cannot be exported", log)
        self.assertIn("spans were lost", log)

    def test_it_is_off_unless_it_is_asked_for(self):
        for variables in ({}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_SDK_DISABLED": "true"}):
            receiver = self.receive() if variables else None
            service = self.serve(receiver, **variables)
            self.assertEqual(self.ask(None, "x"), "x")
            self.assertNotIn("traces go to", self.stop(service))
            if receiver:
                self.assertTrue(receiver.requests.empty())


def main():
    global TRACED
    peers, TRACED = pathlib.Path(sys.argv[1]), sys.argv[2]
    python = peers / "bin/python"
    if not python.exists():
        print(f"{python} is missing; tests/interop/fetch fetches it")
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    if pathlib.Path(sys.prefix) != peers:
        os.execv(python, [str(python), "-B", *sys.argv])
    del sys.argv[1:3]
    unittest.main()


if __name__ == "__main__":
    if pathlib.Path(sys.prefix) == pathlib.Path(sys.argv[1]):
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
            ExportTraceServiceRequest)
        from opentelemetry.proto.trace.v1.trace_pb2 import Span
    main()
