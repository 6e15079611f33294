#!/usr/bin/env python3
"""Compares the transcript in README.md with what scripts/demo prints now, and checks its links.

  readme.py            fails, showing the difference, where the two part
  readme.py --update   writes the transcript into README.md

Times, rates, ports and ids differ from run to run; they are compared by their form only.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- transcript: .*? -->\n```console\n)(.*?)(```\n<!-- end of transcript -->)", re.S)


def transcript():
    result = subprocess.run([ROOT / "scripts" / "demo", "--transcript"], capture_output=True,
                            text=True, check=False, cwd=ROOT, timeout=150)
    if result.returncode != 0:
        sys.exit(f"scripts/demo failed:\n{result.stdout}\n{result.stderr}")
    return result.stdout.strip() + "\n"


def form(text):
    """The text with what differs from run to run replaced by a word for its kind."""
    text = re.sub(r"\b[0-9A-Za-z]{22}\b", "ID", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\b\d+(\.\d+)? ?(ns|us|µs|ms|s|m)\b", "TIME", text)
    text = re.sub(r"\b\d+(\.\d+)? calls/s", "RATE calls/s", text)
    text = re.sub(r"\btook \d+", "took COUNT", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*( UTC)?", "DATE", text)
    text = re.sub(r"\b\d{3,}\b", "COUNT", text)
    # Which instance answers which call is up to NATS, and so are the figures of each.
    text = re.sub(r"^(calc\.Calc +\w+ +(?:ID|all \d+)).*$", r"\1 FIGURES", text, flags=re.M)
    # Columns are as wide as their longest value.
    text = re.sub(r"[ ]{2,}", "  ", text)
    text = re.sub(r"[-─]{3,}", "---", text)
    return [line.rstrip() for line in text.splitlines()]


def check_links(text):
    missing = [link for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
               if "://" not in link and not (ROOT / link).exists()]
    if missing:
        sys.exit(f"README.md links to what is not there: {missing}")


def main():
    text = README.read_text()
    match = BLOCK.search(text)
    if not match:
        sys.exit("README.md has no transcript between its two comments")
    now = transcript()
    if sys.argv[1:] == ["--update"]:
        README.write_text(text[:match.start(2)] + now + text[match.end(2):])
        return
    check_links(text)
    difference = list(difflib.unified_diff(form(match.group(2)), form(now), "README.md",
                                           "scripts/demo", lineterm="", n=2))
    if difference:
        sys.exit("\n".join(difference) + "\n\ntests/readme/readme.py --update writes it anew")


if __name__ == "__main__":
    main()
