#!/usr/bin/env python3
"""Windows leave when they close: memory does not grow with their number, and each is there while the input goes on.
Their cards, added up, are exported: what leaves is rounded, and all else is computed of that.

usage: windows.py UPTAKE
"""
import csv
import fractions
import hashlib
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import harness
import together

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


def export(uptake, *words):
    """(exit code, what was said) of an export."""
    done = subprocess.run([uptake, "export", *map(str, words)], capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def exported(uptake, scratch, name, capture, options=()):
    """What was said of the export of a capture, read with client groups, into a folder of this name."""
    key = scratch / "groups.key"
    key.write_bytes(bytes(range(16)))
    run = harness.read(uptake, capture, options=["--client-groups", key, *options])
    card = scratch / f"{name}.json"
    card.write_text(run.card_text)
    month = run.card["windows"][0]["ledger"]["first_time"][:7]
    code, said = export(uptake, card, "--operator", "ISP-A", "--area", "NL", "--period", month, scratch / name)
    return said if code == 0 else f"exit {code}: {said}"


def rows(scratch, name, table):
    with open(scratch / name / table, newline="") as text:
        return list(csv.DictReader(text))


def share(part, whole):
    """To 0.1 point, half up."""
    return f"{math.floor(fractions.Fraction(1000 * part, whole) + fractions.Fraction(1, 2)) / 1000:.3f}"


def few_leave_nothing(uptake, scratch):
    """Nobody of a capture with a handful of subscribers is in what leaves."""
    said = exported(uptake, scratch, "few", harness.cases()["web"])
    faults = [] if "no cell: behind no count stand 10 subscribers" in said else [f"few subscribers: {said}"]
    faults += [f"few subscribers: {table} has rows" for table in ("observations.csv", "headline.csv", "measures.csv")
               if rows(scratch, "few", table)]
    ungated = scratch / "ungated.json"
    ungated.write_text(harness.read(uptake, harness.cases()["web"]).card_text)
    code, said = export(uptake, ungated, "--operator", "A", "--area", "NL", "--period", "2026-11", scratch / "none")
    if code != 78 or len(said.splitlines()) != 1 or "--client-groups" not in said:
        faults.append(f"a card without client groups: exit {code}: {said}")
    return faults


def headline_faults(scratch):
    """headline.csv against what is computed here of observations.csv."""
    totals = {}
    for row in rows(scratch, "many", "observations.csv"):
        value = row["OBS_VALUE"]
        if (value == "") != (row["CONF_STATUS"] != "F") or (value and row["UNIT"] != "bytes" and int(value) % 10):
            yield f"{row} is neither rounded nor hidden"
        if {row[d] for d in ("FAMILY", "DIRECTION", "VANTAGE", "SECTOR")} == {"_T"}:
            totals.setdefault((row["MEASURE"], row["UNIT"]), {})[row["OUTCOME"]] = int(value) if value else None
    headline = rows(scratch, "many", "headline.csv")
    told = 0
    for row in headline:
        counts = totals[row["MEASURE"], row["UNIT"]]
        judged = None if None in (counts["pass"], counts["fail"]) else counts["pass"] + counts["fail"]
        wanted = share(counts["pass"], judged) if judged else ""
        told += wanted != ""
        if row["SHARE"] != wanted:
            yield f"{row}: {wanted} of {counts}"
        if judged and counts["unobservable"] is not None:
            wanted = share(counts["pass"], judged + counts["unobservable"])
            if row["LOWER_IF_UNSEEN_FAIL"] != wanted:
                yield f"{row}: at least {wanted} of {counts}"
    if told < 3:
        yield f"{told} shares of {len(headline)} in headline.csv"


def many_clients(path):
    """The connections of a golden case, each time between other addresses and a little less of them."""
    copies = 40
    frames = sorted(together.stamped(harness.cases()["tls-versions"]))
    out = []
    for copy in range(copies):
        for time_ns, octets, wire in frames[:len(frames) * (copies - copy) // copies]:
            if octets[12:14] == b"\x08\x00":
                octets = bytearray(octets)
                octets[28] ^= copy  # the third octet of both addresses of IPv4
                octets[32] ^= copy
                out.append((time_ns, bytes(octets), wire))
    out.sort(key=lambda frame: frame[0])
    records = (struct.pack("<IIII", *divmod(t // 1000, 1_000_000), len(o), w) + o for t, o, w in out)
    path.write_bytes(head() + b"".join(records))


def many_leave_rounded(uptake, scratch):
    """Whoever changes a file of the package is found out."""
    capture = scratch / "many.pcap"
    many_clients(capture)
    said = exported(uptake, scratch, "many", capture)
    if "counts published" not in said or " 0 hidden" in said:
        return [f"many subscribers: {said}"]
    faults = list(headline_faults(scratch))
    code, said = export(uptake, "--verify", scratch / "many")
    if code != 0:
        faults.append(f"--verify: exit {code}: {said}")
    table, sums = scratch / "many" / "headline.csv", scratch / "many" / "SHA256SUMS"
    was = table.read_bytes()
    lie = was.replace(b",0.", b",1.", 1).replace(b",1.000", b",0.999", 1)
    table.write_bytes(lie)
    code, said = export(uptake, "--verify", scratch / "many")
    if code != 78 or "headline.csv: is not what SHA256SUMS says" not in said:
        faults.append(f"--verify of another headline: exit {code}: {said}")
    sums.write_text(sums.read_text().replace(*(hashlib.sha256(text).hexdigest() for text in (was, lie))))
    code, said = export(uptake, "--verify", scratch / "many")
    if code != 78 or "is not what observations.csv makes of it" not in said:
        faults.append(f"--verify of a headline that was signed anew: exit {code}: {said}")
    return faults


def main():
    uptake = harness.parser(__doc__).parse_args().uptake
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        failures = memory_stays(uptake, scratch) + cards_come(uptake, scratch, 1) + cards_come(uptake, scratch, 4)
        failures += few_leave_nothing(uptake, scratch) + many_leave_rounded(uptake, scratch)
    return harness.report(failures, "windows")


if __name__ == "__main__":
    sys.exit(main())
