#!/usr/bin/env python3
"""Score cards are exported: what leaves is rounded, all else is computed of that, and whoever changes it is found out.

usage: export.py UPTAKE
"""
import csv
import fractions
import hashlib
import math
import pathlib
import subprocess
import sys
import tempfile

import harness
import together


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
    together.write(path, sorted(out, key=lambda frame: frame[0]))


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
        failures = few_leave_nothing(uptake, scratch) + many_leave_rounded(uptake, scratch)
    return harness.report(failures, "exports")


if __name__ == "__main__":
    sys.exit(main())
