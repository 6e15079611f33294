#!/usr/bin/env python3
"""Checks that no file holds what belongs to one machine or to a later day."""

import re

import common

# Put together from parts, so that this file passes its own check.
LATER = re.compile(r"\b(?:" + "|".join(("TO" "DO", "FIX" "ME", "X" "XX")) + r")\b")
MACHINE = re.compile(r"(?<![\w.:/-])/(?:" + "|".join(("work", "tmp/wt", "root", "home/" r"\w+"))
                     + r")/\w")
REGISTRY = re.compile(r'"resolved":\s*"http')
OWN = ("src", "include", "proto", "cmake", "examples")


def findings():
    for name in common.tracked_files():
        try:
            lines = name.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # not text
        place = name.relative_to(common.ROOT)
        for number, line in enumerate(lines, 1):
            if place.parts[0] in OWN and LATER.search(line):
                yield f"{place}:{number}: work for later belongs into an issue: {line.strip()}"
            if MACHINE.search(line):
                yield f"{place}:{number}: a path of one machine: {line.strip()}"
            if REGISTRY.search(line):
                yield f"{place}:{number}: names the registry that it was installed from"


if __name__ == "__main__":
    common.finish(list(findings()), "words")
