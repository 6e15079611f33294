"""Sizes of binaries."""

import os
import pathlib
import shutil
import subprocess
import tempfile

# Libraries that every program has.
COMMON = ("linux-vdso", "ld-linux", "libc.so", "libm.so", "libgcc_s", "libstdc++", "libpthread", "libdl.so")


def stripped_size(program):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "program"
        shutil.copy(program, copy)
        # Scripts have nothing to strip.
        subprocess.run(["strip", copy], stderr=subprocess.DEVNULL, check=False)
        return copy.stat().st_size


def library_sizes(program):
    """Of the shared libraries that it needs beside those of every program."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    paths = [line.split("=>")[1].split()[0] for line in listed.splitlines() if "=> /" in line]
    return sum(os.stat(path).st_size for path in paths
               if not os.path.basename(path).startswith(COMMON))


def measure(results, contestants):
    for contestant in contestants:
        if contestant.program.read_bytes()[:4] != b"\x7fELF":
            results.miss(contestant.name, "it is a script, run by an interpreter", "binary")
            continue
        results.add(contestant.name, "binary", "binary_bytes", stripped_size(contestant.program))
        results.add(contestant.name, "binary", "libraries_bytes", library_sizes(contestant.program))
