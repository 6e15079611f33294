#!/usr/bin/env python3
"""The command `fairlead`, as its user sees it, against a nats-server and the calc example."""

import json
import os
import pathlib
import pty
import select
import signal
import socket
import subprocess
import tempfile
import termios
import threading
import time
import unittest

from nats_socket import TIMEOUT, Connection, NatsServer

FAIRLEAD = os.environ["FAIRLEAD_TEST_COMMAND"]
CALC = os.environ["FAIRLEAD_TEST_CALC"]
NUMBERS = os.environ["FAIRLEAD_TEST_NUMBERS"]
PROTO = pathlib.Path(os.environ["FAIRLEAD_TEST_PROTO"])


def clean_environment(variables):
    """The environment without what would steer the command, and with `variables`."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("FAIRLEAD_", "NATS_"))}
    return {**kept, "XDG_CONFIG_HOME": "/nonexistent", "HOME": "/nonexistent", **variables}


def fairlead(*arguments, stdin=None, **variables):
    """Runs the command to its end."""
    return subprocess.run([FAIRLEAD, *arguments], capture_output=True, text=True, input=stdin,
                          timeout=TIMEOUT, env=clean_environment(variables), check=False)


class Calc:
    """An instance of the calc example, or of another."""

    def __init__(self, url, *arguments, program=CALC):
        self.process = subprocess.Popen([program, "run", "--nats", url, *arguments],
                                        stderr=subprocess.PIPE, text=True,
                                        env=clean_environment({}))
        log = []
        for line in self.process.stderr:
            log.append(line)
            if "serving" in line:
                break
        else:
            raise AssertionError("calc did not start:\n" + "".join(log))
        # Whoever does not read its log would stop it once the pipe is full.
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def stop(self):
        self.process.terminate()
        self.process.wait(TIMEOUT)
        self.reader.join(TIMEOUT)
        self.process.stderr.close()


class ForeignService:
    """A service that knows ADR-32 and nothing of Fairlead; echoes, or fails when asked to."""

    def __init__(self, port, info=None):
        info = info or {"type": "io.nats.micro.v1.info_response", "name": "echo", "id": "E1",
                        "version": "1.0.0", "description": "", "metadata": None,
                        "endpoints": [{"name": "say", "subject": "echo.say", "queue_group": "q"}]}
        self.info = json.dumps(info).encode()
        self.connection = Connection(port)
        for subject in ("$SRV.INFO", "$SRV.INFO.echo", "echo.say"):
            self.connection.subscribe(subject)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            message = self.connection.next()
            if message.subject == "end":
                return
            if message.subject.startswith("$SRV"):
                self.connection.publish(message.reply, self.info)
            elif b"fail" in message.payload:
                self.connection.publish(message.reply, b"more", headers={
                    "Nats-Service-Error": "it would not", "Nats-Service-Error-Code": "409"})
            else:
                self.connection.publish(message.reply, b"you said " + message.payload)

    def stop(self):
        self.connection.send(b"SUB end 99\r\n")
        self.connection.publish("end")
        self.thread.join(TIMEOUT)
        self.connection.close()


class ServiceTest(unittest.TestCase):
    """Tests with a nats-server and one instance of calc."""

    @classmethod
    def setUpClass(cls):
        cls.server = NatsServer()
        cls.addClassCleanup(cls.server.stop)
        cls.calc = Calc(cls.server.url)
        cls.addClassCleanup(cls.calc.stop)

    def run_command(self, *arguments, stdin=None):
        return fairlead(*arguments, "--nats", self.server.url, stdin=stdin)

    def succeed(self, *arguments, stdin=None):
        result = self.run_command(*arguments, stdin=stdin)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        return result.stdout

    def refuse(self, code, *arguments, stdin=None):
        """Runs a command that must fail with this exit code; returns its error output."""
        result = self.run_command(*arguments, stdin=stdin)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        return result.stderr

    def fake(self, prefix):
        """A service that has the schema of calc and answers Add as told: a connection that gets
        the requests."""
        connection = Connection(self.server.port)
        self.addCleanup(connection.close)
        schema = connection.request("calc.Calc._.schema")
        headers = {key: value for key, value in schema.headers.items() if key}
        connection.subscribe(prefix + ".calc.Calc._.schema")
        connection.subscribe(prefix + ".calc.Calc.Add")
        connection.subscribe(prefix + ".calc.Calc._.cancel")

        def answer_schema():
            request = connection.next()
            self.assertTrue(request.subject.endswith(".schema"))
            connection.publish(request.reply, schema.payload, headers=headers)
        connection.answer_schema = answer_schema
        return connection

    def start_call(self, *arguments):
        return subprocess.Popen([FAIRLEAD, *arguments, "--nats", self.server.url], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=clean_environment({}))


class FindTest(ServiceTest):
    def test_ls(self):
        lines = self.succeed("ls").splitlines()
        self.assertEqual(lines[0].split(), ["SERVICE", "VERSION", "INSTANCES", "METHODS",
                                            "DESCRIPTION"])
        self.assertEqual(lines[1].split(), ["calc.Calc", "1.0.0", "1", "3", "Small", "sums."])
        self.assertNotIn("\x1b", "".join(lines))

    def test_ls_json_is_what_the_service_says(self):
        (info,) = json.loads(self.succeed("ls", "--json"))
        self.assertEqual(info["name"], "calc-Calc")
        self.assertEqual(info["metadata"]["fairlead.service"], "calc.Calc")
        self.assertEqual([e["name"] for e in info["endpoints"]], ["Average", "Add", "Expression"])

    def test_both_names_and_the_id(self):
        (info,) = json.loads(self.succeed("info", "calc.Calc", "--json"))
        for arguments in (("calc-Calc",), ("calc.Calc", info["id"])):
            self.assertEqual(json.loads(self.succeed("info", *arguments, "--json")), [info])
        self.assertIn("no instance nobody", self.refuse(1, "info", "calc.Calc", "nobody"))

    def test_instances_that_are_alike_are_described_once(self):
        second = Calc(self.server.url)
        self.addCleanup(second.stop)
        text = self.succeed("info", "calc.Calc")
        self.assertEqual(text.count("Small sums."), 1)
        self.assertEqual(text.count("instance "), 2)

    def test_info_shows_methods(self):
        text = self.succeed("info", "calc.Calc")
        self.assertIn("calc.Calc 1.0.0\nSmall sums.\n", text)
        self.assertRegex(text, r"Average +calc\.Calc\.Average +q +unary +AverageRequest +CalcResp")

    def test_unknown_service_names_the_nearest(self):
        for command in ("ls", "info", "stats", "ping", "schema"):
            for name, nearest in (("calc.Clac", "calc.Calc"), ("calc-Clac", "calc-Calc")):
                error = self.refuse(1, command, name)
                self.assertIn(f"NOT_FOUND: no service {name} is up; did you mean {nearest}?", error)

    def test_ping(self):
        lines = self.succeed("ping").splitlines()
        self.assertRegex(lines[1], r"^calc\.Calc +1\.0\.0 +\w{22} +[\d.]+ (µs|ms)$")
        (answer,) = json.loads(self.succeed("ping", "calc.Calc", "--json"))
        self.assertGreater(answer["round_trip"], 0)

    def test_stats_counts_calls_and_errors(self):
        before = json.loads(self.succeed("stats", "calc.Calc", "--json"))[0]["endpoints"][2]
        self.succeed("call", "calc.Calc.Expression", '{"expression":"1+1"}')
        self.run_command("call", "calc.Calc.Expression", '{"expression":"1+"}')
        after = json.loads(self.succeed("stats", "calc.Calc", "--json"))[0]["endpoints"][2]
        self.assertEqual(after["num_requests"] - before["num_requests"], 2)
        self.assertEqual(after["num_errors"] - before["num_errors"], 1)
        self.assertIn("LAST ERROR", self.succeed("stats"))
        self.assertRegex(self.succeed("stats", "calc.Calc"), r"calc\.Calc +Expression +\w{22} ")

    def test_two_instances(self):
        second = Calc(self.server.url)
        self.addCleanup(second.stop)
        self.assertRegex(self.succeed("ls"), r"calc\.Calc +1\.0\.0 +2 ")
        self.assertEqual(len(self.succeed("ls", "calc.Calc").splitlines()), 3)
        self.assertIn("all 2", self.succeed("stats", "calc.Calc"))

    def test_an_odd_service_does_not_hide_the_others(self):
        foreign = ForeignService(self.server.port, {"type": "other"})
        self.addCleanup(foreign.stop)
        result = self.run_command("ls")
        self.assertEqual(result.returncode, 0)
        self.assertIn("calc.Calc", result.stdout)
        self.assertIn("answers that could not be read: 1", result.stderr)


class OnATerminal:
    """The command in a terminal of its own, with what it has drawn so far."""

    def __init__(self, *arguments, rows=24, columns=120):
        self.controller, self.terminal = pty.openpty()
        termios.tcsetwinsize(self.terminal, (rows, columns))
        self.before = termios.tcgetattr(self.terminal)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", FAIRLEAD, *arguments], stdin=self.terminal, stdout=self.terminal,
            stderr=self.terminal, env=clean_environment({"NO_COLOR": "1"}))
        self.drawn = ""

    def read_until(self, words):
        """Reads on until `words` were drawn; returns what was drawn up to them."""
        end = time.monotonic() + TIMEOUT
        while words not in self.drawn:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.controller], [], [], left)[0]:
                raise AssertionError(f"{words!r} was not drawn, but {self.drawn[-2000:]!r}")
            self.drawn += os.read(self.controller, 65536).decode()
        seen, _, self.drawn = self.drawn.partition(words)
        return seen

    def type(self, keys):
        os.write(self.controller, keys.encode())

    def resize(self, rows, columns):
        termios.tcsetwinsize(self.controller, (rows, columns))

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(TIMEOUT)
        os.close(self.controller)
        os.close(self.terminal)


ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


class TopTest(ServiceTest):
    def top(self, *arguments, **options):
        top = OnATerminal("top", "--interval", "50ms", "--nats", self.server.url, *arguments,
                          **options)
        self.addCleanup(top.close)
        top.read_until(ENTER)
        return top

    def assert_ends(self, top):
        """It ends in good order and leaves the terminal as it was."""
        top.read_until(LEAVE)
        self.assertEqual(top.process.wait(TIMEOUT), 0)
        self.assertEqual(termios.tcgetattr(top.terminal), top.before)

    def test_keys_steer_it(self):
        top = self.top()
        top.read_until("1 service, 1 instance")
        top.read_until("CALLS/S↓")
        top.read_until("Average")
        top.type("e")
        top.read_until("ERRORS/S↓")
        top.type("e")
        top.read_until("ERRORS/S↑")
        top.type("g")
        top.read_until("INSTANCE ")
        top.type("q")
        self.assert_ends(top)

    def test_ctrl_c_gives_the_terminal_back(self):
        top = self.top()
        top.read_until("Average")
        top.type("\x03")
        self.assert_ends(top)

    def test_a_terminal_that_shrinks_and_grows(self):
        top = self.top("--sort", "name", rows=6)
        self.assertNotIn("Expression", top.read_until("\x1b[J\x1b[H"))
        top.resize(24, 120)
        top.read_until("Expression")
        top.process.terminate()
        self.assert_ends(top)

    def test_ctrl_z_and_back(self):
        top = self.top()
        top.read_until("Average")
        top.type("\x1a")
        top.read_until(LEAVE)
        pid, status = os.waitpid(top.process.pid, os.WUNTRACED)
        self.assertTrue(pid == top.process.pid and os.WIFSTOPPED(status))
        self.assertEqual(termios.tcgetattr(top.terminal), top.before)
        top.process.send_signal(signal.SIGCONT)
        top.read_until(ENTER)
        top.read_until("Average")
        top.type("q")
        self.assert_ends(top)

    def test_instances_come_and_go(self):
        top = self.top("--by", "instance")
        top.read_until("1 instance,")
        second = Calc(self.server.url)
        try:
            top.read_until("2 instances,")
        finally:
            second.stop()
        top.read_until("gone")
        top.read_until("1 instance,")
        top.type("q")
        self.assert_ends(top)

    def test_a_server_that_goes_and_comes_back(self):
        server = NatsServer()
        self.addCleanup(server.stop)
        calc = Calc(server.url)
        self.addCleanup(calc.stop)
        top = OnATerminal("top", "--interval", "50ms", "--timeout", "200ms", "--nats", server.url)
        self.addCleanup(top.close)
        top.read_until("Average")
        port = server.port
        server.stop()
        top.read_until("the connection to NATS is lost")
        again = NatsServer(port=port)
        self.addCleanup(again.stop)
        top.read_until("q quits")
        top.type("q")
        self.assert_ends(top)

    def test_once_without_a_terminal(self):
        lines = self.succeed("top", "--interval", "10ms").splitlines()
        self.assertEqual(lines[0].split()[:4], ["SERVICE", "METHOD", "INSTANCES", "CALLS/S↓"])
        self.assertEqual(len(lines), 4)
        self.assertNotIn("\x1b", "".join(lines))
        lines = self.succeed("top", "calc.Calc", "--once", "--interval", "10ms", "--by", "service")
        self.assertRegex(lines.splitlines()[1], r"^calc\.Calc +1 +0 +0 ")

    def test_json_has_rates_and_figures(self):
        rows = json.loads(self.succeed("top", "--json", "--interval", "10ms", "--by", "instance"))
        self.assertEqual([row["method"] for row in rows], ["Add", "Average", "Expression"])
        self.assertEqual({len(row["instance"]) for row in rows}, {22})
        self.assertEqual((rows[0]["calls_per_second"], rows[0]["limit"]), (0, 5))

    def test_mistakes(self):
        for arguments, words in ((("--sort", "size"), "--sort: size not in"),
                                 (("--by", "host"), "--by: host not in"),
                                 (("--interval", "soon"), "--interval: \"soon\" is not a time")):
            self.assertIn(words, self.refuse(2, "top", *arguments))
        self.assertIn("did you mean calc.Calc?", self.refuse(1, "top", "calc.Clac"))


class NobodyTest(unittest.TestCase):
    def test_nobody_is_there(self):
        server = NatsServer()
        self.addCleanup(server.stop)
        for command in ("ls", "stats", "top", "ping"):
            result = fairlead(command, "--nats", server.url)
            self.assertEqual((result.returncode, result.stdout), (0, ""))
            self.assertEqual(result.stderr, "no service is up\n")
            result = fairlead(command, "--json", "--nats", server.url)
            self.assertEqual((result.returncode, result.stdout), (0, "[]\n"))
        result = fairlead("call", "calc.Calc.Add", "--nats", server.url)
        self.assertEqual(result.returncode, 1)
        self.assertIn("no service calc.Calc is up; none is", result.stderr)


class StreamTest(ServiceTest):
    """Calls of methods that stream."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = Calc(cls.server.url, program=NUMBERS)
        cls.addClassCleanup(cls.numbers.stop)

    def values(self, output):
        return [json.loads(line)["value"] for line in output.splitlines()]

    def test_a_server_stream(self):
        reply = self.succeed("call", "numbers.Numbers.Count", '{"to":2}')
        self.assertEqual(reply, '{"value":"1"}\n{"value":"2"}\n')
        reply = self.succeed("call", "numbers.Numbers.Count", "-", stdin='{"to":1}\n{"to":2}\n')
        self.assertEqual(self.values(reply), ["1", "1", "2"])
        self.assertEqual(self.succeed("call", "numbers.Numbers.Count"), "")

    def test_a_client_stream(self):
        reply = self.succeed("call", "numbers.Numbers.Sum", "-", stdin='{"value":1}\n{"value":2}\n')
        self.assertEqual(reply, '{"count":"2","sum":"3"}\n')
        self.assertEqual(self.succeed("call", "numbers.Numbers.Sum"), '{"count":"0","sum":"0"}\n')

    def test_both_ways(self):
        lines = "".join(f'{{"value":{i}}}\n' for i in range(10_000))
        reply = self.succeed("call", "numbers.Numbers.Double", "-", stdin=lines)
        self.assertEqual(self.values(reply), [str(2 * i) for i in range(10_000)])

    def test_the_status_is_the_end(self):
        result = self.run_command("call", "numbers.Numbers.Double", "-",
                                  stdin='{"value":1}\n{"value":2000000}\n{"value":3}\n')
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.values(result.stdout), ["2"])
        self.assertEqual(result.stderr, "OUT_OF_RANGE: that is too large\n")

    def test_a_deadline(self):
        result = self.run_command("call", "numbers.Numbers.Count", '{"to":1000000000}',
                                  "--timeout", "300ms")
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.startswith("DEADLINE_EXCEEDED"), result.stderr)

    def start(self, *arguments, **options):
        """The command, while it runs."""
        process = subprocess.Popen([FAIRLEAD, *arguments, "--nats", self.server.url], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=clean_environment({}), **options)
        self.addCleanup(process.wait, TIMEOUT)
        for pipe in (process.stdin, process.stdout, process.stderr):
            self.addCleanup(pipe.close)
        return process

    def test_each_line_is_sent_as_it_comes(self):
        process = self.start("call", "numbers.Numbers.Double", "-")
        for value in ("1", "2"):
            process.stdin.write(f'{{"value":{value}}}\n')
            process.stdin.flush()
            self.assertEqual(json.loads(process.stdout.readline())["value"], str(2 * int(value)))
        process.stdin.close()
        self.assertEqual((process.stdout.read(), process.stderr.read()), ("", ""))
        self.assertEqual(process.wait(TIMEOUT), 0)

    def test_a_stream_ends_before_its_input(self):
        process = self.start("call", "numbers.Numbers.Double", "-")
        process.stdin.write('{"value":2000000}\n')
        process.stdin.flush()
        self.assertEqual(process.stderr.read(), "OUT_OF_RANGE: that is too large\n")
        self.assertEqual(process.wait(TIMEOUT), 1)

    def test_a_wrong_line_ends_the_stream(self):
        result = self.run_command("call", "numbers.Numbers.Double", "-",
                                  stdin='{"value":\n1}\n{"value":"two"}\n{"value":3}\n')
        self.assertEqual(result.returncode, 1)
        self.assertIn("INVALID_ARGUMENT: the standard input, value 2: this is not a "
                      "numbers.Number", result.stderr)

    def test_what_is_typed_on_a_terminal_is_sent_line_by_line(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen(
            [FAIRLEAD, "call", "numbers.Numbers.Sum", "-", "--nats", self.server.url], text=True,
            stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=clean_environment({}), start_new_session=True)
        os.close(theirs)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        os.write(ours, b'{"value":1}\n{"value":5}\n\x04')
        self.assertEqual(process.stdout.read(), '{"count":"2","sum":"6"}\n', )
        self.assertEqual(process.wait(TIMEOUT), 0)

    def test_a_stream_is_given_up(self):
        process = self.start("call", "numbers.Numbers.Double", "-", "--cancel-after", "200ms")
        process.stdin.write('{"value":1}\n')
        process.stdin.flush()
        self.assertEqual(self.values(process.stdout.read()), ["2"])
        self.assertIn("CANCELLED: given up after 200 ms (--cancel-after)", process.stderr.read())
        self.assertEqual(process.wait(TIMEOUT), 1)

    def test_ctrl_c_ends_a_stream(self):
        process = self.start("call", "numbers.Numbers.Double", "-")
        process.stdin.write('{"value":1}\n')
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), '{"value":"2"}\n')
        process.send_signal(signal.SIGINT)
        self.assertIn("CANCELLED: interrupted", process.stderr.read())
        self.assertEqual(process.wait(TIMEOUT), 1)

    def test_a_stream_is_not_repeated(self):
        error = self.refuse(2, "call", "numbers.Numbers.Count", "--retry", "3")
        self.assertIn("--retry is for methods with one request and one reply", error)

    def test_a_stream_is_no_benchmark(self):
        error = self.refuse(2, "bench", "numbers.Numbers.Count")
        self.assertIn("numbers.Numbers.Count streams", error)

    def test_a_count_makes_no_sense(self):
        error = self.refuse(2, "call", "numbers.Numbers.Count", "--count", "2")
        self.assertIn("--count is for methods with one request and one reply", error)


