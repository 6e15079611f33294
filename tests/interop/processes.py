"""Starts what a test needs, on ports that the system picks, and ends only what it started."""

import json
import os
import pathlib
import subprocess
import tempfile
import time


def until(what, probe):
    """Asks again until `probe` gives something, for ten seconds at most."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited 10 s for {what}")


class Process:
    """A process of the test's own, in the test's environment or another; its output is kept in a
    file."""

    def __init__(self, *command, env=None):
        self._output = tempfile.TemporaryFile()
        self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL,
                                         stdout=self._output, stderr=subprocess.STDOUT, env=env)

    def output(self):
        return os.pread(self._output.fileno(), 1 << 20, 0).decode()

    def running(self):
        return self._process.poll() is None

    def stop(self):
        """Asks it to stop and returns its exit code."""
        self._process.terminate()
        code = self._process.wait(timeout=40)
        self._output.close()
        return code


class NatsServer(Process):
    """A nats-server: that of FAIRLEAD_NATS_SERVER, else the distribution's."""

    def __init__(self):
        usual = "/usr/sbin/nats-server"
        program = os.environ.get(
            "FAIRLEAD_NATS_SERVER", usual if os.path.exists(usual) else "nats-server")
        with tempfile.TemporaryDirectory() as folder:
            super().__init__(program, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", folder)
            self.url = until("nats-server", lambda: self._read_url(pathlib.Path(folder)))

    @staticmethod
    def _read_url(folder):
        for file in folder.glob("*.ports"):
            try:
                return json.loads(file.read_text())["nats"][0]
            except ValueError:
                return None  # not written to its end
        return None
