"""Fairlead beside its peers, in one run: `make bench` calls this. docs/benchmarks.md says what is measured and how.

  python3 bench/compare [BUILD_DIR] [--quick] [--only NAME …] [--workload KIND …] [--rounds N] [--seconds S]
                        [--json FILE] [--update]

Tables and verdicts go to the standard output, progress to the standard error stream. --update writes
docs/benchmarks.md between its marks, docs/benchmarks.json and docs/benchmarks-*.svg anew.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import chart
import contestants
import generated
import machine
import report
import rounds
import sizes
import targets
import wire
import workloads
from programs import Failure
from series import Results

sys.path.insert(0, str(contestants.ROOT / "tests" / "integration"))
from nats_socket import NatsServer, find_server  # noqa: E402

DOCS = contestants.ROOT / "docs"


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/compare", description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path, nargs="?", default=contestants.ROOT / "build" / "release",
                        help="a folder with a release build")
    parser.add_argument("--rounds", type=int, help="default 5")
    parser.add_argument("--seconds", type=float, help="that a load measures; default 1")
    parser.add_argument("--quick", action="store_true", help="one round of 0.2 s, without sizes: whether all works, not how fast")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="contestants, as in bench/peers/peers.json")
    parser.add_argument("--workload", nargs="+", choices=workloads.KINDS, metavar="KIND",
                        help=", ".join(workloads.KINDS))
    parser.add_argument("--cpus", help="processors that all share, such as 0,1; default: the first two")
    parser.add_argument("--json", type=pathlib.Path, help="write all values of all rounds")
    parser.add_argument("--update", action="store_true", help="write docs/benchmarks* anew")
    options = parser.parse_args(arguments)
    options.build = options.build.resolve()
    if options.update and (options.quick or options.only or options.workload):
        parser.error("--update writes what a whole run has found: not with --quick, --only or --workload")
    # Sizes take minutes of the compiler.
    options.workload = options.workload or [kind for kind in workloads.KINDS if not options.quick or kind != "size"]
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.seconds = options.seconds or (0.2 if options.quick else 1)
    if options.rounds < 1 or not options.seconds > 0:
        parser.error("--rounds and --seconds are above 0")
    options.everyone = contestants.ours(options.build) + contestants.peers()
    unknown = set(options.only or ()) - {one.name for one in options.everyone}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are "
                     + ", ".join(one.name for one in options.everyone))
    if options.only:
        options.everyone = [one for one in options.everyone if one.name in options.only]
    return options


def measure(options, results, present, nats_url):
    rounds_ = rounds.Rounds(results, present, nats_url, options.rounds, options.seconds)
    kinds = options.workload
    # Matrix order: closed loops come first, since they find the peaks that open ones are shares of.
    for workload in workloads.select(kinds):
        rounds_.measure(workload)
    if "start" in kinds:
        rounds_.measure_start()
    if "memory" in kinds:
        rounds_.measure_memory()
    if "wire" in kinds:
        wire.measure(results, present, nats_url)
    if "size" in kinds:
        sizes.measure(results, present)
        if any(one.name == "fairlead" for one in present):
            try:
                generated.measure(results, options.build, nats_url, min(options.rounds, 3))
            except (Failure, OSError, subprocess.SubprocessError) as failure:
                results.miss("fairlead", str(failure), "generated")


def write(options, text, results, heads, verdicts, everyone):
    values = {"heads": heads, **results.as_json(),
              "targets": [{"target": one.text, "wanted": one.wanted, "found": one.found, "verdict": one.word}
                          for one in verdicts]}
    encoded = json.dumps(values, indent=1, ensure_ascii=False) + "\n"
    if options.json:
        options.json.write_text(encoded)
    if options.update and "interrupted" not in heads:
        page = DOCS / "benchmarks.md"
        pictures = []
        for old in DOCS.glob("benchmarks-*.svg"):
            old.unlink()
        for name, title, svg in chart.charts(results, everyone, report.number):
            (DOCS / f"benchmarks-{name}.svg").write_text(svg)
            pictures.append(f"![{title}](benchmarks-{name}.svg)")
        page.write_text(report.replace_between_marks(page.read_text(), "\n".join([*pictures, "", text])))
        (DOCS / "benchmarks.json").write_text(encoded)


def main():
    options = parse(sys.argv[1:])
    start = time.monotonic()
    results = Results()
    cpus = machine.pin({int(cpu) for cpu in options.cpus.split(",")} if options.cpus else None)
    present = []
    for one in options.everyone:
        reason = one.missing()
        if reason:
            results.miss(one.name, reason)
        else:
            present.append(one)
    if not present:
        sys.exit("bench/compare: nobody is there to be measured; make build and bench/peers/build make them")
    heads = machine.describe(options.build, find_server(), cpus)
    heads["versions"] = ", ".join(dict.fromkeys(one.version() for one in present))
    heads["rounds"] = f"{options.rounds} of {options.seconds:g} s; median (least–most)"
    server = NatsServer()
    try:
        measure(options, results, present, server.url)
    except KeyboardInterrupt:
        heads["interrupted"] = "this is what was measured until then"
    finally:
        server.stop()
    heads["took"] = f"{(time.monotonic() - start) / 60:.0f} minutes"
    verdicts = targets.judge(results)
    text = report.Report(results, options.everyone, heads, verdicts).text()
    print(text)
    write(options, text, results, heads, verdicts, options.everyone)


if __name__ == "__main__":
    main()
