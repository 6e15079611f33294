#!/usr/bin/env python3
"""Checks that every C++ file is as .clang-format wants it (make format)."""

import shutil
import subprocess

import common

TOOL = "clang-format-14"

if __name__ == "__main__":
    if not shutil.which(TOOL):
        common.skip_without(TOOL)
    result = subprocess.run([TOOL, "--dry-run", "-Werror", *map(str, common.cpp_files())],
                            capture_output=True, text=True)
    common.finish([line for line in result.stderr.splitlines() if "error:" in line], "format")
