#!/usr/bin/env python3
"""All protocols at once: the frames of every golden case, moved to one span of time and interleaved, so that flows of
different cases meet on the same addresses and ports. Every frame must end, and the card and the events must be the same
for any number of workers.

usage: together.py UPTAKE
"""
import heapq
import pathlib
import struct
import sys
import tempfile

import harness
import pieces

WORKERS = (2, 4, 16)
ETHERNET = 1
START_NS = 1_700_000_000_000_000_000


def stamped(path):
    """(nanoseconds, octets, wire length) of a capture of Ethernet: classic, or pcapng of Enhanced Packet Blocks that
    count nanoseconds."""
    blob = path.read_bytes()
    order = pieces.CLASSIC.get(blob[:4])
    if order is None:
        for block in pieces.blocks(blob)[1]:
            high, low, captured, wire = struct.unpack_from("<IIII", block, 12)
            yield high << 32 | low, block[28:28 + captured], wire
        return
    scale = 1 if b"\x3c" in blob[:4] else 1000
    head, records = pieces.classic(blob, order)
    if struct.unpack_from(order + "I", head, 20)[0] != ETHERNET:
        sys.exit(f"{path}: no capture of Ethernet")
    for record in records:
        seconds, rest, _, wire = struct.unpack_from(order + "IIII", record)
        yield seconds * 1_000_000_000 + rest * scale, record[16:], wire


def frames(path):
    """The same, with the time since the first frame."""
    first = None
    for time, octets, wire in stamped(path):
        first = time if first is None else first
        yield max(time - first, 0), octets, wire


def write(path, stamps):
    """Writes what stamped() gives as a capture, and returns how many frames that is."""
    count = 0
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, ETHERNET))
        for time, octets, wire in stamps:
            out.write(struct.pack("<IIII", *divmod(time, 1_000_000_000), len(octets), wire) + octets)
            count += 1
    return count


def interleave(captures, path):
    merged = heapq.merge(*(sorted(frames(capture)) for capture in captures))
    return write(path, ((START_NS + time, octets, wire) for time, octets, wire in merged))


def main():
    uptake = harness.parser(__doc__).parse_args().uptake
    failures = []
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        capture = pathlib.Path(scratch, "together.pcap")
        count = interleave(harness.cases().values(), capture)
        for options in ([], ["--window", "1m"]):
            alone = harness.read(uptake, capture, events=True, options=options)
            ended = sum(window["ledger"]["frames"] for window in alone.card["windows"])
            if alone.code != 0 or ended != count:
                failures.append(f"{options}: exit {alone.code}, {ended} of {count} frames ended: {alone.errors}")
            if fault := harness.ledger_fault(alone):
                failures.append(f"{options}: {fault}")
            for workers in WORKERS:
                run = harness.read(uptake, capture, events=True, options=[*options, "--workers", workers])
                if run.figures_text != alone.figures_text:
                    failures.append(f"{options}, {workers} workers: another card\n"
                                    + harness.difference(alone.figures_text, run.figures_text))
                elif run.events_text != alone.events_text:
                    failures.append(f"{options}, {workers} workers: other events")
    sys.exit(harness.report(failures, f"{count} frames of {len(harness.cases())} cases, {2 * (1 + len(WORKERS))} runs"))


if __name__ == "__main__":
    main()
