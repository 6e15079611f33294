#!/usr/bin/env python3
"""Finds what g++ 12 gets wrong around co_await (docs/coroutines.md) with clang-query.

    coawait.py corpus        proves on tests/lint/coawait that each hazard is found and nothing else
    coawait.py check BUILD   checks every source that has a co_await, and headers through them
"""

import concurrent.futures
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import common

QUERY = pathlib.Path(__file__).with_name("coawait.cq")
CORPUS = pathlib.Path(__file__).with_name("coawait")
TOOL = "clang-query-14"
BINDING = re.compile(r'^(.+?):(\d+):(\d+): note: "(HAZARD_\w+)" binds here', re.MULTILINE)
MARK = re.compile(r"HAZARD_\w+")
COMMENT_OR_STRING = re.compile(r"""'(?:\\.|[^'\\\n])'|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/""", re.DOTALL)
ADVICE = {
    "HAZARD_aggregate_temporary": "name the aggregate, then move it in, or give it a constructor",
    "HAZARD_capturing_lambda": "name the lambda, then move it in",
    "HAZARD_await_in_braces": "await into a named value first, then put it between the braces",
    "HAZARD_conditional_of_class": "use if and else instead of ?:",
    "HAZARD_initializer_list": "name the container, then move it in",
}


def run(source, arguments):
    """The hazards of one source, as (file, line, column, name), and the errors of its parsing."""
    command = [TOOL, "-f", str(QUERY), str(source), "--", "-w", *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    output = result.stdout + result.stderr
    # clang-query exits with 0 whatever it finds, also if the source does not parse.
    errors = [line for line in output.splitlines() if "error:" in line or "Error" in line[:5]]
    if result.returncode != 0 and not errors:
        errors = [f"{TOOL} exited with {result.returncode}"]
    hazards = {(name, int(line), int(column), hazard)
               for name, line, column, hazard in BINDING.findall(output)}
    return hazards, errors


def corpus():
    findings = []
    for source in sorted(CORPUS.glob("*.cpp")):
        hazards, errors = run(source, ["-std=c++20"])
        if source.name == "broken.cpp":
            if not errors:
                findings.append(f"{source}: does not parse, and that was not noticed")
            continue
        findings += errors
        found = {(line, hazard) for _, line, _, hazard in hazards}
        marked = {(number, hazard)
                  for number, line in enumerate(source.read_text().splitlines(), 1)
                  for hazard in MARK.findall(line)}
        findings += [f"{source}:{line}: {hazard} was not found" for line, hazard in marked - found]
        findings += [f"{source}:{line}: {hazard} is none" for line, hazard in found - marked]
    common.finish(findings, "co_await corpus")


def compile_arguments(build):
    """What each source is compiled with, as far as it matters to a parser."""
    arguments = {}
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text()):
        words = iter(shlex.split(entry["command"]))
        kept = []
        for word in words:
            if word == "-isystem":
                kept += [word, next(words)]
            elif word.startswith(("-I", "-D", "-std=")):
                kept.append(word)
        name = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        arguments.setdefault(name, kept)
    return arguments


@functools.lru_cache(maxsize=None)
def awaits(name):
    """Whether a file has a co_await outside of comments."""
    text = name.read_text(encoding="utf-8")
    return "co_await" in text and "co_await" in COMMENT_OR_STRING.sub(
        lambda match: match[0] if match[0][0] in "'\"" else " ", text)


def chosen(closures):
    """The sources to parse, which takes seconds each: those that await themselves, and one for each
    awaiting header that none of them includes. Each comes with the files that it includes."""
    sources = {name: closure for name, closure in closures.items() if awaits(name)}
    seen = set().union(*sources.values())
    for name, closure in closures.items():
        if any(awaits(part) for part in closure - seen):
            sources[name] = closure
            seen |= closure
    return sources, seen


def check(build):
    arguments = compile_arguments(build)
    clean = common.CleanFiles(build, "coawait")
    files = set(common.cpp_files())
    closures, findings = {}, []
    for name in arguments:
        # What protoc-gen-fairlead made is checked too, what protoc made has no co_await.
        if name not in files and not name.name.endswith((".fairlead.cpp", ".main.cpp")):
            continue
        if not name.exists():
            findings.append(f"{name}: is not generated yet; build first")
            continue
        folders = {pathlib.Path(word[2:]) for word in arguments[name] if word.startswith("-I")}
        closures[name] = common.closure(name, tuple(sorted(folders)))
    sources, seen = chosen(closures)
    # Compiled elsewhere or not at all: other build options, the outside project, expected output.
    elsewhere = [common.ROOT / folder
                 for folder in ("tests/consumer", "tests/fuzz", "tests/codegen", "bench")]
    findings += [f"{name}: has co_await, but nothing that is compiled here includes it"
                 for name in sorted(files - seen) if awaits(name)
                 and not any(folder in name.parents for folder in elsewhere)]

    def check_one(name):
        key = common.digest(sources[name] | {QUERY, pathlib.Path(__file__)}, *arguments[name])
        if clean.known(key):
            return []
        hazards, errors = run(name, arguments[name])
        # What Asio and GoogleTest do within themselves is theirs.
        hazards = [hazard for hazard in hazards
                   if common.ROOT in pathlib.Path(os.path.normpath(hazard[0])).parents]
        if not hazards and not errors:
            clean.remember(key)
        return errors + [f"{place}:{line}:{column}: {hazard}: {ADVICE[hazard]}"
                         for place, line, column, hazard in hazards]

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        found = {finding for result in pool.map(check_one, sources) for finding in result}
    common.finish(findings + sorted(found), f"co_await in {len(sources)} sources")


if __name__ == "__main__":
    if not shutil.which(TOOL):
        common.skip_without(TOOL)
    if sys.argv[1:] == ["corpus"]:
        corpus()
    elif len(sys.argv) == 3 and sys.argv[1] == "check":
        check(sys.argv[2])
    else:
        sys.exit(__doc__)
