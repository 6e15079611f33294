#!/usr/bin/env python3
"""Checks that each public header compiles alone: headers.py COMPILER BUILD [FLAG…]"""

import concurrent.futures
import pathlib
import subprocess
import sys

import common

INCLUDE = common.ROOT / "include"


def main(compiler, build, flags):
    clean = common.CleanFiles(build, "headers")
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
               f"-I{INCLUDE}", f"-I{build}/proto", *flags]
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True).stdout
    headers = sorted(INCLUDE.rglob("*.hpp"))

    def check(name):
        key = common.digest(common.closure(name) | {pathlib.Path(__file__)}, version, *command)
        if clean.known(key):
            return []
        result = subprocess.run([*command, "-include", str(name), "-x", "c++", "/dev/null"],
                                capture_output=True, text=True)
        if result.returncode == 0:
            clean.remember(key)
            return []
        return [f"{name.relative_to(INCLUDE)} does not compile alone:\n{result.stderr}"]

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        findings = [finding for result in pool.map(check, headers) for finding in result]
    common.finish(findings, f"{len(headers)} headers alone")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
