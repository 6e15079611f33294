#!/usr/bin/env python3
"""Checks that the folders of src/ include only from folders that they say they know.

A folder names those in its CMakeLists.txt: fairlead_component(rpc KNOWS core wire …). It may know
only folders that stand before it in src/CMakeLists.txt. A layer, which is a folder of src/layer,
knows no other layer. Whoever uses fairlead::nats alone needs no
protobuf, so nothing on that way may include it.
"""

import re
import sys

import common

COMPONENT = re.compile(r"fairlead_component\(\s*(\w+)([^)]*)\)")
# A folder that is a program says so itself.
PROGRAM = re.compile(r"set_property\(TARGET \S+ PROPERTY FAIRLEAD_KNOWS ([^)]*)\)")
ORDER = re.compile(r"foreach\(component ([^)]*)\)")
# Generated from proto/, which stands beside src/ and knows nothing.
OUTSIDE = {"proto"}
WITHOUT_PROTOBUF = ("core", "wire", "nats")


def order_of(source):
    """The folders, lowest first."""
    return ORDER.search((source / "CMakeLists.txt").read_text()).group(1).split()


def known_folders(source):
    """What each folder says that it knows; one that is a program may know all before it."""
    order = order_of(source)
    knows = {name: set(order[:place]) for place, name in enumerate(order)}
    for cmake in sorted(source.glob("*/CMakeLists.txt")):
        for name, rest in COMPONENT.findall(cmake.read_text()):
            words = rest.split()
            start = words.index("KNOWS") + 1 if "KNOWS" in words else len(words)
            end = words.index("LIBRARIES") if "LIBRARIES" in words else len(words)
            knows[name] = set(words[start:end])
        for rest in PROGRAM.findall(cmake.read_text()):
            knows[cmake.parent.name] = set(rest.split())
    return knows


def wrong_order(source, knows):
    order = order_of(source)
    for name, others in knows.items():
        if name not in order:
            yield f"src/{name}: is not in the list of src/CMakeLists.txt"
            continue
        for other in sorted(others - OUTSIDE):
            if other not in order[:order.index(name)]:
                yield (f"src/{name}/CMakeLists.txt: knows {other}, which does not stand before it "
                       "in src/CMakeLists.txt")


def wrong_includes(source, knows):
    for name in sorted(source.rglob("*.[hc]pp")):
        folder = name.relative_to(source).parts[0]
        for quote, included in common.includes(name):
            target = included.split("/")[0]
            if quote == '"' and (source / target).is_dir() and target != folder:
                if target not in knows.get(folder, set()):
                    yield (f"{name.relative_to(source.parent)}: includes {included}, but "
                           f"src/{folder} does not know {target}")
            if folder in WITHOUT_PROTOBUF and included.startswith("google/protobuf"):
                yield f"{name.relative_to(source.parent)}: includes {included}; {folder} does without"


def wrong_layers(source):
    """A layer includes no other layer; only the files beside their folders know several."""
    for name in sorted((source / "layer").glob("*/*.[hc]pp")):
        for quote, included in common.includes(name):
            parts = included.split("/")
            if quote == '"' and len(parts) == 3 and parts[0] == "layer":
                if parts[1] != name.parent.name:
                    yield (f"{name.relative_to(source.parent)}: includes {included}; the layer "
                           f"{name.parent.name} knows no other layer")


def wrong_public_includes(include):
    """The headers of fairlead::nats reach no protobuf."""
    for name in sorted((include / "fairlead" / "nats").glob("*.hpp")):
        for part in sorted(common.closure(name)):
            for _, included in common.includes(part):
                if included.startswith("google/protobuf") or included.endswith(".pb.h"):
                    yield (f"{name.relative_to(include)}: reaches {included} through "
                           f"{part.relative_to(include)}")


def findings(root):
    source = root / "src"
    knows = known_folders(source)
    return [*wrong_order(source, knows), *wrong_includes(source, knows), *wrong_layers(source),
            *wrong_public_includes(root / "include")]


if __name__ == "__main__":
    sys.exit(__doc__) if len(sys.argv) > 1 else common.finish(findings(common.ROOT), "arrows")
