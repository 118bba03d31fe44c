#!/usr/bin/env python3
"""Compares what uptake says of the responses of captures under DNSSEC with what unbound and getdns say of them.

usage: dnssec.py UPTAKE DNSSEC_VERDICTS [--getdns GETDNS_VERDICTS] [--captures FOLDER]

Every answer of the golden cases whose verdicts are known (verdicts.tsv, by the lab's unbound), with the trust anchor
of the case; where both differ by definition, EXPLAINED says why. In another order of what comes within the wait the
verdicts are the same. getdns judges each response offline, at the time at which it came, by the links of the capture;
GETDNS says where both differ by definition, and each of its rows is needed. Below FOLDER, when it is there, no capture
holds anything bogus, and pktvisor's of 2013 is secure by the anchors that uptake brings.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden")]
import harness  # noqa: E402
import verdicts  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

# {zone: (unbound's verdict, ours, why)}
EXPLAINED = {
    "sha1ds.test": ("secure", "bogus", "a DS by SHA-1 does not count beside one by SHA-256 (RFC 4509 section 3)"),
    "revoked.test": ("secure", "bogus", "a revoked key is trusted for nothing (RFC 5011 section 2.1)"),
}
# (names, types, kinds, ours, getdns's, why). Names are matched to their end.
GETDNS = [
    (r".*", (), ("error",), "not_judged", "insecure", "an error is no answer: getdns finds nothing in it to validate"),
    (r".*", ("DS",), ("no_data",), "secure", "insecure",
     "the denial of a DS is itself signed; getdns says what follows from it for the zone below"),
    (r".*", (), ("referral",), "secure", "bogus", "a referral is no answer: getdns wants its NS records to be signed"),
    (r"(.*\.)?(sha1ds|revoked)\.test", (), (), "bogus", "secure",
     "getdns takes a DS by SHA-1 beside SHA-256 (RFC 4509 section 3), and a revoked key (RFC 5011 section 2.1)"),
    (r"www\.zonekey\.test", (), (), "bogus", "secure",
     "getdns takes a key without the Zone Key bit (RFC 4034 section 2.1.1)"),
    (r"(.*\.)?(unknown|digest200)\.test", (), (), "insecure", "bogus",
     "only algorithms or digests that nobody knows: as if there were no DS (RFC 6840 section 5.2)"),
    (r"toplain\..*", (), ("answer",), "secure", "insecure",
     "the message holds an alias, and nothing of where it leads: getdns says what that comes to"),
    (r"(.*\.)?(tobad|old|across|cwild)\..*", (), ("answer",), "secure", "bogus",
     "the same: where it leads there is no answer that getdns could validate"),
    (r"b\.wild\.knot3\.test", ("MX",), ("no_data",), "secure", "bogus",
     "no data at a wildcard (RFC 5155 section 8.7), which unbound finds proved"),
]
TYPES = {"DS": 43, "MX": 15}
SHUFFLES = 40
# The longest span that keeps every link of the case within the wait: one comes 4.6 s behind the answer as it is.
SPANS = {"dnssec": 100}
SPAN = 2000
POLICY = HERE.parent.parent / "policy"
ROOT = POLICY / "correlate" / "dnssec" / "root-anchors.zone"
SCHEMA = json.loads((POLICY / "events" / "dnssec.schema.json").read_text())
KINDS = ("answer", "no_data", "no_name", "referral", "error")


def judged(program, anchors, capture, *more):
    """{(frame, name): [(verdict, kind)]} of the responses, and the last line when more was asked for."""
    done = subprocess.run([str(program), str(anchors), str(capture), *map(str, more)], capture_output=True,
                          check=True, timeout=300)
    lines = done.stdout.decode().splitlines()
    last = lines.pop() if more else None
    found = collections.defaultdict(list)
    for line in lines:
        frame, name, _, _, verdict, _, _, kind = line.split(" ")
        found[int(frame), name].append((verdict, KINDS[int(kind)]))
    return found, last


def explained(name, wanted, verdict):
    return any((name == zone or name.endswith("." + zone)) and (wanted, verdict) == known[:2]
               for zone, known in EXPLAINED.items())


def event_faults(case, events, found):
    """What is wrong with the events: they keep to their schema, and say what the program says."""
    told = collections.defaultdict(list)
    for event in events:
        told[event["frame"], event.get("name", "-")].append(event["verdict"])
    check = jsonschema.Draft202012Validator(SCHEMA).iter_errors if jsonschema else lambda event: ()
    faults = [f"{case}: events: {error.message}" for event in events for error in check(event)]
    said = {answer: sorted(verdict for verdict, _ in all_of) for answer, all_of in found.items() if answer[1] != "-"}
    said_events = {answer: sorted(all_of) for answer, all_of in told.items()}
    faults += [f"{case}: {answer}: the event says {said_events.get(answer)}, the program {verdict}"
               for answer, verdict in said.items() if said_events.get(answer) != verdict]
    return faults[:20]


def compare(uptake, program, case, capture):
    """(answers that agree, of which so many by an explanation, faults) of a golden case."""
    rows = collections.defaultdict(list)
    for row in verdicts.rows_of(capture.parent / "verdicts.tsv"):
        rows[verdicts.key(row)].append(row["verdict"])
    run = harness.read(uptake, capture, options=harness.anchors(capture), events=True)
    span = SPANS.get(case, SPAN)
    found, differ = judged(program, capture.parent / "trust-anchor.zone", capture, SHUFFLES, span)
    faults = [] if differ == "differ 0" else [f"{case}: {SHUFFLES} shuffles within {span} ms: {differ}"]
    faults += event_faults(case, [event for event in run.events if event["type"] == "dnssec"], found)
    count = known = 0
    for answer, events in verdicts.answers(run.events).items():
        for event in events:
            said = found.get((event["frame"], event.get("name") or "."), [])
            wanted = rows.get(answer)
            if not wanted or not said:
                # What was asked without DO, or is cut, is no row, or not judged.
                if wanted and set(wanted) - {"not_judged"}:
                    faults.append(f"{case}: {answer}: not judged, unbound says {wanted}")
                continue
            count += 1
            for verdict, _ in said:
                if verdict in wanted:
                    continue
                known += 1
                if not any(explained(answer[0], one, verdict) for one in wanted):
                    faults.append(f"{case}: frame {event['frame']}: {answer}: {verdict}, unbound says {wanted}")
    return count, known, faults


def explained_by(name, kind, rrtype, ours, theirs):
    """The number of the row of GETDNS that says why both differ; None: none does."""
    for i, (names, types, kinds, we, they, _) in enumerate(GETDNS):
        if ((we, they) == (ours, theirs) and re.fullmatch(names, name) and (not kinds or kind in kinds)
                and (not types or rrtype in [TYPES[one] for one in types])):
            return i
    return None


def compare_getdns(program, getdns, case, capture):
    """(responses, rows of GETDNS that were needed, faults) of a golden case."""
    anchors = str(capture.parent / "trust-anchor.zone")
    done = subprocess.run([str(program), anchors, str(capture), "messages"], capture_output=True, check=True,
                          timeout=300)
    rows = [line.split(" ") for line in done.stdout.decode().splitlines()]
    rows = [row for row in rows if row[1]]  # what is cut has no octets
    asked = "".join(f"{row[0]} {row[1]}\n" for row in rows)
    said = subprocess.run([str(getdns), anchors], input=asked.encode(), capture_output=True, check=True, timeout=600)
    theirs = said.stdout.decode().split()
    if len(theirs) != len(rows):
        return 0, set(), [f"{case}: getdns judges {len(theirs)} of {len(rows)} responses"]
    needed, faults = set(), []
    for (_, _, name, rrtype, ours, kind), verdict in zip(rows, theirs):
        if ours == verdict:
            continue
        row = explained_by(name, KINDS[int(kind)], int(rrtype), ours, verdict)
        if row is None:
            faults.append(f"{case}: {name}, type {rrtype}, {KINDS[int(kind)]}: {ours}, getdns says {verdict}")
        needed.add(row)
    return len(rows), needed, faults


def check_getdns(program, getdns):
    """(responses, faults) of all golden cases."""
    count, needed, faults = 0, set(), []
    for case, capture in harness.cases().items():
        if (capture.parent / "verdicts.tsv").exists():
            responses, rows, found = compare_getdns(program, getdns, case, capture)
            count, needed, faults = count + responses, needed | rows, faults + found
    faults += [f"getdns and uptake do not differ any more: {row[-1]}" for i, row in enumerate(GETDNS)
               if i not in needed]
    return count, faults


def check_captures(program, captures):
    """(responses, faults) of captures that others made, under the anchors of the root."""
    count, faults = 0, []
    for name, path in harness.manifest(captures):
        if path.parent.name not in ("dns", "dnssec"):
            continue
        try:
            found, _ = judged(program, ROOT, path)
        except subprocess.CalledProcessError:
            continue  # it is damaged from the start
        said = [verdict for verdicts_of in found.values() for verdict, _ in verdicts_of]
        count += len(said)
        faults += [f"{name}: {said.count('bogus')} bogus"] if "bogus" in said else []
        if path.name == "pktvisor__dnssec.pcap" and said != ["secure"] * 7:
            faults.append(f"{name}: not 7 secure responses but {said}")
    return count, faults


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--getdns", type=pathlib.Path)
    parser.add_argument("--captures", type=pathlib.Path, default=os.environ.get("UPTAKE_CAPTURES"))
    options = parser.parse_args()
    failures, answers, differ = [], 0, 0
    if jsonschema is None:
        print("skipped: events are not held against their schema, for python3-jsonschema is not installed")
    for case, capture in harness.cases().items():
        if (capture.parent / "verdicts.tsv").exists():
            count, known, faults = compare(options.uptake, options.program, case, capture)
            answers, differ, failures = answers + count, differ + known, failures + faults
    said = f"{answers} answers beside unbound, {differ} differ by definition"
    if options.getdns:
        count, faults = check_getdns(options.program, options.getdns)
        failures += faults
        said += f"; {count} responses beside getdns, differences by {len(GETDNS)} definitions"
    else:
        print("skipped: libgetdns-dev is not installed (--getdns)")
    if options.captures and (options.captures / "MANIFEST.tsv").exists():
        count, faults = check_captures(options.program, options.captures)
        failures += faults
        said += f"; {count} responses of shared captures, none bogus"
    else:
        print("skipped: the shared captures are not there (--captures)")
    return harness.report(failures, said)


if __name__ == "__main__":
    sys.exit(main())
