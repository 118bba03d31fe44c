#!/usr/bin/env python3
"""Floods beside real traffic: the program reads a golden capture with a flood in it, and what it says of the real
traffic is what it says without. Its memory does not follow the flood, and a counter tells of it.

usage: floods.py UPTAKE [--full] [FLOOD...]

Where flood and traffic have nothing in common, the card of both together is the sum of the cards of each alone.
Where the flood is about the same names, or fills what both share, events tell of the real traffic. With --full the
floods have the size that they are named for; else they are a hundredth of that. Ten times as much of a flood takes 5 %
more memory at most, but for the tables that it fills, whose size is known.
"""
import collections
import heapq
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden")]
import generators  # noqa: E402
import harness  # noqa: E402
import together  # noqa: E402

Flood = collections.namedtuple("Flood", "make cases size each sums tells room")
# `each`: frames of one of what the size counts. `sums`: the cards add up. `tells`: (what of the card, ...)
# that must be more than without the flood. `room`: MiB of the tables that it fills, which the system backs where they
# are used; without, a flood of ten times the size takes as much memory.
FLOODS = {
    "initials": Flood(generators.initials, ("web", "quic"), 10**6, 1, True, ("unclaimed", ""), 0),
    "recipients": Flood(generators.recipients, ("smtp",), 10**5, 0.1024, True, ("smtp.", ""), 0),
    "records": Flood(generators.records, ("rtr", "bgp"), 10**6, 0.1754, False, ("rtr.", ""), 40),
    "opens": Flood(generators.opens, ("rtr", "bgp"), 10**6, 2.03, False, ("bgp.", ""), 0),
    "key_trap": Flood(generators.key_trap, ("dns",), 10**4, 2, False, ("dnssec.", "limit"), 128),
    "iterations": Flood(generators.iterations, ("dns",), 10**5, 2, False, ("dnssec.", ""), 128),
    "zones": Flood(generators.zones, ("dns",), 10**5, 2, False, ("dnssec.", ""), 192),
    "forged": Flood(generators.forged, ("dns",), 10**6, 1, False, ("dnssec.", ""), 192),
    "names": Flood(generators.names, ("dns",), 10**6, 2, False, ("entities_sampled", ""), 0),
}
# Verdicts that a flood may make of each other, by its name. What is signed in order stays secure, and what is unsigned
# insecure. Keys of many zones that nobody trusts push out the bad keys of another one: then it is not known that it is
# bogus. So do forged keys of a zone whose own do not hold; or they are what is said to be wrong with it.
HIDDEN = {"zones": ("bogus", "not_judged"), "forged": ("bogus", "not_judged")}
# Frames of a flood in a second. What waits for what comes later has a bound: faster floods of DNS push it out, and that
# is counted.
RATE = 20_000
QUICK = 100   # the part of its size that a flood has without --full
QUICK_ROOM = 32  # MiB that a flood may take where nobody tries a tenth of it
SECOND = 1_000_000_000
FLOODER = "2001:db8:f00d:"