class CallTest(ServiceTest):
    def test_call(self):
        reply = self.succeed("call", "calc.Calc.Average", '{"values":[1.1,2,3.5]}')
        self.assertEqual(reply, '{"operation":"average","result":2.2}\n')
        self.assertEqual(self.succeed("call", "calc-Calc.Add", '{"a":1,"b":2}'),
                         '{"operation":"add","result":3}\n')

    def test_zero_is_shown(self):
        self.assertEqual(self.succeed("call", "calc.Calc.Add"), '{"operation":"add","result":0}\n')

    def test_lines_of_a_file_and_of_the_standard_input(self):
        lines = "".join(f'{{"a":{i},"b":1}}\n' for i in range(3))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(lines)
            file.flush()
            from_file = self.succeed("call", "calc.Calc.Add", "@" + file.name)
        self.assertEqual([json.loads(line)["result"] for line in from_file.splitlines()], [1, 2, 3])
        self.assertEqual(self.succeed("call", "calc.Calc.Add", "-", stdin=lines), from_file)

    def test_an_answered_error(self):
        error = self.refuse(1, "call", "calc.Calc.Expression", '{"expression":"2*("}')
        self.assertTrue(error.startswith("INVALID_ARGUMENT: "), error)

    def test_one_bad_line_among_good_ones(self):
        result = self.run_command("call", "calc.Calc.Expression", "-",
                                  stdin='{"expression":"1"}\n{"expression":")"}\n'
                                        '{"expression":"2"}\n')
        self.assertEqual(result.returncode, 1)
        self.assertEqual([json.loads(line)["result"] for line in result.stdout.splitlines()],
                         [1, 2])
        self.assertEqual(result.stderr.count("INVALID_ARGUMENT"), 1)

    def test_unknown_method_names_the_nearest(self):
        self.assertIn("calc.Calc has no method Avrage; did you mean Average?",
                      self.refuse(1, "call", "calc.Calc.Avrage"))
        self.assertIn("did you mean calc.Calc?", self.refuse(1, "call", "calc.Clac.Average"))

    def test_wrong_usage(self):
        for arguments, words in (
                (("calc.Calc.Add", "{"), "the request:1: not JSON"),
                (("calc.Calc.Add", '{"c":1}'), "not a calc.AddRequest"),
                (("calc.Calc.Add", '{"c":1}'), "it has the fields a (float), b (float)"),
                (("calc.Calc.Add", "@/nowhere.json"), "/nowhere.json: No such file"),
                (("calc",), "not SERVICE.METHOD"),
                (("calc.Calc.Add", "--header", "x"), "not KEY:VALUE"),
                (("calc.Calc.Add", "--header", "grpc-status:0"), "grpc-"),
                (("calc.Calc.Add", "--timeout", "soon"), "--timeout"),
                (("calc.Calc.Add", "--cancel-after", "0s"), "--cancel-after"),
                (("calc.Calc.Add", "--cancel-after", "1s", "--count", "2"), "excludes"),
                (("calc.Calc.Add", "--retry", "6"), "--retry"),
                (("calc.Calc.Add", "--count", "0"), "--count")):
            self.assertIn(words, self.refuse(2, "call", *arguments))
        self.assertIn("standard input, value 2: this is not a calc.AddRequest",
                      self.refuse(2, "call", "calc.Calc.Add", "-", stdin='{"a":1}\n{"x":1}\n'))

    def test_timeout_is_told(self):
        silent = Connection(self.server.port)
        self.addCleanup(silent.close)
        silent.subscribe("slow.Slow._.schema")
        error = self.refuse(1, "call", "slow.Slow.Do", "--timeout", "50ms")
        self.assertIn("DEADLINE_EXCEEDED", error)

    def test_retry_makes_the_call_again(self):
        service = self.fake("again")
        process = self.start_call("call", "calc.Calc.Add", "--prefix", "again", "--retry", "3",
                                  "--verbose")
        service.answer_schema()
        busy = {"Nats-Service-Error": "busy", "Nats-Service-Error-Code": "429", "grpc-status": "8",
                "grpc-message": "busy", "grpc-retry-pushback-ms": "1"}
        for headers in (busy, busy, None):
            service.publish(service.next().reply, b"", headers=headers)
        output, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, output), (0, '{"operation":"","result":0}\n'))
        lines = errors.splitlines()
        self.assertEqual(len(lines), 2, errors)
        for number, line in enumerate(lines):
            self.assertRegex(line, rf"^attempt {number + 1}: RESOURCE_EXHAUSTED: busy; again after "
                                   r"[\d.]+ ms$")

    def test_a_call_is_given_up(self):
        service = self.fake("silent")
        process = self.start_call("call", "calc.Calc.Add", "--prefix", "silent", "--cancel-after",
                                  "100ms")
        service.answer_schema()
        request = service.next()
        output, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, output), (1, ""))
        self.assertEqual(errors, "CANCELLED: given up after 100 ms (--cancel-after); the instance "
                                 "that served it was told\n")
        notice = service.next()
        self.assertEqual((notice.subject, notice.payload.decode()),
                         ("silent.calc.Calc._.cancel", request.reply))

    def test_ctrl_c_gives_the_call_up_and_those_that_follow(self):
        service = self.fake("mute")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write("{}\n{}\n")
            file.flush()
            process = self.start_call("call", "calc.Calc.Add", "@" + file.name, "--prefix", "mute")
            service.answer_schema()
            request = service.next()
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual((process.returncode, output), (1, ""))
        self.assertEqual(errors, "CANCELLED: interrupted; the instance that served it was told\n")
        self.assertEqual(service.next().payload.decode(), request.reply)

    def test_count_sums_up(self):
        text = self.succeed("call", "calc.Calc.Add", "--count", "200", "--in-flight", "8")
        self.assertRegex(text, r"^200 calls in .* calls/s, p50 .*, p99 .*, slowest .*\nnone failed")
        summary = json.loads(self.succeed("call", "calc.Calc.Add", "-n", "50", "--json"))
        self.assertEqual((summary["calls"], summary["failed"]), (50, 0))
        result = self.run_command("call", "calc.Calc.Expression", "-n", "5", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(json.loads(result.stdout)["failures"]["INVALID_ARGUMENT"]["count"], 5)

    def test_prefix(self):
        other = Calc(self.server.url, "--prefix", "eu.test")
        self.addCleanup(other.stop)
        self.assertIn('"result":3', self.succeed("call", "calc.Calc.Add", '{"a":1,"b":2}',
                                                 "--prefix", "eu.test"))
        self.assertIn("under prefix us; use no --prefix or --prefix eu.test", self.refuse(
            1, "call", "calc.Calc.Add", "--prefix", "us"))

    def test_a_prefix_that_was_forgotten(self):
        server = NatsServer()
        self.addCleanup(server.stop)
        calc = Calc(server.url, "--prefix", "eu")
        self.addCleanup(calc.stop)
        result = fairlead("call", "calc.Calc.Add", "--nats", server.url)
        self.assertEqual(result.returncode, 1)
        self.assertIn("no instance of calc.Calc is up; use --prefix eu", result.stderr)

    def test_a_service_without_schema(self):
        foreign = ForeignService(self.server.port)
        self.addCleanup(foreign.stop)
        self.assertIn("--raw", self.refuse(1, "call", "echo.say", '{"a":1}'))
        self.assertEqual(self.succeed("call", "echo.say", '{"a":1}', "--raw"),
                         'you said {"a":1}\n')
        result = self.run_command("call", "echo.say", '"fail"', "--raw")
        self.assertEqual((result.returncode, result.stdout), (1, "more\n"))
        self.assertEqual(result.stderr, "ABORTED: it would not (code 409)\n")
        self.assertIn("did you mean say?", self.refuse(1, "call", "echo.sax", "--raw"))

    def test_raw_json_to_a_fairlead_service(self):
        self.assertEqual(json.loads(self.succeed("call", "calc.Calc.Add", '{"a":1}', "--raw")),
                         {"operation": "add", "result": 1})


class SchemaTest(ServiceTest):
    def test_proto_compiles(self):
        text = self.succeed("schema", "calc.Calc")
        self.assertIn("service Calc {", text)
        self.assertIn("rpc Average(", text)
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "calc.proto").write_text(text)
            subprocess.run(["protoc", f"-I{folder}", f"-I{PROTO}", "-o/dev/null", "calc.proto"],
                           check=True, cwd=folder)

    def test_json_and_binary(self):
        files = json.loads(self.succeed("schema", "calc-Calc", "--format", "json"))["file"]
        self.assertIn("calc.proto", [file["name"] for file in files])
        result = subprocess.run(
            [FAIRLEAD, "schema", "calc.Calc", "--format", "binary", "--nats", self.server.url],
            capture_output=True, timeout=TIMEOUT, check=True, env=clean_environment({}))
        text = subprocess.run(
            ["protoc", "--decode=google.protobuf.FileDescriptorSet",
             "google/protobuf/descriptor.proto"], input=result.stdout, capture_output=True,
            check=True).stdout
        self.assertIn(b'name: "calc.proto"', text)

    def test_wrong_format(self):
        self.assertIn("--format", self.refuse(2, "schema", "calc.Calc", "--format", "xml"))


