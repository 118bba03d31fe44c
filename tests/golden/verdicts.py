#!/usr/bin/env python3
"""Holds the verdicts on DNSSEC of the golden cases (verdicts.tsv, by the lab's unbound) against the captures.

usage: verdicts.py UPTAKE [CASE...]

Each row must be of an answer that uptake reads in the capture, each answer must have its row, and the case must hold
the trust anchor. A resolver's SERVFAIL, and AD, must be what the verdicts say. And uptake must find as many answers
secure, insecure and bogus as unbound does, by vantage and family, but for what OTHERWISE tells. Lent the records that
`uptake dnssec-records` writes of the capture, the last third of it is judged further, and in nothing otherwise.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import harness
import pieces

COLUMNS = ["name", "type", "vantage", "asked", "verdict", "why"]
VANTAGES = ("stub_resolver", "resolver_authoritative")
VERDICTS = ("secure", "insecure", "bogus", "not_judged")
ANSWERED = ("NOERROR", "NXDOMAIN")
PARTIAL = ("dns",)  # its verdicts are those that its stubs were told, not all
JUDGED = ("secure", "insecure", "bogus")
# Zones of which unbound 1.17.1 says secure and uptake bogus, by definition; BIND's validator agrees with uptake: the
# lab noted each question (delv_says_otherwise). A DS of SHA-1 that fits, beside one of SHA-256 that does not (RFC 4509
# section 3); a revoked key below a DS (RFC 5011 section 2.1).
OTHERWISE = ("sha1ds.test", "revoked.test")
ANCHOR = re.compile(r"\S+\s+(\d+\s+)?(IN\s+)?(DS|DNSKEY)\s+\S+")


def rows_of(path):
    """The rows of a verdicts.tsv, as dictionaries."""
    lines = [line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == COLUMNS, lines[0]
    return [dict(zip(COLUMNS, line)) for line in lines[1:]]


def key(row):
    """What a row and an answer have in common: uptake's events of answers say nothing of CD in the query."""
    words = [word for word in row["asked"].split() if word not in ("-", "cd", "alias")]
    return row["name"], row["type"], row["vantage"], " ".join(words)


def answers(events):
    """{key: [event]} of the answers in clear; a response without the last word, a resolver's or an answer is a
    referral."""
    found = collections.defaultdict(list)
    resolvers = {e["server"] for e in events if e["type"] == "dns" and e["message"] == "response" and e["ra"]}
    for e in events:
        if e["type"] != "dns" or e["message"] != "response":
            continue
        if not (e["aa"] or e["ra"] or e["answered"] or e["rcode"] not in ANSWERED):
            continue
        words = [word for word, said in (("do", e["query_do"]), ("tcp", e["tcp"]), ("tc", e["tc"])) if said]
        words += [] if e["rcode"] in ANSWERED else [e["rcode"]]
        vantage = VANTAGES[0] if e["server"] in resolvers else VANTAGES[1]
        found[e["name"] or ".", e["qtype"], vantage, " ".join(words)].append(e)
    return found


def faults(rows, found, whole):
    """What is wrong with the rows of a case, as lines of text; `whole`: each answer has one."""
    said = [f"unknown words in {row}" for row in rows
            if row["verdict"] not in VERDICTS or row["vantage"] not in VANTAGES]
    said += [f"no such answer in the capture: {row}" for row in rows if key(row) not in found]
    if whole:
        known = {key(row) for row in rows}
        said += [f"no row for {answer}" for answer in found if answer not in known]
    verdicts = {(row["name"], row["type"]): row["verdict"] for row in rows
                if row["verdict"] != "not_judged" and "alias" not in row["asked"].split()}
    for answer, events in found.items():
        verdict = verdicts.get(answer[:2])
        if any(e["ad"] and e["ra"] for e in events) and verdict not in ("secure", None):
            said.append(f"AD beside {verdict}: {answer}")
        if any(e["rcode"] == "SERVFAIL" for e in events) and verdict not in ("bogus", None):
            said.append(f"SERVFAIL beside {verdict}: {answer}")
    return said


def otherwise(notes):
    """The questions, (name, type), on which uptake differs from unbound by definition."""
    said = {tuple(question.split()): words for question, words in notes.get("delv_says_otherwise", {}).items()}
    return {(name, kind) for (name, kind), words in said.items() if words.startswith("bogus") and
            any(f".{name}".endswith(f".{zone}") for zone in OTHERWISE)}


