#!/usr/bin/env python3
"""Versions side by side, and a canary by subject mapping, as docs/versions.md tells of them."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import unittest

from nats_socket import TIMEOUT, NatsServer

FAIRLEAD = os.environ["FAIRLEAD_TEST_COMMAND"]
USERS = os.environ["FAIRLEAD_TEST_USERS"]
CONFIGURATION = pathlib.Path(os.environ["FAIRLEAD_TEST_DEPLOY"]) / "canary/nats-server.conf"
ENVIRONMENT = {key: value for key, value in os.environ.items()
               if not key.startswith(("FAIRLEAD_", "NATS_"))}
V1 = ("acme.users.v1.Users.Get", '{"id":"ada"}', '{"id":"ada","name":"Ada Lovelace"}\n')
V2 = ("acme.users.v2.Users.Get", '{"id":"ada"}',
      '{"id":"ada","givenName":"Ada","familyName":"Lovelace"}\n')
CALLS = 2000


class VersionsTest(unittest.TestCase):
    def start_server(self, *arguments):
        self.server = NatsServer(*arguments)
        self.addCleanup(self.server.stop)

    def start_users(self, *arguments):
        process = subprocess.Popen([USERS, "run", "--nats", self.server.url, *arguments],
                                   stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        log = []
        for line in process.stderr:
            log.append(line)
            if "serving" in line:
                break
        else:
            raise AssertionError("users did not start:\n" + "".join(log))
        reader = threading.Thread(target=process.stderr.read, daemon=True)
        reader.start()

        def stop():
            process.terminate()
            process.wait(TIMEOUT)
            reader.join(TIMEOUT)
            process.stderr.close()
        self.addCleanup(stop)
        return stop

    def run_command(self, *arguments):
        return subprocess.run([FAIRLEAD, *arguments, "--nats", self.server.url], text=True,
                              capture_output=True, timeout=TIMEOUT, env=ENVIRONMENT, check=False)

    def expect(self, version):
        method, request, reply = version
        result = self.run_command("call", method, request)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, reply, ""))

    def expect_nobody(self, version):
        result = self.run_command("call", *version[:2])
        self.assertEqual(result.returncode, 1)
        self.assertIn("is up", result.stderr)

    def test_in_one_process(self):
        self.start_server()
        self.start_users()
        self.expect(V1)
        self.expect(V2)

    def test_in_two_processes(self):
        self.start_server()
        self.start_users("--only", V1[0])
        self.expect(V1)
        self.expect_nobody(V2)
        stop = self.start_users("--only", V2[0])
        self.expect(V1)
        self.expect(V2)
        stop()
        self.expect_nobody(V2)
        self.expect(V1)

    def calls_by_prefix(self):
        """How many calls instances without a prefix and those of the canary have served."""
        counts = {False: 0, True: 0}
        result = self.run_command("stats", "acme.users.v1.Users", "--json")
        for instance in json.loads(result.stdout):
            for endpoint in instance["endpoints"]:
                counts[endpoint["subject"].startswith("canary.")] += endpoint["num_requests"]
        return counts[False], counts[True]

    def bench(self):
        """Makes CALLS calls; returns how many each side has got of them."""
        before = self.calls_by_prefix()
        result = self.run_command("bench", *V1[:2], "--calls", str(CALLS), "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["failed"], 0)
        after = self.calls_by_prefix()
        return after[0] - before[0], after[1] - before[1]

    def assert_share(self, calls, share):
        # Seven standard deviations: less than one run in a hundred thousand million is outside.
        deviation = (CALLS * share * (1 - share)) ** 0.5
        self.assertAlmostEqual(calls, CALLS * share, delta=7 * deviation)

    def test_a_canary_gets_its_share(self):
        with tempfile.TemporaryDirectory() as folder:
            configuration = pathlib.Path(folder) / "nats-server.conf"
            configuration.write_text(CONFIGURATION.read_text())
            self.start_server("-c", str(configuration))
            self.start_users()
            self.start_users("--prefix", "canary")
            self.expect(V1)
            stable, canary = self.bench()
            self.assertEqual(stable + canary, CALLS)
            self.assert_share(canary, 0.1)

            # More of it, without a restart.
            text = configuration.read_text()
            configuration.write_text(text.replace("90%", "50%").replace("10%", "50%"))
            self.server.process.send_signal(signal.SIGHUP)
            for line in self.server.process.stderr:
                if "Reloaded server configuration" in line:
                    break
            stable, canary = self.bench()
            self.assertEqual(stable + canary, CALLS)
            self.assert_share(canary, 0.5)


if __name__ == "__main__":
    unittest.main()
