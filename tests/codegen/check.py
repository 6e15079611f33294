#!/usr/bin/env python3
"""Checks of the generator that need protoc or a compiler.

check.py refused|options|golden|format PROTOC PLUGIN PROTO_FOLDER
check.py handlers COMPILER INCLUDE_FOLDERS DEFINITIONS

A file that must be refused says how in its own text: `// EXPECT: text`, which may go on in more comments.
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
SKIPPED = 77
GOLDEN = "acme/users/users.proto"
GOLDEN_STREAMS = "streams.proto"
GOLDEN_OPTIONS = ["version=0.3.0", "prefix=test.one", "impl.Archive=store/archive.hpp:acme::Archive",
                  "impl.acme.users.Directory=users.hpp:acme::Directory<std::string>"]


class Protoc:
    def __init__(self, protoc, plugin, proto_folder):
        self.command = [protoc, f"--plugin=protoc-gen-fairlead={plugin}", f"-I{proto_folder}"]

    def run(self, folder, out, names, options=()):
        """Generates, and returns what protoc has to say, without its own prefix."""
        command = [*self.command, f"-I{folder}", f"--fairlead_out={out}",
                   *(f"--fairlead_opt={option}" for option in options), *map(str, names)]
        result = subprocess.run(command, capture_output=True, text=True)
        text = result.stderr.replace("--fairlead_out: \n", "")
        if (result.returncode == 0) != (text == ""):
            text += f"protoc ended with {result.returncode}"
        return text.strip()


def expected(path):
    texts = re.findall(r"// EXPECT: (.*(?:\n// (?!EXPECT).*)*)", path.read_text())
    return "\n".join(text.replace("\n//", "") for text in texts)


def outputs(folder):
    return {path.relative_to(folder): path.read_text()
            for path in sorted(pathlib.Path(folder).rglob("*.?pp"))}


def compare(name, wanted, found):
    if wanted == found:
        return []
    return [f"{name}:\n--- expected\n{wanted}\n--- found\n{found}\n"]


def refused(protoc):
    """Each file of refused/ is refused with exactly the errors that it expects."""
    findings = []
    for path in sorted((HERE / "refused").glob("*.proto")):
        with tempfile.TemporaryDirectory() as out:
            text = protoc.run(HERE / "refused", out, [path.name])
            if any(pathlib.Path(out).iterdir()):
                findings.append(f"{path.name}: something was written")
        wanted = "\n".join(f"{path.name}:{line}" for line in expected(path).splitlines())
        findings += compare(path.name, wanted, text)
    return findings


def options(protoc):
    """Wrong parameters of the plugin."""
    all_options = ("The options are impl=HEADER:CLASS, impl.SERVICE=HEADER:CLASS, version=X.Y.Z, "
                   "prefix=SUBJECT")
    example = "calc.hpp:Calc (not in --fairlead_out, which ends at the first colon)"
    cases = {
        "verson=1.0.0": f"unknown option verson. Did you mean version? {all_options}",
        "colour=blue": f"unknown option colour. {all_options}",
        "impl.=a.hpp:A": f"unknown option impl.. Did you mean impl? {all_options}",
        "version": f"option version needs a value. {all_options}",
        "prefix=": f"option prefix needs a value. {all_options}",
        "version=1.0": "option version=1.0: not a semantic version, as 1.0.0 is",
        "prefix=a..b": "option prefix=a..b: a subject prefix may not have an empty token (a dot at "
                       "an end or two in a row)",
        "version=1.0.0,version=1.0.0": "option version is given twice",
        "impl=users.hpp": "option impl=users.hpp: expected a header and a class, as in "
                          f"--fairlead_opt=impl={example}",
        "impl.Archive=:A": "option impl.Archive=:A: expected a header and a class, as in "
                           f"--fairlead_opt=impl.Archive={example}",
        "impl=users.hpp:Users": "option impl fits several services; name each, as in "
                                "impl.acme.users.Directory=HEADER:CLASS",
        "impl.Archve=a.hpp:A": "option impl.Archve: no service Archve in these files. Did you mean "
                               "Archive?",
        "impl.Archive=a.hpp:A,impl.acme.users.Archive=b.hpp:B":
            "option impl.acme.users.Archive: acme.users.Archive has an implementation already",
    }
    findings = []
    with tempfile.TemporaryDirectory() as out:
        for option, wanted in cases.items():
            findings += compare(option, wanted, protoc.run(CORPUS, out, [GOLDEN], [option]))
        found = protoc.run(CORPUS, out, ["acme/common/types.proto"], ["impl=a.hpp:A"])
        findings += compare("no service", "option impl: there is no service in these files", found)
    return findings


def golden(protoc):
    """Two whole outputs, as they were reviewed; to renew it after a wanted change, see below."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        text = protoc.run(CORPUS, first, [GOLDEN, GOLDEN_STREAMS], GOLDEN_OPTIONS)
        text += protoc.run(CORPUS, second, ["keywords.proto", GOLDEN_STREAMS, GOLDEN], GOLDEN_OPTIONS)
        if text:
            return [text]
        wanted, found, again = outputs(HERE / "golden"), outputs(first), outputs(second)
        findings = compare("files", [*wanted], [*found])
        for path in wanted.keys() & found.keys():
            if found[path] != again[path]:
                findings.append(f"{path}: differs between two runs")
            if wanted[path] != found[path]:
                kept = pathlib.Path(tempfile.mkdtemp(prefix="golden-")) / path.name
                kept.write_text(found[path])
                findings.append(f"golden/{path}: the output differs; compare it with {kept}, and "
                                "copy that over it if the change is wanted")
        return findings


def format(protoc):
    """The output is as clang-format would have it."""
    tool = shutil.which("clang-format-14")
    if tool is None:
        print("clang-format-14 is missing")
        sys.exit(SKIPPED)
    findings = []
    with tempfile.TemporaryDirectory() as out:
        names = sorted(path.relative_to(CORPUS) for path in CORPUS.rglob("*.proto"))
        text = protoc.run(CORPUS, out, names)
        text += protoc.run(CORPUS, out, [GOLDEN], GOLDEN_OPTIONS)
        if text:
            return [text]
        style = f"--style=file:{HERE.parent.parent / '.clang-format'}"
        for path, text in outputs(out).items():
            result = subprocess.run([tool, style, f"--assume-filename={path}"], input=text,
                                    capture_output=True, text=True, check=True)
            findings += compare(path, result.stdout, text)
    return findings


def handlers(compiler, includes, definitions):
    """Each file of handlers/ fails with exactly the sentences that it expects and no other error."""
    flags = [*(f"-I{folder}" for folder in includes.split(";") if folder),
             *(f"-D{definition}" for definition in definitions.split(";") if definition)]

    def check(path):
        result = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", *flags, str(path)],
                                capture_output=True, text=True)
        errors = re.findall(r"error: (.*)", result.stderr)
        # g++ and clang++ put different words before the sentence.
        sentences = [re.sub(r"^static assertion failed[^:]*: |^static_assert failed[^\"]*", "",
                            error).strip('"') for error in errors]
        return compare(path.name, expected(path), "\n".join(sentences))

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(check, sorted((HERE / "handlers").glob("*.cpp")))
        return [finding for result in results for finding in result]


def main(name, *arguments):
    checks = {check.__name__: check for check in (refused, options, golden, format, handlers)}
    findings = checks[name](*arguments if name == "handlers" else [Protoc(*arguments)])
    print("\n".join(findings) or f"{name}: good")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 5 else sys.exit(__doc__)
