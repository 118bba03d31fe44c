#!/usr/bin/env python3
"""Cards of a month, added up, are exported: what leaves is rounded, and all else is computed of that. Whoever changes a
package is found out; those of several operators are merged; one cut of a month leaves.

usage: export.py UPTAKE
"""
import csv
import fractions
import hashlib
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import harness
import together


def export(uptake, *words):
    """(exit code, what was said) of an export."""
    done = subprocess.run([uptake, "export", *map(str, words)], capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def exported(uptake, scratch, name, capture, options=(), who="ISP-A"):
    """What was said of the export of a capture, read with client groups, into a folder of this name."""
    key = scratch / "groups.key"
    key.write_bytes(bytes(range(16)))
    run = harness.read(uptake, capture, options=["--client-groups", key, *options])
    card = scratch / f"{name}.json"
    card.write_text(run.card_text)
    month = run.card["windows"][0]["ledger"]["first_time"][:7]
    code, said = export(uptake, card, "--operator", who, "--area", "NL", "--period", month, scratch / name)
    return said if code == 0 else f"exit {code}: {said}"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


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


def cube_faults(scratch):
    """observations.json, read by strides as JSON-stat says, against observations.csv."""
    cube = json.loads((scratch / "many" / "observations.json").read_text())
    places = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    told = {}
    for index, value in cube["value"].items():
        place, words = int(index), []
        for size, index_words in zip(reversed(cube["size"]), reversed(places)):
            place, along = divmod(place, size)
            words.insert(0, index_words[along])
        told[tuple(words)] = (value, cube["status"].get(index, "F"))
    table = rows(scratch, "many", "observations.csv")
    for row in table:
        words = [f"{row['MEASURE']} / {row['UNIT']}", *(row[name] for name in cube["id"][1:])]
        wanted = int(row["OBS_VALUE"]) if row["OBS_VALUE"] else None, row["CONF_STATUS"]
        if told.get(tuple(words)) != wanted:
            yield f"{row}: the cube has {told.get(tuple(words))}"
    if len(told) != len(table) or cube["class"] != "dataset" or cube["version"] != "2.0":
        yield f"{len(told)} cells in observations.json, {len(table)} rows in observations.csv"


def many_clients(path, copies=40):
    """The connections of a golden case, each time between other addresses and a little less of them."""
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
    faults = [*headline_faults(scratch), *cube_faults(scratch)]
    for workers in ("2", "16"):
        exported(uptake, scratch, workers, capture, ("--workers", workers))
        if contents(scratch / workers) != contents(scratch / "many"):
            faults.append(f"{workers} workers give another package")
    code, said = export(uptake, "--verify", scratch / "many")
    if code != 0:
        faults.append(f"--verify: exit {code}: {said}")
    return faults + [fault for name, was, now in (("headline.csv", b",0.", b",1."),
                                                  ("observations.json", b'"value":{"0":', b'"value":{"0":1'))
                     for fault in lie_faults(uptake, scratch, name, was, now)]


def lie_faults(uptake, scratch, name, was, now):
    """A file that is changed is found out, also when SHA256SUMS is made anew."""
    package = scratch / "lie"
    shutil.copytree(scratch / "many", package)
    before = changed(package / name, was, now)
    code, said = export(uptake, "--verify", package)
    if code != 78 or f"{name}: is not what SHA256SUMS says" not in said:
        yield f"--verify of another {name}: exit {code}: {said}"
    digests = (hashlib.sha256(text).hexdigest().encode() for text in (before, (package / name).read_bytes()))
    changed(package / "SHA256SUMS", *digests)
    code, said = export(uptake, "--verify", package)
    if code != 78 or "is not what the other files make of it" not in said:
        yield f"--verify of another {name} with its digest: exit {code}: {said}"
    shutil.rmtree(package)


def changed(path, was, now):
    """Writes `now` where a file has `was`; returns what it was."""
    text = path.read_bytes()
    if was not in text:
        raise RuntimeError(f"{path} does not hold {was}")
    path.write_bytes(text.replace(was, now, 1))
    return text


def signatures_hold(uptake, scratch):
    """The package `many` once more, signed; one line and exit 78 for whatever is wrong with the signature."""
    if shutil.which("ssh-keygen") is None:
        print("signatures are left out: ssh-keygen is not installed")
        return []
    for name in ("isp", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", scratch / name], check=True)
    allowed = scratch / "allowed"
    allowed.write_text(f"isp-a {(scratch / 'isp.pub').read_text()}")
    card = json.loads((scratch / "many.json").read_text())
    month, package = card["windows"][0]["ledger"]["first_time"][:7], scratch / "signed"
    code, said = export(uptake, scratch / "many.json", "--operator", "ISP-A", "--area", "NL", "--period", month,
                        "--sign", scratch / "isp", package)
    faults = [] if code == 0 else [f"--sign: exit {code}: {said}"]
    if (package / "SHA256SUMS").read_bytes() != (scratch / "many" / "SHA256SUMS").read_bytes():
        faults.append("a package that is signed is another one")

    def told(wanted_code, wanted, *options):
        code, said = export(uptake, "--verify", package, *options)
        if code != wanted_code or wanted not in said or len(said.splitlines()) != 1:
            faults.append(f"--verify {options}: exit {code}, not {wanted_code} with \"{wanted}\": {said}")
    rules = ("--allowed-signers", allowed)
    told(0, "signed by isp-a", *rules)
    told(0, "signed by isp-a", *rules, "--signer", "isp-a")
    told(0, "its signature was not checked")
    told(78, "is no signature of isp-b", *rules, "--signer", "isp-b")
    was = changed(package / "SHA256SUMS", b"  ", b" \t")
    told(78, "incorrect signature", *rules)
    (package / "SHA256SUMS").write_bytes(was)
    signature = package / "SHA256SUMS.sig"
    for key, namespace, wanted in (("isp", "file", "namespace does not match"),
                                   ("stranger", "uptake-public", "is by nobody whom")):
        with open(package / "SHA256SUMS", "rb") as text, open(signature, "wb") as out:
            subprocess.run(["ssh-keygen", "-Y", "sign", "-q", "-f", scratch / key, "-n", namespace], stdin=text,
                           stdout=out, check=True)
        told(78, wanted, *rules)
    signature.unlink()
    told(78, "the package is not signed", *rules)
    told(0, "it is not signed")
    return faults


def merge(uptake, *words):
    done = subprocess.run([uptake, "merge", *map(str, words)], capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def merged_faults(scratch, names):
    """merged.csv and headline.csv against the operators' own tables."""
    counts, shares = {}, {}
    for name in names:
        for row in rows(scratch, name, "observations.csv"):
            place = tuple(row[c] for c in ("MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR"))
            value = int(row["OBS_VALUE"]) if row["OBS_VALUE"] else None
            counts.setdefault(place, {}).setdefault(name, {})[row["OUTCOME"]] = value
        for row in rows(scratch, name, "headline.csv"):
            if row["SHARE"]:
                shares.setdefault((row["MEASURE"], row["UNIT"]), []).append(fractions.Fraction(row["SHARE"]))
    adds = {(row["MEASURE"], row["UNIT"]): row["MERGE"] == "add" for name in names
            for row in rows(scratch, name, "measures.csv")}
    left_out = 0
    told = rows(scratch, "merged", "merged.csv")
    for row in told:
        place = tuple(row[c] for c in ("MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE", "SECTOR"))
        known = [c[row["OUTCOME"]] for c in counts[place].values()
                 if None not in (c["pass"], c["fail"], c.get(row["OUTCOME"]))]
        wanted = [str(sum(known) if adds[place[:2]] else max(known)), str(sum(known))] if known else ["", ""]
        if [row["AT_LEAST"], row["AT_MOST"], row["OPERATORS"]] != [*wanted, str(len(known))]:
            yield f"{row}: {known}"
        left_out += 0 < len(known) < len(counts[place])
    if len(told) < 50 or left_out == 0:
        yield f"{len(told)} rows in merged.csv, in {left_out} an operator is left out"
    for row in rows(scratch, "merged", "headline.csv"):
        of_all = shares.get((row["MEASURE"], row["UNIT"]), [])
        wanted = share(sum(of_all), len(of_all)) if of_all else ""
        if row["EQUAL_WEIGHT"] != wanted:
            yield f"{row}: each alike would be {wanted}"


def four_are_merged(uptake, scratch):
    """Of four operators, in any order; whatever is not theirs is refused, by its name."""
    names = ["four.c", "four.a", "four.d", "four.b"]
    for copies, name in zip((40, 22, 31, 14), names):
        capture = scratch / f"{name}.pcap"
        many_clients(capture, copies)
        exported(uptake, scratch, name, capture, who=f"ISP-{name[-1].upper()}")
    code, said = merge(uptake, *(scratch / name for name in names), scratch / "merged")
    if code != 0:
        return [f"merge: exit {code}: {said}"]
    faults = list(merged_faults(scratch, names))
    merge(uptake, *(scratch / name for name in sorted(names)), scratch / "again")
    if contents(scratch / "merged") != contents(scratch / "again"):
        faults.append("another order of the operators gives another package")
    code, said = export(uptake, "--verify", scratch / "merged")
    if code != 0:
        faults.append(f"--verify of merged packages: exit {code}: {said}")

    exported(uptake, scratch, "profile", scratch / "four.a.pcap", ("--profile", "ncsc-nl-2.1"), "ISP-E")
    shutil.copytree(scratch / "four.b", scratch / "changed")
    changed(scratch / "changed" / "coverage.csv", b"none", b"some")
    for other in ("more", "pipe"):
        shutil.copytree(scratch / "four.b", scratch / other)
    (scratch / "more" / "names.csv").write_text("NAME\n")
    (scratch / "pipe" / "coverage.csv").unlink()
    os.mkfifo(scratch / "pipe" / "coverage.csv")
    for other, wanted in (("more", "is not named by SHA256SUMS"), ("pipe", "is no file"),
                          ("profile", "has another profile"), ("changed", "is not what SHA256SUMS says"),
                          ("four.a", "is of ISP-A, as"), ("merged", "has the schema \"uptake-merged/1\"")):
        code, said = merge(uptake, scratch / "four.a", scratch / other, scratch / "refused")
        if code != 78 or wanted not in said or len(said.splitlines()) != 1 or (scratch / "refused").exists():
            faults.append(f"merge with {other}: exit {code}: {said}")
    return faults


def merges_are_signed(uptake, scratch):
    """With the keys of signatures_hold(): by one key, and of nobody who is not allowed."""
    if not (scratch / "allowed").exists():
        return []
    rules = ("--allowed-signers", scratch / "allowed")
    packages = (scratch / "four.a", scratch / "four.b")
    code, said = merge(uptake, *packages, scratch / "signed.merge", "--sign", scratch / "isp")
    faults = [] if code == 0 else [f"merge --sign: exit {code}: {said}"]
    code, said = export(uptake, "--verify", scratch / "signed.merge", *rules)
    if code != 0 or "signed by isp-a" not in said:
        faults.append(f"--verify of a merge that is signed: exit {code}: {said}")
    month = json.loads((scratch / "many.json").read_text())["windows"][0]["ledger"]["first_time"][:7]

    def signed(who, key):
        package = scratch / f"signed.{who}.{key}"
        export(uptake, scratch / "four.a.json", "--operator", who, "--area", "NL", "--period", month, "--sign",
               scratch / key, package)
        return package
    allowed = scratch / "operators"
    allowed.write_text("".join(f"isp-{who} {(scratch / f'{key}.pub').read_text()}"
                               for who, key in (("a", "isp"), ("b", "stranger"))))
    code, said = merge(uptake, signed("ISP-A", "isp"), signed("ISP-B", "stranger"), scratch / "own.merge",
                       "--allowed-signers", allowed)
    if code != 0 or said.count("signed by isp-") != 2:
        faults.append(f"merge of packages signed by their operators: exit {code}: {said}")
    code, said = merge(uptake, signed("ISP-A", "stranger"), signed("ISP-B", "isp"), scratch / "other.merge",
                       "--allowed-signers", allowed)
    if code != 78 or "is of ISP-A, but signed by isp-b" not in said or (scratch / "other.merge").exists():
        faults.append(f"merge of packages signed by each other's operator: exit {code}: {said}")
    code, said = merge(uptake, *packages, scratch / "unsigned.merge", *rules)
    if code != 78 or "SHA256SUMS.sig: is not there: the package is not signed" not in said:
        faults.append(f"merge of packages that nobody signed: exit {code}: {said}")
    return faults


def one_cut_leaves(uptake, scratch):
    """The ledger lets the same cards leave again, as the same package, and no others of their month."""
    ledger = scratch / "cuts"
    month = json.loads((scratch / "many.json").read_text())["windows"][0]["ledger"]["first_time"][:7]

    def told(wanted, cards, name, area="NL", who="ISP-A"):
        code, said = export(uptake, *(scratch / card for card in cards), "--operator", who, "--area", area, "--period",
                            month, "--ledger", ledger, scratch / name)
        is_there = (scratch / name).exists()
        if (code, wanted in said, is_there) != (78 if wanted else 0, True, not wanted):
            faults.append(f"export of {cards} by {who} with a ledger: exit {code}: {said}")
    faults = []
    told("", ["many.json"], "cut.1")
    told("", ["many.json"], "cut.2")
    told("left before, of other cards", ["four.a.json"], "cut.3")
    told("left before, of other cards", ["many.json", "four.a.json"], "cut.4")
    told("left before, of the same cards, as of NL", ["many.json"], "cut.5", "BE")
    told("", ["four.a.json", "many.json"], "cut.6", who="ISP-B")
    told("", ["many.json", "four.a.json"], "cut.7", who="ISP-B")
    for one, other in (("cut.1", "cut.2"), ("cut.6", "cut.7")):
        if contents(scratch / one) != contents(scratch / other):
            faults.append(f"{one} and {other} are the same cut, but not the same package")
    return faults


def public_has_no_volumes(uptake, scratch):
    """The shares of the counts, in every cell, and nothing that tells how much there was."""
    month = json.loads((scratch / "many.json").read_text())["windows"][0]["ledger"]["first_time"][:7]
    code, said = export(uptake, scratch / "many.json", "--operator", "ISP-A", "--area", "NL", "--period", month,
                        "--public", scratch / "public")
    if code != 0:
        return [f"--public: exit {code}: {said}"]
    code, said = export(uptake, "--verify", scratch / "public")
    faults = [] if code == 0 else [f"--verify of shares: exit {code}: {said}"]
    if (scratch / "public" / "headline.csv").read_bytes() != (scratch / "many" / "headline.csv").read_bytes():
        faults.append("headline.csv is another one with shares only")
    counts = {}
    for row in rows(scratch, "many", "observations.csv"):
        place = tuple(row[c] for c in ("MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE"))
        counts.setdefault(place, {})[row["OUTCOME"]] = row
    told = 0
    for row in rows(scratch, "public", "observations.csv"):
        sides = [counts[tuple(row[c] for c in ("MEASURE", "UNIT", "FAMILY", "DIRECTION", "VANTAGE"))][outcome]
                 for outcome in ("pass", "fail")]
        hidden = [side["CONF_STATUS"] for side in sides if side["OBS_VALUE"] == ""]
        numbers = [] if hidden else [int(side["OBS_VALUE"]) for side in sides]
        wanted = share(numbers[0], sum(numbers)) if sum(numbers) else ""
        told += wanted not in ("", "0.000", "1.000")
        if (row["OBS_VALUE"], row["CONF_STATUS"]) != (wanted, (hidden or ["F"])[0]):
            faults.append(f"{row}: {wanted} of {numbers}, {hidden}")
    if told < 50 or "FRAMES" in rows(scratch, "public", "coverage.csv")[0]:
        faults.append(f"{told} shares between none and all, coverage {rows(scratch, 'public', 'coverage.csv')}")
    return faults


def main():
    uptake = harness.parser(__doc__).parse_args().uptake
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        failures = few_leave_nothing(uptake, scratch) + many_leave_rounded(uptake, scratch)
        failures += signatures_hold(uptake, scratch) + four_are_merged(uptake, scratch)
        failures += merges_are_signed(uptake, scratch) + one_cut_leaves(uptake, scratch)
        failures += public_has_no_volumes(uptake, scratch)
    return harness.report(failures, "exports")


if __name__ == "__main__":
    sys.exit(main())
