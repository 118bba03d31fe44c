#!/usr/bin/env python3
"""Windows leave when they close: memory does not grow with their number, and each is there while the input goes on.

usage: windows.py UPTAKE
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import harness

SPAN = 60  # seconds, --window 1m
START = 1_700_000_040  # a whole minute
PATIENCE = 30  # seconds; nothing here takes three


def udp(client, port, payload):
    """A DNS message of a client in Ethernet and IPv4; nobody checks the checksums."""
    datagram = struct.pack("!HHHH", port, 53, 8 + len(payload), 0) + payload
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), port, 0, 64, 17, 0, bytes([192, 0, 2, client]),
                       bytes([198, 51, 100, 53]))
    return b"\x02" * 12 + b"\x08\x00" + head + datagram


def query(number):
    name = b"".join(bytes([len(label)]) + label for label in (b"host%d" % number, b"example", b"org")) + b"\0"
    return struct.pack("!HHHHHH", number & 0xffff, 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", 28, 1)


def record(time_s, frame):
    return struct.pack("<IIII", time_s, 0, len(frame), len(frame)) + frame


def head():
    return struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)


def window(number, frames=25):
    """Different names and clients in every window: what one holds must not stay for the next."""
    return b"".join(record(START + number * SPAN + i, udp(i + 1, 20000 + (number * frames + i) % 40000,
                                                          query(number * frames + i))) for i in range(frames))


def most_memory(uptake, windows, scratch, workers):
    """KiB that a run over so many windows took at most, read from a pipe: a mapped file would count, too."""
    path = scratch / "windows.pcap"
    path.write_bytes(head() + b"".join(window(i) for i in range(windows)))
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        run = subprocess.Popen([uptake, "read", "-", "--window", "1m", "--quiet", "--json", os.devnull, "--workers",
                                str(workers)], stdin=cat.stdout)
        cat.stdout.close()
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode != 0:
        raise RuntimeError(f"{windows} windows: exit {run.returncode}")
    return usage.ru_maxrss


def memory_stays(uptake, scratch):
    faults = []
    for workers in (1, 2):
        few, many = (most_memory(uptake, count, scratch, workers) for count in (10, 400))
        if many > few * 1.05:
            faults.append(f"{workers} workers: 10 windows take {few} KiB, 400 take {many} KiB")
    return faults


def cards_come(uptake, scratch, workers):
    """With the pipe still open, all windows but the two that are open are there."""
    folder = scratch / f"cards.{workers}"
    folder.mkdir()
    run = subprocess.Popen([uptake, "read", "-", "--window", "1m", "--quiet", "--json", folder, "--workers",
                            str(workers)], stdin=subprocess.PIPE)
    run.stdin.write(head() + b"".join(window(i) for i in range(6)))
    run.stdin.flush()
    end = time.monotonic() + PATIENCE
    while len(list(folder.glob("2*.json"))) < 4 and time.monotonic() < end:
        time.sleep(0.02)
    early = len(list(folder.glob("2*.json")))
    run.stdin.write(window(50))
    run.stdin.close()
    code = run.wait(PATIENCE)
    cards = [json.loads(path.read_text())["windows"] for path in sorted(folder.glob("2*.json"))]
    told = [(w[0].get("empty_windows", 0), w[0]["ledger"]["frames"]) for w in cards]
    wanted = [(0, 25)] * 6 + [(44, 0), (0, 25)]
    if early != 4 or code != 0 or told != wanted:
        return [f"{workers} workers: {early} cards while the pipe was open, exit {code}, then {told}"]
    return []


def main():
    uptake = harness.parser(__doc__).parse_args().uptake
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        failures = memory_stays(uptake, scratch) + cards_come(uptake, scratch, 1) + cards_come(uptake, scratch, 4)
    return harness.report(failures, "windows")


if __name__ == "__main__":
    sys.exit(main())
