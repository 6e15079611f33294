#!/usr/bin/env python3
"""A service's own command, as its user sees it: flags, environment, file, signals, exit codes."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from nats_socket import TIMEOUT, Connection, NatsServer

PROBE = os.environ["FAIRLEAD_TEST_PROBE"]
DOCS = pathlib.Path(os.environ["FAIRLEAD_TEST_DOCS"])


def clean_environment(variables):
    """The environment without what would steer the program, and with `variables`."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("FAIRLEAD_", "NATS_"))}
    return {**kept, "XDG_CONFIG_HOME": "/nonexistent", "HOME": "/nonexistent", **variables}


def run(*arguments, text=True, **variables):
    """Runs the command to its end."""
    return subprocess.run([PROBE, *arguments], capture_output=True, text=text, timeout=TIMEOUT,
                          env=clean_environment(variables), check=False)


def text(value):
    """A google.protobuf.StringValue."""
    data = value.encode()
    assert len(data) < 128
    return b"\x0a" + bytes([len(data)]) + data


class Running:
    """`probe run`, started in the background."""

    def __init__(self, *arguments, **variables):
        self.process = subprocess.Popen([PROBE, "run", *arguments], stderr=subprocess.PIPE,
                                        text=True, env=clean_environment(variables))
        self.log = []

    def wait_for(self, words):
        """Reads the log up to a line with these words."""
        for line in self.process.stderr:
            self.log.append(line)
            if words in line:
                return line
        raise AssertionError(f"no line with {words!r} in the log:\n{''.join(self.log)}")

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def end(self):
        """Waits for the end; returns the exit code."""
        self.log += self.process.stderr.readlines()
        return self.process.wait(TIMEOUT)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(TIMEOUT)
        self.process.stderr.close()


