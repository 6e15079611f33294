#!/usr/bin/env python3
"""How long `calc run` takes from its start to the first answered call.

  bench/cold_start.py BUILD_DIR [ROUNDS]

The caller asks again as soon as NATS says that nobody is there, so the figure has the whole way in
it: start of the process, connection, subscriptions, the call.
"""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "integration"))
from nats_socket import Connection, NatsServer  # noqa: E402


def first_answer(calc, server):
    """Seconds from the start of the process `calc` to its first answer."""
    connection = Connection(server.port)
    start = time.perf_counter()
    process = subprocess.Popen([calc, "run", "--nats", server.url], stderr=subprocess.DEVNULL)
    try:
        while True:
            reply = connection.request("calc.Calc.Average", b'{"values":[1,2,3]}')
            if reply.payload:
                return time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()
        connection.close()


def main():
    calc = os.path.join(sys.argv[1], "bin", "calc")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    server = NatsServer()
    try:
        times = sorted(first_answer(calc, server) * 1000 for _ in range(rounds))
    finally:
        server.stop()
    print(f"cold start of calc to the first answered call, {rounds} rounds: "
          f"median {times[len(times) // 2]:.0f} ms, slowest {times[-1]:.0f} ms")


if __name__ == "__main__":
    main()
