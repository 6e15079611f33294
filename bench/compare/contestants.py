"""Who is measured: Fairlead over each of its routes, bare sockets, and the peers of bench/peers."""

import dataclasses
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench" / "peers" / "peers.json"
BUILT = ROOT / "build" / "peers" / "bench"
ALL_WORKS = ("average", "echo", "block", "wait")

# What peers are called in tables; others go by the name of their program.
TITLES = {"nats_go_micro": "nats.go micro", "libnats_service": "libnats, sent at once",
          "libnats_buffered": "libnats, buffered", "nats_js": "nats.js", "grpc_callback": "grpc++ callback",
          "grpc_queue": "grpc++ queue", "grpc_go": "grpc-go", "connect_go": "connect-go",
          "go_nano": "go-nano", "go_ms": "go-ms"}


@dataclasses.dataclass(frozen=True)
class Contestant:
    """A program that speaks the protocol of bench/peers."""

    name: str
    program: pathlib.Path
    through_nats: bool = True  # its calls go through the nats-server
    needs_nats: bool = True    # it is told a nats-server's URL
    serves: bool = True        # else who loads it hosts the service as well
    ours: bool = False
    works: tuple = ALL_WORKS
    open_loop: bool = True
    arguments: tuple = ()
    title: str = ""

    @property
    def label(self):
        return self.title or TITLES.get(self.name, self.name)

    def missing(self):
        """Why it cannot be measured; None if it can."""
        if os.access(self.program, os.X_OK):
            return None
        try:
            return self.program.with_name(self.program.name + ".missing").read_text().strip()
        except OSError:
            return f"{self.program.name} is not built"

    def command(self, mode, **options):
        flags = [str(word) for key, value in options.items() if value is not None
                 for word in ("--" + key.replace("_", "-"), value)]
        return [str(self.program), mode, *flags, *self.arguments]

    def version(self):
        # Our route is told in the table; only the program's own version is asked for.
        return subprocess.run([str(self.program), "version"], capture_output=True, text=True, check=True,
                              timeout=20).stdout.strip()


def ours(build):
    """Fairlead's own, by route, and the ceiling."""
    calls, raw = build / "bin" / "bench_calls", build / "bin" / "bench_raw"

    def fairlead(name, title, route="nats", plain=False, **what):
        arguments = ("--route", route, *(["--plain"] if plain else []))
        return Contestant(name, calls, ours=True, arguments=arguments, title=title, **what)

    return [
        fairlead("fairlead", "Fairlead"),
        fairlead("fairlead_plain", "Fairlead, plain handler", plain=True),
        fairlead("fairlead_direct", "Fairlead, direct TLS", "direct", through_nats=False),
        fairlead("fairlead_unix", "Fairlead, direct unix", "unix", through_nats=False),
        fairlead("fairlead_local", "Fairlead, local", "local", through_nats=False, needs_nats=False,
                 serves=False, open_loop=False),
        Contestant("raw", raw, ours=True, works=("average",), open_loop=False, title="bare sockets")]


def peers():
    """Those of peers.json, built or not."""
    found = []
    for peer in json.loads(PEERS.read_text()):
        through_nats = peer["through"] == "nats"
        found.append(Contestant(peer["name"], BUILT / peer["name"], through_nats, through_nats,
                                works=tuple(peer["works"])))
    return found