class ServiceTest(unittest.TestCase):
    """Tests with a nats-server and a client."""

    @classmethod
    def setUpClass(cls):
        cls.server = NatsServer()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.client = Connection(self.server.port)
        self.addCleanup(self.client.close)
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def start(self, *arguments, nats=True, until="serving", **variables):
        if nats:
            arguments = ("--nats", self.server.url, *arguments)
        running = Running(*arguments, **variables)
        self.addCleanup(running.close)
        if until:
            running.wait_for(until)
        return running

    def file(self, content):
        path = os.path.join(self.directory.name, "probe.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path

    def assert_serves(self, subject):
        reply = self.client.request(subject, text("hello"))
        self.assertEqual(reply.payload, text("hello"), reply.headers)

    def assert_nobody(self, subject):
        reply = self.client.request(subject, text("hello"))
        self.assertIn("503", reply.headers.get("", ""), f"somebody answers on {subject}")


class Serving(ServiceTest):
    def test_middlewares_of_the_file(self):
        path = self.file("""
middleware: [logging]
services:
  test.Probe:
    methods:
      Echo: { middleware: [rate-limit: { calls_per_second: 0.01, burst: 2 }] }
""")
        running = self.start("--config", path, until="test.Other")
        for _ in range(2):
            self.assert_serves("test.Probe.Echo")
        reply = self.client.request("test.Probe.Echo", text("hello"))
        self.assertEqual(reply.headers.get("grpc-status"), "8", reply.headers)
        self.assertGreater(int(reply.headers["grpc-retry-pushback-ms"]), 1000)
        self.assert_serves("test.Other.Echo")
        self.assertIn("method=Echo", running.wait_for("served"))

    def test_serves_every_service_and_says_so(self):
        running = self.start("--loops", "2", until=None)
        first = running.wait_for("serving")
        self.assertRegex(first, r"^\S+Z info  serving test\.Probe 1\.2\.3 \(5 methods\) on "
                         + re.escape(self.server.url))
        self.assertIn("loops=2", first)
        self.assertIn("serving test.Other 0.4.0 (1 method) on", running.wait_for("serving"))
        self.assert_serves("test.Probe.Echo")
        self.assert_serves("test.Other.Echo")
        running.signal()
        self.assertEqual(running.end(), 0)
        self.assert_nobody("test.Probe.Echo")

    def test_the_request_log_has_a_line_for_each_call(self):
        running = self.start("--request-log", "1", "--only", "test.Probe.Echo")
        self.assert_serves("test.Probe.Echo")
        self.assertRegex(running.wait_for(" call "),
                         r"Z info  call service=test\.Probe instance=\S+ method=Echo status=OK "
                         r"duration=\d+\.\d{3}ms caller=\S+\n$")

    def test_the_request_log_has_every_failure_and_no_payload(self):
        running = self.start("--request-log", "0", "--only", "test.Probe.Echo")
        self.assert_serves("test.Probe.Echo")
        self.client.request("test.Probe.Echo", b"\xffsecret",
                            {"traceparent":
                             "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
        line = running.wait_for(" call ")
        self.assertIn("status=INVALID_ARGUMENT", line)
        self.assertIn("trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331", line)
        self.assertNotIn("secret", line)

    def test_the_request_log_has_payloads_if_they_are_asked_for(self):
        running = self.start("--request-log", "1", "--request-log-payloads", "6", "--only",
                             "test.Probe.Echo")
        self.assert_serves("test.Probe.Echo")
        cut = r'"\"hello… (7 bytes)"'
        self.assertIn(f"method=Echo request={cut} response={cut} status=OK",
                      running.wait_for(" call "))

    def test_levels_change_while_it_runs(self):
        path = self.file("log-level: info,rpc=error\n")
        running = self.start("--request-log", "1", "--config", path, until="test.Other")
        self.assert_serves("test.Other.Echo")
        self.assert_serves("test.Probe.Echo")
        self.file("log-level: loud\n")
        running.signal(signal.SIGUSR1)
        self.assertIn("probe.yaml:1", running.wait_for("cannot be read again"))
        self.file("log-level: info\n")
        running.signal(signal.SIGUSR1)
        running.wait_for("were read again")
        self.assert_serves("test.Probe.Echo")
        running.wait_for(" call service=test.Probe")
        self.assertNotIn(" call service=test.Other", "".join(running.log))

    def test_each_loop_is_an_instance(self):
        running = self.start("--loops", "3", "--only", "test.Other.Echo")
        self.client.start_request("$SRV.PING.test-Other")
        identities = {json.loads(self.client.next().payload)["id"] for _ in range(3)}
        self.assertEqual(len(identities), 3)
        logged = re.search(r" instance=(\S+)", running.log[-1]).group(1).split(",")
        self.assertEqual(set(logged), identities)

    def test_only_serves_only_those(self):
        self.start("--only", "test.Probe.Echo")
        self.assert_serves("test.Probe.Echo")
        self.assert_nobody("test.Probe.Ask")
        self.assert_nobody("test.Other.Echo")

    def test_a_short_name_means_every_service_that_has_it(self):
        running = self.start("--only", "Echo", until="test.Other")
        self.assertIn("test.Probe 1.2.3 (1 method)", "".join(running.log))
        self.assert_serves("test.Probe.Echo")
        self.assert_serves("test.Other.Echo")

    def test_a_prefix_stands_before_every_subject(self):
        self.start("--prefix", "eu.staging")
        self.assert_serves("eu.staging.test.Probe.Echo")
        self.assert_nobody("test.Probe.Echo")

    def test_logs_json(self):
        running = self.start("--log-format", "json")
        event = json.loads(running.log[-1])
        self.assertEqual(event["level"], "info")
        self.assertTrue(event["message"].startswith("serving test.Probe 1.2.3"))

    def test_the_password_is_not_logged(self):
        server = NatsServer("--user", "probe", "--pass", "sesame")
        self.addCleanup(server.stop)
        url = f"nats://probe:sesame@127.0.0.1:{server.port}"
        running = self.start("--nats", url, "--log-level", "debug", nats=False)
        running.signal()
        self.assertEqual(running.end(), 0)
        self.assertIn(f"on nats://***@127.0.0.1:{server.port}", "".join(running.log))
        self.assertNotIn("sesame", "".join(running.log))
        wrong = run("run", "--nats", url.replace("sesame", "melon"))
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("check user, password, token or key", wrong.stderr)
        self.assertNotIn("melon", wrong.stderr)


class Sources(ServiceTest):
    def test_environment_and_file_say_the_same_as_flags(self):
        for sources in ({"variables": {"FAIRLEAD_NATS": self.server.url, "FAIRLEAD_PREFIX": "p"}},
                        {"file": f"nats: {self.server.url}\nprefix: p\n"},
                        {"file": f"nats:\n  - {self.server.url}\nprefix: 'p'\n"}):
            arguments = ()
            if "file" in sources:
                arguments = ("--config", self.file(sources["file"]))
            running = self.start(*arguments, nats=False, **sources.get("variables", {}))
            self.assert_serves("p.test.Probe.Echo")
            running.signal()
            self.assertEqual(running.end(), 0)

    def test_flag_before_environment_before_file(self):
        path = self.file("prefix: from-file\nloops: 2\nlog-format: json\n")
        running = self.start("--prefix", "from-flag", FAIRLEAD_PREFIX="from-environment",
                             FAIRLEAD_LOOPS="3", FAIRLEAD_CONFIG=path)
        self.assertEqual(json.loads(running.log[-1])["loops"], "3")
        self.assert_serves("from-flag.test.Probe.Echo")

    def test_nats_url_and_contexts_serve_where_nothing_else_is_said(self):
        folder = os.path.join(self.directory.name, "nats")
        os.makedirs(os.path.join(folder, "context"))
        with open(os.path.join(folder, "context", "here.json"), "w", encoding="utf-8") as file:
            json.dump({"description": "", "url": self.server.url}, file)
        home = {"XDG_CONFIG_HOME": self.directory.name}
        self.start(nats=False, NATS_URL=self.server.url)
        self.start(nats=False, NATS_CONTEXT="here", **home)
        self.start("--context", "here", nats=False, NATS_URL="nats://127.0.0.1:1", **home)
        with open(os.path.join(folder, "context.txt"), "w", encoding="utf-8") as file:
            file.write("here")
        self.start(nats=False, **home)

    def test_an_unknown_variable_is_a_warning(self):
        running = self.start(FAIRLEAD_LOG_LEVL="debug")
        self.assertIn(" warning the environment variable FAIRLEAD_LOG_LEVL means nothing here; do "
                      "you mean FAIRLEAD_LOG_LEVEL?", running.log[0])


class Stopping(ServiceTest):
    def hold_a_call(self, *arguments):
        """Starts a service with a call in it that ends when the returned message is answered."""
        running = self.start(*arguments)
        self.client.subscribe("release")
        inbox = self.client.start_request("test.Probe.Ask", text("release"))
        question = self.client.next()
        self.assertEqual(question.subject, "release")
        return running, inbox, question

    def test_a_call_that_runs_is_answered(self):
        running, inbox, question = self.hold_a_call()
        running.signal()
        running.wait_for("stopping signal=SIGTERM")
        self.client.publish(question.reply, b"released")
        reply = self.client.next()
        self.assertEqual((reply.subject, reply.payload), (inbox, text("released")))
        self.assertEqual(running.end(), 0)
        self.assertIn("stopped", running.log[-1])

    def test_sigint_stops_too(self):
        running = self.start()
        running.signal(signal.SIGINT)
        self.assertEqual(running.end(), 0)
        self.assertIn("stopping signal=SIGINT", "".join(running.log))

    def test_a_second_signal_ends_at_once(self):
        running, _, _ = self.hold_a_call()
        running.signal()
        running.wait_for("stopping")
        running.signal()
        self.assertEqual(running.end(), 3)
        self.assertIn("ending at once", running.log[-1])

    def test_a_stop_that_takes_too_long_gives_up(self):
        running, inbox, _ = self.hold_a_call("--stop-timeout", "50ms")
        running.signal()
        self.assertEqual(running.end(), 3)
        self.assertIn("work was given up", "".join(running.log))
        reply = self.client.next()
        self.assertEqual((reply.subject, reply.headers.get("grpc-status")), (inbox, "14"))

    def test_a_worker_that_never_returns_does_not_keep_the_process(self):
        running = self.start("--stop-timeout", "50ms")
        self.client.start_request("test.Probe.Block", text(""))
        running.wait_for("blocked")
        running.signal()
        self.assertEqual(running.end(), 3)

    def test_a_frozen_loop_does_not_keep_the_process_from_a_second_signal(self):
        running = self.start()
        self.client.start_request("test.Probe.Freeze", text(""))
        running.wait_for("frozen")
        running.signal()
        running.wait_for("stopping")
        running.signal()
        self.assertEqual(running.end(), 3)

    def lose_the_server(self):
        """A service with two loops whose server has just gone."""
        server = NatsServer()
        running = Running("--nats", server.url, "--loops", "2")
        self.addCleanup(running.close)
        running.wait_for("serving")
        server.stop()
        running.wait_for("warning the connection to NATS is lost")
        running.wait_for("warning the connection to NATS is lost")
        return running, server.port

    def test_a_service_outlives_its_server(self):
        running, port = self.lose_the_server()
        server = NatsServer(port=port)
        self.addCleanup(server.stop)
        running.wait_for("connected to NATS again")
        running.wait_for("connected to NATS again")
        client = Connection(port)
        self.addCleanup(client.close)
        reply = client.request("test.Probe.Echo", text("back"))
        while " 503" in reply.headers.get("", ""):  # the server has not heard of the subscriptions yet
            reply = client.request("test.Probe.Echo", text("back"))
        self.assertEqual(reply.payload, text("back"))
        running.signal()
        self.assertEqual(running.end(), 0)

    def test_a_service_without_its_server_still_stops(self):
        running, _ = self.lose_the_server()
        running.signal()
        self.assertEqual(running.end(), 0)

    def test_a_method_that_the_server_refuses_is_an_error_at_start(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
            config.write('''authorization { users = [ { user: a, password: b, permissions: {
                              publish: ">", subscribe: { deny: "test.Probe.Echo" } } } ] }''')
            config.flush()
            server = NatsServer("-c", config.name)
            self.addCleanup(server.stop)
            result = run("run", "--nats", server.url.replace("//", "//a:b@"))
        self.assertEqual(result.returncode, 1)
        self.assertIn('Permissions Violation for Subscription to "test.Probe.Echo"', result.stderr)


class Starting(unittest.TestCase):
    def test_no_server_is_an_error_that_says_what_to_do(self):
        result = run("run", "--nats", "nats://me:sesame@127.0.0.1:1", "--loops", "2")
        self.assertEqual(result.returncode, 1)
        self.assertIn("127.0.0.1:1", result.stderr)
        self.assertIn("start a nats-server there, or say with --nats where one is", result.stderr)
        self.assertEqual(result.stderr.count(" error "), 1, result.stderr)
        self.assertNotIn("sesame", result.stderr)

    def assert_usage_error(self, message, *arguments, **variables):
        result = run(*arguments, **variables)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.startswith(f"probe: {message}"), result.stderr)
        self.assertNotIn("sesame", result.stderr)

    def test_wrong_flags(self):
        for message, arguments in (
                ("unknown flag --lops; do you mean --loops?\nSee probe run --help.\n",
                 ["run", "--lops", "3"]),
                ("unknown flag --nast; do you mean --nats?", ["run", "--nast=nats://a:sesame@b"]),
                ("unknown flag -loops; do you mean --loops?", ["run", "-loops", "3"]),
                ("unknown flag --verbose\n", ["run", "--verbose"]),
                ("--loops: a value is expected", ["run", "--loops"]),
                ("--loops is given more than once", ["run", "--loops", "1", "--loops", "2"]),
                ('--loops: "0" is not a number from 1 to 256', ["run", "--loops", "0"]),
                ('--stop-timeout: "30" is not a time such as', ["run", "--stop-timeout=30"]),
                ('--log-level: "loud" is not debug, info, warning or error, also of app',
                 ["run", "--log-level", "loud"]),
                ('--loops: "nats://***@b" is not', ["run", "--loops", "nats://a:sesame@b"]),
                ("--nats and --context both say", ["run", "--nats", "a", "--context", "b"]),
                ("--nats belongs behind the command: probe run --nats",
                 ["--nats", "nats://a:sesame@b", "run"]),
                ("one argument too many", ["run", "nats://a:sesame@b"]),
                ("unknown command; do you mean run?", ["rum"]),
                ("unknown command; known are run, info, schema", ["serve"]),
                ('--format: "xml" is not proto, json or binary', ["schema", "--format", "xml"]),
                ("only: there is no method Ecko here; do you mean Echo?",
                 ["run", "--only", "Ecko"])):
            with self.subTest(arguments):
                self.assert_usage_error(message, *arguments)

    def test_wrong_variables(self):
        self.assert_usage_error('FAIRLEAD_LOOPS: "many" is not a number from 1 to 256', "run",
                                FAIRLEAD_LOOPS="many")
        self.assert_usage_error("NATS_URL: ", "run", NATS_URL="nats://a:sesame@b:port")

    def test_wrong_files(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "probe.yaml")
            for content, message in (
                    ("loops: 2\nlog_level: debug\n",
                     f'{path}:2: unknown key "log_level"; do you mean "log-level"?'),
                    ("\nloops: many\n", f'{path}:2: loops: "many" is not a number from 1 to 256'),
                    ("loops: 1\nloops: 2\n", f"{path}:2: loops is given a second time"),
                    ("loops: [1\n", f"{path}:"),
                    ("middleware: [loging]\n",
                     f'{path}:1: there is no middleware "loging"; do you mean "logging"?'),
                    ("services: { test.Prob: { middleware: [logging] } }\n",
                     'there is a middleware for "test.Prob", but no service or method of that '
                     'name; do you mean "test.Probe"?'),
                    ("loops\n", f"{path}:1: lines such as `loops: 2` are expected")):
                with self.subTest(content):
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(content)
                    self.assert_usage_error(message, "run", "--config", path)
                    self.assert_usage_error(message, "run", FAIRLEAD_CONFIG=path)
        self.assert_usage_error(f"the configuration file {path} cannot be read: No such file",
                                "run", "--config", path)

    def test_no_command_prints_the_help(self):
        result = run()
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, "")
        self.assertIn("Usage: probe", result.stderr)


class Describing(unittest.TestCase):
    def output(self, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def test_version_and_help(self):
        self.assertRegex(self.output("--version"),
                         r"^test\.Probe 1\.2\.3\ntest\.Other 0\.4\.0\nfairlead \d+\.\d+\.\d+\n$")
        self.assertIn("Usage: probe", self.output("--help"))
        self.assertIn("Usage: probe run", self.output("run", "--help"))

    def test_info(self):
        self.assertRegex(self.output("info"),
                         r"^test\.Probe 1\.2\.3\nWhat the tests [^\n]*\n\n +METHOD +SUBJECT[^\n]*\n"
                         r" +Echo +test\.Probe\.Echo +unary +5s ")
        services = json.loads(self.output("info", "--json"))["services"]
        self.assertEqual([service["service"] for service in services], ["test.Probe", "test.Other"])
        self.assertEqual(services[0]["methods"][1]["subject"], "test.Probe.Ask")
        self.assertEqual(services[0]["methods"][1]["timeout"], "1m")

    def test_schema(self):
        self.assertIn("service Probe {", self.output("schema"))
        self.assertEqual(self.output("schema"), self.output("schema", "--format", "proto"))
        files = json.loads(self.output("schema", "--format", "json"))["file"]
        names = [file["name"] for file in files]
        self.assertEqual(names[-1], "app_probe.proto")
        self.assertIn("google/protobuf/wrappers.proto", names)
        self.assertEqual(len(names), len(set(names)))
        binary = run("schema", "--format", "binary", text=False).stdout
        self.assertTrue(binary.startswith(b"\x0a"))
        self.assertIn(b"app_probe.proto", binary)


class Documentation(unittest.TestCase):
    """docs/running.md says what there is, and nothing else."""

    def setUp(self):
        self.page = (DOCS / "running.md").read_text(encoding="utf-8")

    def test_every_setting_is_in_the_page_and_the_other_way_round(self):
        help_text = run("run", "--help").stdout
        flags = set(re.findall(r"^  (--[a-z-]+) ", help_text, re.MULTILINE))
        self.assertIn("--nats", flags)
        rows = re.findall(r"^\| `(--[a-z-]+)[^`]*` \| `(\w+)` \|", self.page, re.MULTILINE)
        self.assertEqual({flag for flag, _ in rows}, flags)
        self.assertEqual({variable for _, variable in rows},
                         set(re.findall(r"\[(FAIRLEAD_\w+)\]", help_text)))
        for flag, variable in rows:
            self.assertEqual(variable, "FAIRLEAD_" + flag[2:].upper().replace("-", "_"))

    def test_defaults_are_those_of_the_help(self):
        help_text = run("run", "--help").stdout
        for flag, value in re.findall(r"^  (--[a-z-]+) .*; default (\w+) \[", help_text,
                                      re.MULTILINE):
            if flag in ("--nats", "--concurrency"):
                continue  # in words
            self.assertRegex(self.page, rf"(?m)^\| `{flag} [^`]*` \| `\w+` \| `{value}` \|")


if __name__ == "__main__":
    unittest.main()
