#!/usr/bin/env python3
"""Compares what uptake says of the responses of captures under DNSSEC with what unbound says of them.

usage: dnssec.py UPTAKE DNSSEC_VERDICTS [--captures FOLDER]

Every answer of the golden cases whose verdicts are known (verdicts.tsv, by the lab's unbound), with the trust anchor
of the case; where both differ by definition, EXPLAINED says why. In another order of what comes within the wait the
verdicts are the same. Below FOLDER, when it is there, no capture holds anything bogus, and pktvisor's of 2013 is
secure by the anchors that uptake brings.
"""
import collections
import json
import os
import pathlib
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
    if options.captures and (options.captures / "MANIFEST.tsv").exists():
        count, faults = check_captures(options.program, options.captures)
        failures += faults
        said += f"; {count} responses of shared captures, none bogus"
    else:
        print("skipped: the shared captures are not there (--captures)")
    return harness.report(failures, said)


if __name__ == "__main__":
    sys.exit(main())
