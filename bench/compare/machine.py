"""Where and with what was measured."""

import os
import pathlib
import platform
import re
import subprocess


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        return (done.stdout or done.stderr).splitlines()[0].strip()
    except (OSError, subprocess.SubprocessError, IndexError):
        return f"{command[0]}: not found"


def pin(cpus):
    """Confines this process, and so all that it starts, to some processors. Returns those."""
    allowed = sorted(os.sched_getaffinity(0))
    chosen = set(allowed[:2]) if cpus is None else cpus
    os.sched_setaffinity(0, chosen)
    return sorted(chosen)


def describe(build, server, cpus):
    """Pairs of a name and a value."""
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", cpuinfo, re.M)
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    cache = (build / "CMakeCache.txt").read_text() if (build / "CMakeCache.txt").exists() else ""

    def cached(name):
        found = re.search(rf"^{name}:[A-Z]+=(.*)$", cache, re.M)
        return found.group(1) if found else ""

    kind = cached("CMAKE_BUILD_TYPE")
    return {
        "processor": f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} in all",
        "memory": f"{int(memory.group(1)) / (1 << 20):.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": f"{first_line('c++', '--version')}, {cached('CMAKE_CXX_FLAGS_' + kind.upper())}",
        "server": first_line(server, "--version").replace(": v", " "),
        "yardsticks": first_line(str(build / "bin" / "bench_yardstick")).replace(" us", " µs"),
        "pinning": f"server, service and load share processors {', '.join(map(str, cpus))}, alike for all"}
