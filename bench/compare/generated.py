"""What services of many methods cost: to compile, to store, to run.

The services are generated here and compiled by the commands of the build folder.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import tempfile

import programs
from contestants import ROOT
from sizes import stripped_size

METHODS = 100  # of a service
SERVICES = 10  # in one program, where memory is measured


def proto(name, methods, own_messages):
    """The .proto of a service; each method has messages of its own, or all share two."""
    lines = ['syntax = "proto3";', f"package {name};"]
    for i in range(methods if own_messages else 1):
        lines += [f"message Request{i} {{ string name = 1; repeated int64 values = 2; double weight = 3; }}",
                  f"message Response{i} {{ string text = 1; int64 count = 2; bool done = 3; }}"]
    lines.append("service Wide {")
    for i in range(methods):
        number = i if own_messages else 0
        lines.append(f"  rpc Method{i}(Request{number}) returns (Response{number});")
    return "\n".join([*lines, "}", ""])


def handlers(name, methods, own_messages):
    """Its handlers, coroutines all, and `make_NAME`."""
    lines = ['#include <memory>', f'#include "{name}.fairlead.hpp"', "namespace {", "struct Wide {"]
    for i in range(methods):
        number = i if own_messages else 0
        lines.append(f"  fairlead::Task<{name}::Response{number}> Method{i}({name}::Request{number} request) {{\n"
                     f"    {name}::Response{number} response;\n"
                     f"    response.set_count(request.values_size());\n    co_return response;\n  }}")
    return "\n".join([*lines, "};", "}  // namespace", f"fairlead::Service make_{name}() {{",
                      f"  return {name}::WideService::bind(std::make_shared<Wide>());", "}", ""])


def main_program(names):
    """A program of services."""
    return "\n".join(['#include "fairlead/app.hpp"', *(f"fairlead::Service make_{name}();" for name in names),
                      "int main(int argc, char** argv) {", '  fairlead::App app("wide");',
                      *(f"  app.add(make_{name}());" for name in names), "  return app.run(argc, argv);", "}", ""])


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

    def generate(self, proto_file):
        folder = proto_file.parent
        subprocess.run(["protoc", "-I", folder, "-I", ROOT / "proto", f"--cpp_out={folder}",
                        f"--fairlead_out={folder}",
                        f"--plugin=protoc-gen-fairlead={self._build / 'bin' / 'protoc-gen-fairlead'}",
                        proto_file], check=True)

    def compile(self, source, *options):
        subprocess.run([*self._compiler, f"-I{source.parent}", *options, "-o", f"{source}.o", "-c", source],
                       cwd=self._build, check=True, env={**os.environ, "CCACHE_DISABLE": "1"})

    def time_to_compile(self, source):
        """The seconds of processor time: what else runs shakes them less."""
        before = os.times()
        self.compile(source)
        after = os.times()
        return (after.children_user + after.children_system) - (before.children_user + before.children_system)

    def link(self, objects, program):
        linker, rest = self._linker[0], self._linker[1:]
        subprocess.run([linker, *objects, *rest, "-o", program], cwd=self._build, check=True)


def write_service(toolchain, folder, name, own_messages):
    """The sources of one with so many methods: messages, generated code, handlers."""
    proto_file = folder / f"{name}.proto"
    proto_file.write_text(proto(name, METHODS, own_messages))
    toolchain.generate(proto_file)
    (folder / f"{name}.cpp").write_text(handlers(name, METHODS, own_messages))
    return [folder / f"{name}{ending}" for ending in (".pb.cc", ".fairlead.cpp", ".cpp")]


def write_main(folder, names):
    source = folder / "main.cpp"
    source.write_text(main_program(names))
    return source


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


def measure_service(toolchain, folder, add):
    """One service: what compiling it takes, and the size of its program."""
    programs.tell(f"a service of {METHODS} methods")
    sources = write_service(toolchain, folder, "wide", own_messages=True)
    for metric, source in zip(("pb_seconds", "fairlead_seconds", "handlers_seconds"), sources):
        add(metric, toolchain.time_to_compile(source))
    sources.append(write_main(folder, ["wide"]))
    toolchain.compile(sources[-1])
    toolchain.link([f"{source}.o" for source in sources], folder / "wide")
    add("stripped_bytes", stripped_size(folder / "wide"))


def measure_many(toolchain, folder, nats_url, rounds, add):
    """Many services in one program: its memory."""
    programs.tell(f"{SERVICES} services of {METHODS} methods")
    names = [f"wide{i}" for i in range(SERVICES)]
    sources = [write_main(folder, names)]
    for name in names:
        sources += write_service(toolchain, folder, name, own_messages=False)
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(lambda source: toolchain.compile(source, "-g0"), sources))
    toolchain.link([f"{source}.o" for source in sources], folder / "wide")
    for _ in range(rounds):
        add("idle_bytes", idle_memory(folder / "wide", nats_url))


def measure(results, build, nats_url, rounds):
    def add(metric, value):
        results.add("fairlead", "generated", metric, value)

    toolchain = Toolchain(build)
    with tempfile.TemporaryDirectory() as folder:
        measure_service(toolchain, pathlib.Path(folder), add)
    with tempfile.TemporaryDirectory() as folder:
        measure_many(toolchain, pathlib.Path(folder), nats_url, rounds, add)
