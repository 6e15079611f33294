#!/usr/bin/env python3
"""The NATS client beside nats.go and libnats: messages and requests per second, and idle memory.

  bench/nats.py BUILD_DIR [--rounds N] [--seconds S] [--only KIND …] [--json FILE] [--update FILE]

Each peer is a small program of ours that uses its library as its documentation advises
(bench/peers); bench/peers/build makes them. All measure the same:

  publish    from the first publish to the end of a flush, with nobody subscribed
  subscribe  what one subscriber receives of a flood; the flood is Fairlead's for all
  request    requests answered by a responder of the same library in another process
  idle       resident memory that connections add: the first, and each of the next hundred

Peers take turns within a round; the table has the median of the rounds. --update writes it between
the lines `<!-- nats bench -->` and `<!-- end of nats bench -->` of a Markdown file.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "integration"))
from nats_socket import NatsServer, find_server  # noqa: E402

OURS, GO, C = "Fairlead", "nats.go", "libnats"
SIZES = (16, 128, 4 << 10, 64 << 10)
TLS_SIZE = 128
PATIENCE = 90  # seconds; a run takes little more than it measures


class Peer:
    """One library's programs."""

    def __init__(self, name, programs):
        self.name, self._programs = name, programs
        self.missing = not all(os.access(program, os.X_OK) for program in programs.values())

    def command(self, mode, **options):
        arguments = [f"--{key.replace('_', '-')}={value}" for key, value in options.items() if value]
        return [self._programs.get(mode) or self._programs[None], mode, *arguments]


def peers(build):
    """Those to measure, Fairlead first."""
    programs = build / "bin"
    ours = {"publish": "bench_nats_pubsub", "subscribe": "bench_nats_pubsub",
            "flood": "bench_nats_pubsub", "request": "bench_nats_request",
            "respond": "bench_nats_request", "idle": "bench_nats_idle"}
    built = ROOT / "build" / "peers" / "bench"
    return [Peer(OURS, {mode: str(programs / program) for mode, program in ours.items()}),
            Peer(GO, {None: str(built / "nats_go")}), Peer(C, {None: str(built / "libnats")})]


class Failure(Exception):
    """A program did not do what it should."""


def result_of(process):
    """What a program prints at its end."""
    output, _ = process.communicate(timeout=PATIENCE)
    if process.returncode != 0 or not output.strip():
        raise Failure(f"{' '.join(process.args)} ended with {process.returncode}")
    return json.loads(output.splitlines()[-1])


