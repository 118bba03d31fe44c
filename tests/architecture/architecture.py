#!/usr/bin/env python3
"""Holds the house together: includes follow dissectors <- policy <- dataplane <- tools, only sources/ sees libpcap's
and DPDK's headers, dissectors/ does no allocation, clock or input, a source includes its own header first, and what is
said of a public type begins with its name, which no other has; classes and functions are no larger than sizes.py says.
With a COMPILER: every header that no source includes first compiles alone.

usage: architecture.py ROOT [COMPILER]
"""
import concurrent.futures
import os
import re
import subprocess
import sys

import sizes

ROOMS = ["dissectors", "policy", "dataplane", "tools"]
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
# Headers that a dissector, which must be pure, has no use for. <vector> and <string> own memory.
IMPURE = {"thread", "mutex", "chrono", "fstream", "iostream", "cstdio", "string", "vector", "map", "unordered_map",
          "memory", "random", "ctime", "time.h"}
# The registry is a table that is built at start, not a dissector.
IMPURE_ALLOWED = {"dissectors/registry.h", "dissectors/rows.cc"}
# The facts of what a dissector carries, and is told of (Row::hears): the handshake of QUIC is that of TLS (RFC 9001).
CARRIED_FACTS = {("quic", "dissectors/tls/facts.h")}


def includes(path):
    with open(path, encoding="utf-8") as text:
        for number, line in enumerate(text, 1):
            found = INCLUDE.match(line)
            if found:
                yield number, found.group(1), found.group(2)


def sources(root):
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(root, room)):
            for name in sorted(names):
                if name.endswith((".h", ".cc")):
                    yield room, os.path.relpath(os.path.join(folder, name), root)


def faults_of(root, room, path):
    dissector = re.match(r"dissectors/(\w+)/", path)
    for number, kind, target in includes(os.path.join(root, path)):
        where = f"{path}:{number}"
        target_room = target.split("/")[0]
        if kind == '"':
            if target_room not in ROOMS:
                if not path.startswith(INSTALLED):
                    yield f"{where}: \"{target}\" is no path from the root of the project"
            elif ROOMS.index(target_room) > ROOMS.index(room):
                yield f"{where}: {room}/ must not know {target_room}/"
            other = re.match(r"dissectors/(\w+)/", target)
            known = dissector and other and (other.group(1) in (dissector.group(1), "frame") or
                                             (dissector.group(1), target) in CARRIED_FACTS)
            if dissector and other and not known:
                yield f"{where}: a dissector must not know another one"
        if re.match(r"(pcap|rte_)", target) and not path.startswith("dataplane/sources/"):
            yield f"{where}: only dataplane/sources/ includes {target}"
        if room == "dissectors" and path not in IMPURE_ALLOWED and target in IMPURE:
            yield f"{where}: <{target}> in dissectors/, which are pure"


# Headers of the C library include each other as they do once installed.
INSTALLED = "dataplane/api/"

# A type at the edge of its line, what is written above it, and how that begins.
TYPE = re.compile(r"^(?:class|struct|enum class|enum|concept)\s+(?:alignas\(\w+\)\s+)?(\w+)\b[^;]*[{=]")


def unnamed_types(root, path):
    """Public types whose comment does not begin with their name."""
    with open(os.path.join(root, path), encoding="utf-8") as text:
        lines = text.read().split("\n")
    for number, line in enumerate(lines):
        found = TYPE.match(line)
        if not found:
            continue
        first = number - 1 if not lines[number - 1].startswith("template <") else number - 2
        while lines[first].startswith("///"):
            first -= 1
        if not re.match(rf"/// {found.group(1)}\b", lines[first + 1]):
            yield f"{path}:{number + 1}: what is said of {found.group(1)} does not begin with its name"


def types_of(root, path):
    """The full names of the types at the edge of a file's lines, but for those that it keeps to itself."""
    spaces = []
    with open(os.path.join(root, path), encoding="utf-8") as text:
        for line in text:
            opened = re.match(r"namespace ([\w:]*) ?\{", line)
            found = TYPE.match(line)
            if opened:
                spaces.append(opened.group(1))
            elif line.startswith("}  // namespace"):
                spaces.pop()
            elif found and "" not in spaces and not re.match(rf".*\b{found.group(1)}(::|<)", line):
                yield "::".join([*spaces, found.group(1)])


def shared_names(root, paths):
    """Types of one name in two files: of their functions the linker takes either."""
    where = {}
    for path in paths:
        for name in types_of(root, path):
            if where.setdefault(name, path) != path:
                yield f"{path}: {name} is the name of another type, in {where[name]}"


def compiles_alone(root, compiler, path):
    flags = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", root, "-I",
             os.path.join(root, INSTALLED), "-include", os.path.join(root, path), "-x", "c++", "/dev/null"]
    if "port" in os.path.basename(path):
        flags += subprocess.run(["pkg-config", "--cflags", "libdpdk"], capture_output=True, text=True).stdout.split()
        flags += ["-Wno-error", "-w"]
    run = subprocess.run([compiler, *flags], capture_output=True, text=True)
    return "" if run.returncode == 0 else f"{path}: does not compile alone\n{run.stderr}"


def first_included(root, path):
    """What a source includes first. Where that is its own header, the build compiles the header alone."""
    return next((target for _, _, target in includes(os.path.join(root, path))), None)


def main():
    root, compiler = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    faults = []
    headers = []
    built_alone = set()
    count = 0
    for room, path in sources(root):
        count += 1
        faults += faults_of(root, room, path)
        if path.endswith(".h"):
            headers.append(path)
            faults += unnamed_types(root, path)
        elif first_included(root, path) == path.removesuffix(".cc") + ".h":
            built_alone.add(path.removesuffix(".cc") + ".h")
        elif os.path.exists(os.path.join(root, path.removesuffix(".cc") + ".h")):
            faults.append(f"{path}: does not include its own header first")
        with open(os.path.join(root, path), encoding="utf-8") as text:
            said = text.read()
        faults += sizes.crowded_classes(path, said)
        faults += sizes.long_functions(path, said)
        if os.path.basename(path).startswith("util"):
            faults.append(f"{path}: say what it is for")
    faults += shared_names(root, [path for _, path in sources(root)])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        others = sorted(set(headers) - built_alone) if compiler else []
        faults += filter(None, pool.map(lambda h: compiles_alone(root, compiler, h), others))
    print(f"{count} files, {len(others)} of {len(headers)} headers compiled, {len(faults)} faults")
    print("\n".join(faults))
    return 1 if faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