class Run:
    """What the program says of frames, and the memory that it took."""

    def __init__(self, uptake, stamps, options, folder):
        card, log = folder / "card.json", folder / "events.jsonl"
        words = [str(uptake), "read", "-", "--quiet", "--json", str(card), "--events", str(log), *map(str, options)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
            write(child.stdin, stamps)
            child.stdin.close()
            self.kib = most_memory(child)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.code, self.seconds = child.returncode, usage.ru_utime + usage.ru_stime
        self.card = json.loads(card.read_text()) if card.exists() else {"windows": []}
        self.events = collections.Counter()
        with open(log) as lines:
            for line in lines:
                if FLOODER not in line:
                    event = json.loads(line)
                    del event["frame"]
                    self.events[json.dumps(event, sort_keys=True)] += 1
        log.unlink()

    def figures(self):
        """{(measure, cell, outcome): count} of what is counted by sightings."""
        found = collections.Counter()
        (window,) = self.card["windows"]
        for measure in window["measures"]:
            if "entities" in measure:
                continue
            for cell in [measure["total"], *measure.get("cells", ())]:
                where = f"{measure['id']}/{measure['unit']}", *(cell.get(k, "") for k in ("family", "vantage"))
                for outcome in ("pass", "fail", "not_applicable"):
                    found[where, outcome] += cell[outcome]
                for reason, count in cell["unobservable"].items():
                    found[where, reason] += count
        return found

    def limits(self):
        (window,) = self.card["windows"]
        return {name: count for name, count in window["limits"].items() if count}


def most_memory(child):
    """The most memory that a process had, in KiB, when it has ended: by itself, for what wait4() tells of a child
    includes the process that it was a copy of. Leaves it to be waited for."""
    most, path = 0, pathlib.Path("/proc", str(child.pid), "status")
    while True:
        told = [line for line in path.read_text().splitlines() if line.startswith("VmHWM:")]
        if not told:
            return most
        most = max(most, int(told[0].split()[1]))
        time.sleep(0.002)


def write(out, stamps):
    """Writes (nanoseconds, octets, wire length) as a capture."""
    try:
        out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
        for time_ns, octets, wire in stamps:
            out.write(struct.pack("<IIII", *divmod(time_ns, SECOND), len(octets), wire) + octets)
    except BrokenPipeError:
        pass  # its exit code says why


def spread(flood, start, frames, span):
    """The frames of a flood at RATE, or slower where `span` is longer than that takes."""
    step = max(SECOND // RATE, span // max(frames, 1))
    return ((start + i * step, octets, len(octets)) for i, octets in enumerate(flood))


def together_from(captures, start):
    """The frames of captures, in order, as if all began at `start`."""
    return sorted((start + time_ns, octets, wire) for capture in captures
                  for time_ns, octets, wire in together.frames(capture))


def payloads(real):
    """The DNS responses over UDP."""
    for _, octets, wire in real:
        kind, v6 = octets[12:14], octets[12:14] == b"\x86\xdd"
        if len(octets) != wire or not (v6 or kind == b"\x08\x00"):
            continue
        at = 54 if v6 else 14 + 4 * (octets[14] & 15)
        if octets[20 if v6 else 23] == 17 and octets[at:at + 2] == b"\0\x35" and len(octets) > at + 40:
            yield octets[at + 8:]


class Test:
    """One flood, beside the traffic that it runs with."""

    def __init__(self, uptake, name, folder):
        self.uptake, self.name, self.flood, self.folder = uptake, name, FLOODS[name], folder
        captures = [harness.cases()[case] for case in self.flood.cases]
        self.start = next(together.stamped(captures[0]))[0]
        self.real = together_from(captures, self.start)
        self.span = self.real[-1][0] - self.start
        self.world = generators.World(self.start // SECOND, list(payloads(self.real)))
        anchors = folder / "anchors.zone"
        own = [capture.parent / "trust-anchor.zone" for capture in captures]
        anchors.write_text("".join(path.read_text() for path in own if path.exists()) + self.world.zone.anchor())
        self.options = ["--ca-file", os.devnull, "--trust-anchor", anchors]

    def run(self, stamps):
        return Run(self.uptake, stamps, self.options, self.folder)

    def flood_of(self, size):
        return spread(self.flood.make(size, self.world), self.start, int(size * self.flood.each), self.span)

    def traffic_of(self, size):
        """The real traffic, in the middle of such a flood."""
        later = max(0, int(size * self.flood.each) * SECOND // RATE - self.span) // 2
        return ((time_ns + later, octets, wire) for time_ns, octets, wire in self.real)

    def alone(self, size):
        return self.run(self.traffic_of(size))

    def flooded(self, size):
        return self.run(heapq.merge(self.traffic_of(size), self.flood_of(size), key=lambda stamp: stamp[0]))

    def told(self, run):
        """The events of the real traffic. HIDDEN says what a flood may take out of them."""
        if self.name not in HIDDEN:
            return run.events
        told = collections.Counter()
        for line, count in run.events.items():
            event = json.loads(line)
            if event["type"] == "dnssec" and event["verdict"] in HIDDEN[self.name]:
                for key in ("verdict", "fault", "missing"):
                    event.pop(key, None)
            told[json.dumps(event, sort_keys=True)] += count
        return told

    def faults(self, alone, both, size):
        if both.code != 0:
            yield f"exit {both.code}"
            return
        if fault := harness.ledger_fault(both):
            yield fault
        told, wanted = self.told(both), self.told(alone)
        if told != wanted:
            lost, more = wanted - told, told - wanted
            yield f"of real traffic {sum(lost.values())} events are others: {list(lost)[:2]}; {list(more)[:2]}"
        if self.flood.sums:
            flood = self.run(self.flood_of(size))
            found, wanted = both.figures(), alone.figures() + flood.figures()
            yield from [f"{key}: {found[key]}, not {wanted[key]}"
                        for key in sorted(set(found) | set(wanted)) if found[key] != wanted[key]][:5]
        if not self.tells(alone, both):
            yield "no counter tells of it"

    def tells(self, alone, both):
        where, outcome = self.flood.tells
        if both.limits().get(where, 0) > alone.limits().get(where, 0):
            return True
        was = alone.figures()
        return any(key[0][0].startswith(where) and (not outcome or outcome in key[1]) and count > was[key]
                   for key, count in both.figures().items())


def test(uptake, name, folder, full):
    made = Test(uptake, name, folder)
    size = made.flood.size if full else made.flood.size // QUICK
    alone = made.alone(size)
    both = made.flooded(size)
    failures = list(made.faults(alone, both, size))
    memory = f"{both.kib} KiB, alone {alone.kib} KiB"
    room = (made.flood.room or QUICK_ROOM) * 1024
    if full and not made.flood.room:
        tenth = made.flooded(size // 10)
        memory += f", a tenth {tenth.kib} KiB"
        if abs(both.kib - tenth.kib) > 0.05 * tenth.kib:
            failures.append(f"memory follows it: {memory}")
    elif both.kib > alone.kib + room:
        failures.append(f"memory follows it: {memory}")
    print(f"{name}: {size}, {both.seconds:.1f} s of CPU, {memory}; limits {both.limits()}", flush=True)
    return [f"{name}: {failure}" for failure in failures]


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("floods", nargs="*", metavar="FLOOD")
    options = parser.parse_args()
    wanted, failures = options.floods or list(FLOODS), []
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        for name in wanted:
            failures += test(options.uptake, name, pathlib.Path(scratch), options.full)
    return harness.report(failures, f"{len(wanted)} floods")


if __name__ == "__main__":
    sys.exit(main())