class ConnectTest(ServiceTest):
    def test_environment_and_context(self):
        self.assertIn("calc.Calc", fairlead("ls", NATS_URL=self.server.url).stdout)
        self.assertIn("calc.Calc", fairlead("ls", FAIRLEAD_NATS=self.server.url,
                                            NATS_URL="nats://127.0.0.1:1").stdout)
        self.assertIn("calc.Calc", fairlead("--nats", self.server.url, "ls").stdout)
        with tempfile.TemporaryDirectory() as home:
            folder = pathlib.Path(home) / "nats" / "context"
            folder.mkdir(parents=True)
            (folder / "here.json").write_text(json.dumps({"url": self.server.url}))
            (folder / "creds.json").write_text(json.dumps({"socks_proxy": "x"}))
            for arguments, variables in ((("--context", "here"), {}),
                                         ((), {"NATS_CONTEXT": "here"})):
                result = fairlead("ls", *arguments, XDG_CONFIG_HOME=home, **variables)
                self.assertIn("calc.Calc", result.stdout, result.stderr)
            result = fairlead("ls", "--context", "her", XDG_CONFIG_HOME=home)
            self.assertEqual(result.returncode, 2)
            self.assertIn("there are: creds, here", result.stderr)
            result = fairlead("ls", "--context", "creds", XDG_CONFIG_HOME=home)
            self.assertIn("not supported: socks_proxy", result.stderr)

    def test_no_server(self):
        result = fairlead("ls", "--nats", "nats://user:secret@127.0.0.1:1")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("UNAVAILABLE", result.stderr)
        self.assertNotIn("secret", result.stderr)

    def test_completion_asks_what_runs(self):
        result = fairlead("__complete", "--", "call", "--nats", self.server.url, "calc.Calc.A")
        self.assertEqual(result.stdout, "calc.Calc.Add\ncalc.Calc.Average\n")
        result = fairlead("__complete", "--", "info", "", NATS_URL=self.server.url)
        self.assertEqual(result.stdout, "calc.Calc\n")

    def test_bash_completes(self):
        script = f'''
            PATH={pathlib.Path(FAIRLEAD).parent}:$PATH
            source <(fairlead completion bash)
            COMP_WORDS=(fairlead call calc.Calc.Av) COMP_CWORD=2
            _fairlead
            echo "${{COMPREPLY[@]}}"'''
        result = subprocess.run(["bash", "-c", script], capture_output=True, text=True,
                                timeout=TIMEOUT, check=True,
                                env=clean_environment({"NATS_URL": self.server.url}))
        self.assertEqual(result.stdout, "calc.Calc.Average\n", result.stderr)


