"""Sizes of binaries, and what services of many methods cost: to compile, to store, to run.

The services are generated here and compiled by the commands of the build folder.
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import time

import programs
from contestants import ROOT

COMPILED, RUN = 100, 1000  # methods of the services
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


def measure_binaries(results, contestants):
    for contestant in contestants:
        if contestant.program.read_bytes()[:4] != b"\x7fELF":
            results.miss(contestant.name, "it is a script, run by an interpreter", "binary")
            continue
        results.add(contestant.name, "binary", "binary_bytes", stripped_size(contestant.program))
        results.add(contestant.name, "binary", "libraries_bytes", library_sizes(contestant.program))


def proto(methods, own_messages):
    """A .proto; each method has messages of its own, or all share two."""
    lines = ['syntax = "proto3";', "package wide;"]
    for i in range(methods if own_messages else 1):
        lines += [f"message Request{i} {{ string name = 1; repeated int64 values = 2; double weight = 3; }}",
                  f"message Response{i} {{ string text = 1; int64 count = 2; bool done = 3; }}"]
    lines.append("service Wide {")
    for i in range(methods):
        number = i if own_messages else 0
        lines.append(f"  rpc Method{i}(Request{number}) returns (Response{number});")
    return "\n".join([*lines, "}", ""])


def main_source(methods, own_messages):
    """The handlers, coroutines all, and a program around them."""
    lines = ['#include <memory>', '#include "fairlead/app.hpp"', '#include "wide.fairlead.hpp"', "struct Wide {"]
    for i in range(methods):
        number = i if own_messages else 0
        lines.append(f"  fairlead::Task<wide::Response{number}> Method{i}(wide::Request{number} request) {{\n"
                     f"    wide::Response{number} response;\n"
                     f"    response.set_count(request.values_size());\n    co_return response;\n  }}")
    return "\n".join([*lines, "};", "int main(int argc, char** argv) {", '  fairlead::App app("wide");',
                      "  app.add(wide::WideService::bind(std::make_shared<Wide>()));",
                      "  return app.run(argc, argv);", "}", ""])


class Toolchain:
    """How the build folder compiles and links bench_calls."""

    def __init__(self, build):
        self._build = build
        commands = json.loads((build / "compile_commands.json").read_text())
        entry = next((entry for entry in commands if entry["file"].endswith("calls.fairlead.cpp")), None)
        listed = subprocess.run(["ninja", "-C", build, "-t", "commands", "bench_calls"], capture_output=True,
                                text=True, check=False).stdout.splitlines()
        if entry is None or not listed:
            raise programs.Failure(f"{build} does not say how bench_calls is built")
        words = shlex.split(entry["command"])
        self._compiler = [word for word in words if "ccache" not in word]
        for option in ("-o", "-c"):
            at = self._compiler.index(option)
            del self._compiler[at:at + 2]
        # `: && c++ … && :`; its own objects are left out.
        words = [word for word in shlex.split(listed[-1]) if word not in (":", "&&")]
        at = words.index("-o")
        del words[at:at + 2]
        self._linker = [word for word in words if not word.endswith(".o") and "ccache" not in word]

    def generate(self, folder, text):
        (folder / "wide.proto").write_text(text)
        subprocess.run(["protoc", "-I", folder, "-I", ROOT / "proto", f"--cpp_out={folder}",
                        f"--fairlead_out={folder}",
                        f"--plugin=protoc-gen-fairlead={self._build / 'bin' / 'protoc-gen-fairlead'}",
                        folder / "wide.proto"], check=True)

    def start_compiling(self, source, *options):
        return subprocess.Popen([*self._compiler, f"-I{source.parent}", *options, "-o", f"{source}.o", "-c", source],
                                cwd=self._build, env={**os.environ, "CCACHE_DISABLE": "1"})

    def compile(self, source):
        """The seconds of processor time that it takes: what else runs shakes them less."""
        before = os.times()
        finish([self.start_compiling(source)])
        after = os.times()
        return (after.children_user + after.children_system) - (before.children_user + before.children_system)

    def link(self, objects, program):
        linker, rest = self._linker[0], self._linker[1:]
        subprocess.run([linker, *objects, *rest, "-o", program], cwd=self._build, check=True)


def finish(processes):
    """All of them, also if one fails."""
    if any([process.wait() for process in processes]):
        raise programs.Failure("generated code does not compile")


def write_service(toolchain, folder, methods, own_messages):
    """Its sources: the messages, the generated code, the handlers with a main."""
    toolchain.generate(folder, proto(methods, own_messages))
    (folder / "main.cpp").write_text(main_source(methods, own_messages))
    return [folder / name for name in ("wide.pb.cc", "wide.fairlead.cpp", "main.cpp")]


def idle_memory(program, nats_url):
    """Of an App, which says on its log when it serves."""
    process = subprocess.Popen([program, "run", "--nats", nats_url], stderr=subprocess.PIPE, text=True)
    try:
        if not any(" serving " in line for line in process.stderr):
            raise programs.Failure("the service of many methods did not start")
        return programs.memory(process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=programs.PATIENCE)


def measure_generated(results, build, nats_url, rounds):
    """Compile time and size of a service of 100 methods, and the memory of one of 1000."""
    toolchain = Toolchain(build)

    def add(metric, value):
        results.add("fairlead", "generated", metric, value)

    programs.tell(f"generated code: {COMPILED} methods")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sources = write_service(toolchain, folder, COMPILED, own_messages=True)
        for metric, source in zip(("pb_seconds", "fairlead_seconds", "main_seconds"), sources):
            add(metric, toolchain.compile(source))
        toolchain.link([f"{source}.o" for source in sources], folder / "wide")
        add("stripped_bytes", stripped_size(folder / "wide"))
    programs.tell(f"generated code: {RUN} methods")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sources = write_service(toolchain, folder, RUN, own_messages=False)
        finish([toolchain.start_compiling(source, "-g0") for source in sources])
        toolchain.link([f"{source}.o" for source in sources], folder / "wide")
        for _ in range(rounds):
            add("idle_bytes", idle_memory(folder / "wide", nats_url))