def start(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextlib.contextmanager
def running(command, says_ready):
    """A program that runs until its input is closed."""
    process = start(command)
    try:
        if says_ready and process.stdout.readline() != "ready\n":
            raise Failure(f"{' '.join(command)} did not start")
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


class Line:
    """One line of the table: what is measured, and for each peer what came out, per round."""

    unit = "/s"
    higher_is_better = True

    def __init__(self, kind, name, size=None, tls=False, **options):
        self.kind, self.name, self.tls = kind, name, tls
        self.options = {"size": size, **options}
        self.values = {}

    def measure(self, peer, ours, place):
        common = {**place, **self.options}
        if self.kind == "publish":
            result = result_of(start(peer.command("publish", **common)))
        elif self.kind == "request":
            with running(peer.command("respond", **common), says_ready=True):
                result = result_of(start(peer.command("request", **common)))
        else:
            with running(peer.command("subscribe", **common), says_ready=True) as subscriber:
                with running(ours.command("flood", **common), says_ready=False):
                    result = result_of_reader(subscriber)
        return result["count"] / result["seconds"]

    def add(self, peer, value):
        self.values.setdefault(peer.name, []).append(value)

    def median(self, name):
        return statistics.median(self.values[name]) if name in self.values else None

    def text(self, name):
        value = self.median(name)
        return "missing" if value is None else f"{value:,.0f}".replace(",", " ")

    def ratio(self, name):
        """How much better Fairlead is: over 1 is for it."""
        value = self.median(name)
        return "–" if value is None else f"{self.median(OURS) / value:.2f}"


def result_of_reader(process):
    line = process.stdout.readline()
    if not line:
        raise Failure(f"{' '.join(process.args)} measured nothing")
    return json.loads(line)


class IdleLine(Line):
    """Memory: the smaller the better."""

    def measure(self, peer, ours, place):
        place = {"url": place["url"]}
        after = []
        for connections in (1, 101):
            found = result_of(start(peer.command("idle", connections=connections, **place)))
            after.append(found["after_kib"] - found["before_kib"])
        return after[0] if self.name == "first" else (after[1] - after[0]) / 100

    def ratio(self, name):
        value = self.median(name)
        return "–" if value is None else f"{value / self.median(OURS):.2f}"


def size_text(size):
    return f"{size} B" if size < 1024 else f"{size >> 10} KiB"


def lines(kinds):
    """The table's lines in their order."""
    found = []
    for kind in ("publish", "subscribe"):
        found += [Line(kind, f"{kind}, {size_text(size)}", size) for size in SIZES]
    for in_flight in (1, 64):
        found += [Line("request", f"request, {size_text(size)}, {in_flight} in flight", size,
                       in_flight=in_flight) for size in SIZES]
    found.append(Line("request", f"request, {size_text(TLS_SIZE)}, 512 in flight", TLS_SIZE,
                      in_flight=512))
    found = [line for line in found if line.kind in kinds]
    if "tls" in kinds:
        found.append(Line("publish", f"publish, {size_text(TLS_SIZE)}, TLS", TLS_SIZE, tls=True))
        found += [Line("request", f"request, {size_text(TLS_SIZE)}, {in_flight} in flight, TLS",
                       TLS_SIZE, tls=True, in_flight=in_flight) for in_flight in (1, 64)]
    if "idle" in kinds:
        found += [IdleLine("idle", "first"), IdleLine("idle", "each further")]
    return found


def make_certificates(folder):
    """A CA and a server's certificate for 127.0.0.1, valid for a day."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "1",
            "-subj", "/CN=bench")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", "server.pem", "-days", "1", "-extfile", "names")


@contextlib.contextmanager
def server(*arguments):
    running_server = NatsServer(*arguments)
    try:
        yield running_server
    finally:
        running_server.stop()


def measure(table, found, rounds, seconds):
    present = [peer for peer in found if not peer.missing]
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = {False: {"url": stack.enter_context(server()).url, "seconds": seconds}}
        if any(line.tls for line in table):
            make_certificates(folder)
            url = stack.enter_context(server(
                "--tls", "--tlscert", str(folder / "server.pem"),
                "--tlskey", str(folder / "server.key"))).url
            places[True] = {"url": url.replace("nats:", "tls:"), "seconds": seconds,
                            "tls": folder / "ca.pem"}
        for turn in range(rounds):
            for line in table:
                # Whoever comes first meets a processor that has rested: they take turns in that too.
                shift = turn % len(present)
                for peer in present[shift:] + present[:shift]:
                    line.add(peer, line.measure(peer, found[0], places[line.tls]))


def heads(found, rounds, seconds):
    """What was measured, where."""
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    processor = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    versions = [first_line(*peer.command("version")) for peer in found[1:] if not peer.missing]
    versions += [f"{peer.name} missing (bench/peers/build)" for peer in found[1:] if peer.missing]
    server_version = first_line(find_server(), "--version").replace(": v", " ")
    return [processor.group(1) if processor else platform.machine(), f"{os.cpu_count()} cores",
            server_version, *versions, f"median of {rounds} rounds of {seconds:g} s"]


def markdown(table, head):
    """One table: rates, then memory; the last two columns say how much better Fairlead is."""
    rows = [", ".join(head) + ".", "",
            f"| | {OURS} | {GO} | {C} | to {GO} | to {C} |", "|---|--:|--:|--:|--:|--:|"]
    for line in table:
        name = f"{line.name}, per second"
        if line.kind == "idle":
            name = f"idle connection, {line.name}, KiB"
        cells = [name, *(line.text(peer) for peer in (OURS, GO, C)), line.ratio(GO), line.ratio(C)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def update(path, text):
    pattern = re.compile(r"(<!-- nats bench -->\n).*?(<!-- end of nats bench -->)", re.S)
    old = path.read_text()
    new, count = pattern.subn(lambda match: match[1] + text + "\n" + match[2], old)
    if count != 1:
        raise Failure(f"{path} has no place for the table")
    path.write_text(new)


def main():
    kinds = ("publish", "subscribe", "request", "idle", "tls")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path, help="a folder with a release build")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--only", nargs="+", choices=kinds, default=kinds, metavar="KIND",
                        help=", ".join(kinds))
    parser.add_argument("--json", type=pathlib.Path, help="write all values of all rounds")
    parser.add_argument("--update", type=pathlib.Path, help="write the table into this document")
    arguments = parser.parse_args()
    found = peers(arguments.build)
    if found[0].missing:
        parser.error(f"{arguments.build} has no benchmarks built")
    table = lines(arguments.only)
    try:
        measure(table, found, arguments.rounds, arguments.seconds)
        head = heads(found, arguments.rounds, arguments.seconds)
        text = markdown(table, head)
        print(text)
        if arguments.json:
            values = {f"{line.kind}: {line.name}": line.values for line in table}
            arguments.json.write_text(json.dumps({"head": head, "values": values}, indent=1) + "\n")
        if arguments.update:
            update(arguments.update, text)
    except (Failure, subprocess.SubprocessError) as failure:
        sys.exit(f"bench/nats.py: {failure}")


if __name__ == "__main__":
    main()