def count_faults(rows, found, window, differs):
    """Where uptake judges another number of answers secure, insecure or bogus than the rows do."""
    verdicts, wanted, counted = {key(row): row["verdict"] for row in rows}, collections.Counter(), collections.Counter()
    for answer, events in found.items():
        verdict = "bogus" if answer[:2] in differs and verdicts[answer] == "secure" else verdicts[answer]
        for event in events:
            wanted[verdict, "ipv6" if ":" in event["server"] else "ipv4", answer[2]] += verdict in JUDGED
    for measure in window["measures"]:
        verdict = measure["id"].removeprefix("dnssec.")
        if verdict in JUDGED and measure["unit"] == "responses":
            counted.update({(verdict, cell["family"], cell["vantage"]): cell["pass"] for cell in measure["cells"]})
    return [f"{' '.join(cell)}: unbound {wanted[cell]}, uptake {counted[cell]}"
            for cell in sorted(wanted | counted) if wanted[cell] != counted[cell]]


def check(uptake, case, capture, whole):
    """How many rows a case has, and what is wrong with them."""
    rows = rows_of(capture.parent / "verdicts.tsv")
    anchor = capture.parent / "trust-anchor.zone"
    said = [] if anchor.exists() and ANCHOR.match(anchor.read_text()) else ["no trust anchor"]
    run = harness.read(uptake, capture, options=harness.anchors(capture), events=True)
    if run.code != 0:
        return len(rows), [f"{case}: exit {run.code}: {run.errors}"]
    found = answers(run.events)
    said += faults(rows, found, whole)
    if whole and not said:
        notes = json.loads((capture.parent / "truth.json").read_text()).get("notes", {})
        said += count_faults(rows, found, run.window(), otherwise(notes))
    return len(rows), [f"{case}: {line}" for line in said]


def said_of(run):
    """{response: verdict}, by when and to whom it was sent, and its question."""
    return {(e["time"], e["client"], e["client_port"], e.get("name"), e["qtype"]): e["verdict"]
            for e in run.events if e["type"] == "dnssec"}


def lend(uptake, case, capture):
    """(judged, judged when lent, faults) of the last third of a capture, lent what all of it shows."""
    anchor = ("--trust-anchor", capture.parent / "trust-anchor.zone")
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        folder = pathlib.Path(scratch)
        records = folder / "keys.zone"
        done = subprocess.run([uptake, "dnssec-records", capture, "--out", records, *anchor], capture_output=True,
                              timeout=60)
        if done.returncode != 0 or done.stdout or done.stderr:
            return 0, 0, [f"{case}: dnssec-records: exit {done.returncode}: {done.stdout + done.stderr}"]
        blob = capture.read_bytes()
        _, packets = pieces.classic(blob, pieces.CLASSIC[blob[:4]])
        rest = pieces.cut(capture, folder, -(-len(packets) // 3))[-1]
        whole, alone, lent = (said_of(harness.read(uptake, path, options=[*anchor, *more], events=True))
                              for path, more in ((capture, ()), (rest, ()), (rest, ("--dnssec-records", records))))
    faults = [f"{case}: {response}: {whole.get(response)}, when lent {verdict}" for response, verdict in lent.items()
              if verdict in JUDGED and whole.get(response) != verdict]
    faults += [f"{case}: {response}: {verdict} alone, when lent {lent.get(response)}" for response, verdict
               in alone.items() if verdict in JUDGED and lent.get(response) != verdict]
    before, after = (sum(verdict in JUDGED for verdict in said.values()) for said in (alone, lent))
    faults += [] if after > before else [f"{case}: {before} judged alone, {after} when lent"]
    return before, after, faults


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    cases = {case: path for case, path in harness.cases().items() if (path.parent / "verdicts.tsv").exists()}
    wanted, count, failures = options.cases or list(cases), 0, []
    alone = lent = 0
    for case in wanted:
        rows, said = check(options.uptake, case, cases[case], case not in PARTIAL)
        before, after, faulty = lend(options.uptake, case, cases[case])
        count, alone, lent = count + rows, alone + before, lent + after
        failures += said + faulty
    return harness.report(failures, f"{len(wanted)} cases, {count} verdicts, {alone} judged alone and {lent} when lent")


if __name__ == "__main__":
    sys.exit(main())
