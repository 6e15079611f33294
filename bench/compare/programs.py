"""Running the programs: a service that is watched from outside, and a load that reports at its end."""

import contextlib
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 60  # seconds; no program takes so long for anything
TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """A program did not do what the protocol asks of it."""


def tell(what):
    """Progress."""
    print(what, file=sys.stderr, flush=True)


def memory(pid, field="VmRSS"):
    """Bytes, as /proc/PID/status has it: VmRSS now, VmHWM at most so far."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise Failure(f"process {pid} has ended")


class Service:
    """A service in a process of its own."""

    def __init__(self, contestant, place):
        # Ours logs every call that fails for want of room: read where it does not start.
        self._errors = tempfile.TemporaryFile() if contestant.ours else None
        self._command = contestant.command("serve", at=place)
        start = time.perf_counter()
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=self._errors, text=True)
        try:
            self.address = self._wait_until_ready()
        except Failure:
            self.stop()
            if self._errors:
                self._errors.seek(0)
                tell(self._errors.read().decode(errors="replace")[-2000:])
            raise
        self.start_seconds = time.perf_counter() - start

    def _wait_until_ready(self):
        output = self._process.stdout
        readable, _, _ = select.select([output], [], [], PATIENCE)
        line = output.readline() if readable else ""
        if not line.startswith("ready "):
            raise Failure(f"{' '.join(self._command)} did not start")
        return line.split()[1]

    @property
    def pid(self):
        return self._process.pid

    def cpu_seconds(self):
        """Of the process so far, its threads that have ended included."""
        stat = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text()
        fields = stat[stat.rindex(")") + 2:].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, field="VmRSS"):
        return memory(self._process.pid, field)

    def stop(self):
        """Closes its input, which ends it."""
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


@contextlib.contextmanager
def services(contestant, nats_url, count=1):
    """So many instances; none if the load hosts the service."""
    with contextlib.ExitStack() as stack:
        place = nats_url if contestant.needs_nats else "127.0.0.1:0"
        found = []
        for _ in range(count if contestant.serves else 0):
            found.append(Service(contestant, place))
            stack.callback(found[-1].stop)
        yield found


def load(contestant, address, work, in_flight, seconds, rate=None):
    """What the load reports, and as `memory_bytes` the highest mark of its resident set."""
    command = contestant.command("load", at=address, work=work, in_flight=in_flight, seconds=seconds,
                                 rate=rate)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    killer = threading.Timer(PATIENCE + 3 * seconds, process.kill)
    killer.start()
    with process.stdout:
        lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or not lines:
        raise Failure(f"{' '.join(command)} ended with {process.returncode}")
    return {**json.loads(lines[-1]), "memory_bytes": usage.ru_maxrss * 1024}
