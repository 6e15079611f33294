#!/usr/bin/env python3
"""The examples of the NATS client do what their first lines say."""

import os
import subprocess
import unittest

from nats_socket import TIMEOUT, NatsServer


def run(name, *arguments):
    result = subprocess.run([os.environ[name], *arguments], capture_output=True, text=True,
                            timeout=TIMEOUT, check=False)
    return result.returncode, result.stdout.splitlines(), result.stderr


class Examples(unittest.TestCase):
    def setUp(self):
        self.server = NatsServer()
        self.addCleanup(self.server.stop)

    def test_nats(self):
        code, lines, errors = run("FAIRLEAD_TEST_NATS_EXAMPLE", self.server.url)
        self.assertEqual(code, 0, errors)
        self.assertEqual(lines[1:4], ["weather.kiel: storm", "weather.rome: sun", "shout: AHOY"])
        self.assertRegex(lines[4], "nobody: UNAVAILABLE: no responders")

    def test_nats_events(self):
        code, lines, errors = run("FAIRLEAD_TEST_NATS_EVENTS_EXAMPLE", self.server.url, "2")
        self.assertEqual(code, 0, errors)
        self.assertEqual(lines, [f"connected 127.0.0.1:{self.server.port}", "tick 1", "tick 2",
                                 "closed"])


if __name__ == "__main__":
    unittest.main()