class BenchTest(ServiceTest):
    """`fairlead bench` against the calc example."""

    def bench(self, *arguments, code=0):
        result = self.run_command("bench", "calc.Calc.Add", *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def calls_served(self):
        (stats,) = json.loads(self.succeed("stats", "calc.Calc", "--json"))
        return {e["name"]: e["num_requests"] for e in stats["endpoints"]}["Add"]

    def test_a_closed_loop_of_so_many_calls(self):
        before = self.calls_served()
        result = self.bench("--calls", "1000", "--connections", "2", "--json")
        self.assertEqual(result.stderr, 'fairlead: the request is {"a":1.5,"b":2.5}\n')
        figures = json.loads(result.stdout)
        self.assertEqual((figures["method"], figures["loop"]), ("calc.Calc.Add", "closed"))
        self.assertEqual((figures["calls"], figures["failed"], figures["warm_up"]), (1000, 0, 0))
        self.assertGreater(figures["calls_per_second"], 0)
        times = [figures[name] for name in ("p50", "p90", "p99", "p99.9", "max")]
        self.assertEqual(times, sorted(times))
        self.assertGreater(times[0], 0)
        self.assertGreater(figures["bytes_out"], 1000 * 10)
        self.assertEqual(self.calls_served() - before, 1000)

    def test_an_open_loop_keeps_its_rate(self):
        result = self.bench('{"a":1}', "--rate", "500", "--duration", "1s", "--warm-up", "200ms",
                            "--json")
        self.assertEqual(result.stderr, "")
        figures = json.loads(result.stdout)
        self.assertEqual((figures["loop"], figures["rate"], figures["failed"]), ("open", 500, 0))
        # What a busy machine cannot send is told.
        self.assertAlmostEqual(figures["calls"] + figures["not_sent"], 500, delta=1)

    def test_text(self):
        text = self.bench("--duration", "200ms", "--warm-up", "0").stdout
        self.assertIn("calc.Calc.Add, closed loop, 64 in flight, 1 connection\n", text)
        self.assertRegex(text, r"calls/s +\d")
        self.assertIn("none failed\nTimes are those of a closed loop", text)

    def test_errors_by_code(self):
        result = self.run_command("bench", "calc.Calc.Expression", '{"expression":"("}', "--calls",
                                  "10", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(json.loads(result.stdout)["failures"]["INVALID_ARGUMENT"]["count"], 10)
        result = self.run_command("bench", "calc.Calc.Expression", "-", "--calls", "10",
                                  stdin='{"expression":"("}\n{"expression":"1"}\n')
        self.assertEqual(result.returncode, 0)
        self.assertIn("5 failed\n  5 INVALID_ARGUMENT: ", result.stdout)

    def test_a_slow_service_is_slow_from_when_calls_were_due(self):
        service = self.fake("slow")
        process = self.start_call("bench", "calc.Calc.Add", "--prefix", "slow", "--rate", "100",
                                  "--calls", "5", "--in-flight", "1", "--json")
        service.answer_schema()
        first = service.next()
        time.sleep(0.3)  # the service's time; all five were due within 40 ms
        service.publish(first.reply, b"")
        for _ in range(4):
            service.publish(service.next().reply, b"")
        output, errors = process.communicate(timeout=TIMEOUT)
        figures = json.loads(output)
        self.assertEqual((process.returncode, figures["calls"]), (0, 5), errors)
        self.assertGreater(figures["p50"], 200e6)
        self.assertGreater(figures["late"]["p50"], 200e6)

    def test_one_way_calls_are_timed_until_the_server_has_them(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "note.proto").write_text(
                'syntax = "proto3";\npackage note;\nimport "fairlead/options.proto";\n'
                'import "google/protobuf/empty.proto";\nmessage Text { string text = 1; }\n'
                "service Notes { rpc Note(Text) returns (google.protobuf.Empty) {\n"
                "  option (fairlead.method) = { oneway: true }; } }\n")
            subprocess.run(["protoc", f"-I{folder}", f"-I{PROTO}", "--include_imports",
                            f"-o{folder}/note.set", "note.proto"], check=True)
            schema = (pathlib.Path(folder) / "note.set").read_bytes()
        service = Connection(self.server.port)
        self.addCleanup(service.close)
        service.subscribe("note.Notes._.schema")
        service.subscribe("note.Notes.Note")
        process = self.start_call("bench", "note.Notes.Note", "--calls", "100")
        service.publish(service.next().reply, schema)
        for _ in range(100):
            self.assertEqual(service.next().payload, b"\x0a\x04text")
        output, errors = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn("note.Notes.Note is not marked as idempotent", errors)
        self.assertIn("  calls    100 in ", output)
        self.assertIn("Times are until nats-server has taken a one-way call.\n", output)

    def test_ctrl_c_prints_what_was_measured(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen(
            [FAIRLEAD, "bench", "calc.Calc.Add", "--duration", "100s", "--warm-up", "0", "--json",
             "--nats", self.server.url], text=True, stdout=subprocess.PIPE, stderr=theirs,
            env=clean_environment({}))
        os.close(theirs)
        self.addCleanup(process.stdout.close)
        drawn = b""
        while b"of 1m40s" not in drawn:  # the line that shows how far it is
            drawn += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        figures = json.loads(process.stdout.read())
        self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertTrue(figures["interrupted"])
        self.assertGreater(figures["calls"], 0)
        self.assertEqual(figures["failed"], 0)
        self.assertLess(figures["elapsed"], 60e9)

    def test_mistakes(self):
        for arguments, words in ((("--rate", "0"), "--rate"), (("--duration", "x"), "--duration"),
                                 (("--warm-up", "-1s"), "--warm-up"), (("{",), "not JSON"),
                                 (("--connections", "3", "--in-flight", "2"), "--in-flight"),
                                 (('{"c":1}',), "not a calc.AddRequest")):
            self.assertIn(words, self.refuse(2, "bench", "calc.Calc.Add", *arguments))
        self.assertIn("did you mean Add?", self.refuse(1, "bench", "calc.Calc.Ad"))


class UsageTest(unittest.TestCase):
    def test_help_and_version(self):
        self.assertRegex(fairlead("--version").stdout, r"^fairlead \d+\.\d+\.\d+\n$")
        for command in ("ls", "info", "stats", "top", "ping", "schema", "call", "bench", "server",
                        "gen", "completion"):
            result = fairlead(command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertIn(f"Usage: fairlead {command}", result.stdout)
            self.assertIn("Exit codes:" if command != "completion" else "bash:", result.stdout)

    def test_mistakes(self):
        for arguments, words in (((), "subcommand is required"),
                                 (("lss",), "no command lss; did you mean ls?"),
                                 (("--nats", "x", "stat"), "did you mean stats?"),
                                 (("ls", "--jsn"), "--jsn"), (("info",), "name is required"),
                                 (("completion", "tcsh"), "tcsh")):
            result = fairlead(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertIn(words, result.stderr)


class ServerTest(unittest.TestCase):
    def test_it_runs_with_jetstream(self):
        with tempfile.TemporaryDirectory() as store:
            process = subprocess.Popen(
                [FAIRLEAD, "server", "--port", "-1", "--store", store, "--", "--name", "mine"], stderr=subprocess.PIPE,
                text=True, env=clean_environment({}))
            log = []
            for line in process.stderr:
                log.append(line)
                if "Server is ready" in line:
                    break
            process.terminate()
            process.stderr.read()
            process.wait(TIMEOUT)
            process.stderr.close()
        self.assertIn("Server is ready", log[-1])
        self.assertIn(f"--store_dir {store}", log[0])
        self.assertIn("JetStream", "".join(log))
        self.assertRegex("".join(log), r"Name: +mine")


class GenTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "greet.proto").write_text(
            'syntax = "proto3";\npackage greet;\nimport "fairlead/options.proto";\n'
            "message Name { string name = 1; }\n"
            "service Greeter {\n"
            '  option (fairlead.service) = { description: "Says hello." };\n'
            "  rpc Hello(Name) returns (Name);\n}\n")

    def test_it_generates(self):
        out = self.folder / "made" / "here"
        result = fairlead("gen", str(self.folder / "greet.proto"), "--out", str(out), "--impl",
                          "greeter.hpp:Greeter", "--version", "1.2.3")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        names = {path.name for path in out.iterdir()}
        self.assertLessEqual({"greet.pb.h", "greet.pb.cc", "greet.fairlead.hpp",
                              "greet.fairlead.cpp"}, names)
        self.assertIn("1.2.3", (out / "greet.fairlead.cpp").read_text())

    def test_mistakes(self):
        result = fairlead("gen", str(self.folder / "gret.proto"))
        self.assertEqual(result.returncode, 2)
        self.assertIn("gret.proto: no such file", result.stderr)
        (self.folder / "bad.proto").write_text('syntax = "proto3";\nmessage {}\n')
        result = fairlead("gen", str(self.folder / "bad.proto"), "--out", str(self.folder))
        self.assertEqual(result.returncode, 1)
        self.assertIn("bad.proto:2:", result.stderr)


class Doctor(unittest.TestCase):
    """`fairlead doctor`, against servers that are well and servers that are not."""

    def start(self, *arguments, config=None):
        if config:
            file = tempfile.NamedTemporaryFile("w", suffix=".conf")
            self.addCleanup(file.close)
            file.write(config)
            file.flush()
            arguments += ("-c", file.name)
        server = NatsServer(*arguments)
        self.addCleanup(server.stop)
        return server

    def examine(self, url, *arguments):
        """The exit code, and what was found at the first server by its step."""
        result = fairlead("doctor", "--json", "--nats", url, *arguments)
        self.assertNotIn("sesame", result.stdout + result.stderr)
        found = json.loads(result.stdout)[0]
        return result.returncode, {entry["step"]: entry for entry in found["findings"]}

    def assert_bad(self, found, step, text):
        self.assertEqual(found[step]["grade"], "bad", found)
        self.assertRegex(found[step]["text"], text)
        self.assertTrue(found[step]["advice"])

    def test_a_server_that_is_well(self):
        code, found = self.examine(self.start().url)
        self.assertEqual(code, 0, found)
        self.assertEqual({entry["grade"] for entry in found.values()}, {"ok"}, found)
        self.assertRegex(found["server"]["text"], r"nats-server \d+\.\d+\.\d+")
        result = fairlead("doctor", "--nats", self.start("-js", "-sd", tempfile.mkdtemp()).url)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertRegex(result.stdout, "ok +JetStream +enabled; this account has 0 streams")

    def test_nobody_listens(self):
        code, found = self.examine("nats://127.0.0.1:1")
        self.assertEqual(code, 1)
        self.assert_bad(found, "TCP", "Connection refused")
        self.assertEqual(list(found), ["TCP"])

    def test_a_name_that_does_not_exist(self):
        code, found = self.examine("nats://no-such-host.invalid")
        self.assertEqual(code, 1)
        self.assert_bad(found, "TCP", "no-such-host.invalid.* was not resolved")

    def test_the_monitoring_port_is_no_nats(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def answer():
                peer, _ = listener.accept()
                with peer:
                    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            thread = threading.Thread(target=answer)
            thread.start()
            code, found = self.examine(f"nats://127.0.0.1:{listener.getsockname()[1]}")
            thread.join(TIMEOUT)
        self.assertEqual(code, 1)
        self.assert_bad(found, "server", "does not speak NATS")

    def test_a_wrong_password(self):
        server = self.start("--user", "me", "--pass", "right")
        code, found = self.examine(server.url.replace("//", "//me:sesame@"))
        self.assertEqual(code, 1)
        self.assert_bad(found, "login", "Authorization Violation")

    def test_permissions(self):
        server = self.start(config='''authorization { users = [
            { user: mute, password: sesame, permissions: { publish: { deny: "$SRV.>" },
                                                           subscribe: ">" } }
            { user: deaf, password: sesame, permissions: { publish: ">",
                                                           subscribe: { deny: "_INBOX.>" } } } ] }''')
        code, found = self.examine(server.url.replace("//", "//mute:sesame@"))
        self.assertEqual(code, 1)
        self.assert_bad(found, "discovery", r'Permissions Violation for Publish to "\$SRV.PING"')
        code, found = self.examine(server.url.replace("//", "//deaf:sesame@"))
        self.assertEqual(code, 1)
        self.assert_bad(found, "inbox", "Permissions Violation for Subscription")

    def test_an_inbox_too_narrow_for_requests(self):
        server = self.start(config='''authorization { users = [
            { user: narrow, password: sesame, permissions: { subscribe: "_INBOX.*" } } ] }''')
        code, found = self.examine(server.url.replace("//", "//narrow:sesame@"))
        self.assertEqual(code, 1)
        self.assert_bad(found, "inbox", "Permissions Violation for Subscription")

    def test_a_service_that_does_not_answer(self):
        server = self.start()
        silent = Connection(server.port)
        self.addCleanup(silent.close)
        silent.subscribe("$SRV.PING")
        code, found = self.examine(server.url)
        self.assertEqual(code, 0, found)
        self.assertEqual(found["discovery"]["grade"], "warning", found)
        self.assertIn("nobody answered", found["discovery"]["text"])

    def test_a_comma_in_a_password_shows_nothing_of_it(self):
        result = fairlead("doctor", "--nats", "nats://me:ses,ame@127.0.0.1:1")
        self.assertNotEqual(result.returncode, 0)
        self.assertNotIn("me:ses", result.stdout + result.stderr)
        self.assertIn("%2C", result.stderr)

    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            cert, key = f"{folder}/cert.pem", f"{folder}/key.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", "/CN=n1",
                            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                           check=True, capture_output=True)
            server = self.start("--tls", "--tlscert", cert, "--tlskey", key)
            code, found = self.examine(server.url)
            self.assertEqual(code, 1)
            self.assert_bad(found, "TLS", "is not trusted")
            code, found = self.examine(server.url, "--tls-ca", cert)
            self.assertEqual(code, 0, found)
            self.assertEqual(found["TLS"]["grade"], "warning", found)
            self.assertRegex(found["TLS"]["text"], r"TLSv1.3.*127\.0\.0\.1.* \(9 days\)")


if __name__ == "__main__":
    unittest.main()
