"""What the linters share: the project's files, what they include, and a memory of what was clean."""

import functools
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def tracked_files():
    """Every file of the project; without git, every file outside of build folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, text=True)
    if listing.returncode == 0:
        names = [ROOT / line for line in listing.stdout.splitlines()]
    else:
        names = [name for name in ROOT.rglob("*") if "build" not in name.relative_to(ROOT).parts]
    return sorted(name for name in names if name.is_file())


def cpp_files():
    """The C++ sources and headers of the project, without the linters' own bad examples."""
    corpus = ROOT / "tests" / "lint"
    return [
        name for name in tracked_files()
        if name.suffix in (".hpp", ".cpp") and corpus not in name.parents
    ]


@functools.lru_cache(maxsize=None)
def includes(name):
    """What a file includes: pairs of '<' or '"' and the name between them."""
    return INCLUDE.findall(name.read_text(encoding="utf-8"))


def closure(name, folders=()):
    """The file and every file that it includes from the project or `folders`, directly or not."""
    found, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        for _, included in includes(current):
            for folder in (current.parent, ROOT / "include", ROOT / "src", ROOT, *folders):
                if (folder / included).is_file():
                    waiting.append((folder / included).resolve())
                    break
    return found


def digest(names, *words):
    """A hash of the content of files and of some words."""
    state = hashlib.sha256("\0".join(words).encode())
    for name in sorted(names):
        state.update(str(name).encode() + b"\0" + name.read_bytes())
    return state.hexdigest()


class CleanFiles:
    """Remembers, below the build folder, what was found clean, so that it is not checked again."""

    def __init__(self, build, linter):
        self._folder = pathlib.Path(build) / "lint" / linter
        self._folder.mkdir(parents=True, exist_ok=True)

    def known(self, key):
        return (self._folder / key).exists()

    def remember(self, key):
        (self._folder / key).touch()


def skip_without(tool):
    """Ends the test because a tool is missing: skipped for a user, failed in CI."""
    print(f"{tool} is not installed; scripts/setup --dev installs it")
    sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)


def finish(findings, what):
    """Prints the findings and ends the test."""
    for finding in findings:
        print(finding)
    print(f"{what}: {'clean' if not findings else f'{len(findings)} found'}")
    sys.exit(1 if findings else 0)
