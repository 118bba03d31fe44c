#!/usr/bin/env python3
"""Compares uptake's figures and events with what the endpoints of the lab recorded.

usage: truth_check.py UPTAKE [CASE...]

Each row of a truth's counts must be what the score card says, and each of its events one event of uptake, by the
fields that the truth gives. What uptake does not measure yet stands in expected_failures.tsv, a line each; a line
that holds nothing back any more is a failure too, so that the list only shrinks.
"""
import json
import sys

import harness
import routes

SCHEMA = "uptake-lab-truth/1"
LIST = harness.GOLDEN / "expected_failures.tsv"
CELL_KEYS = ("family", "direction", "vantage")
# Fields that only an endpoint can know, by the type of the event: the wire hides them, or uptake's events leave them
# out.
ENDPOINTS_ALONE = {
    "quic": {
        "destination_id",  # of the client's first Initial: the endpoints' logs name a connection by it
        "handshake",       # that it was completed, or failed, is encrypted
        "ech_sort",        # GREASE is made to look like what is offered
        "served",          # the protocol that the server chose is encrypted
    },
    "smtp": {
        "strip",           # a middlebox may take STARTTLS out without a trace
        "outcome",         # what became of a mail is said under TLS
    },
}


def expected_failures():
    """{(case, what): reason}; `what` is event:TYPE or a row_name()."""
    rows = {}
    for line in LIST.read_text().splitlines():
        if line and not line.startswith("#"):
            case, what, reason = line.split("\t")
            rows[case, what] = reason
    return rows


def sums(cells):
    """pass, fail, unobservable (all reasons together) and not_applicable of some cells."""
    return {"pass": sum(c["pass"] for c in cells), "fail": sum(c["fail"] for c in cells),
            "unobservable": sum(sum(c["unobservable"].values()) for c in cells),
            "not_applicable": sum(c["not_applicable"] for c in cells)}


def measured(measure, row):
    """What the card says of the cells that a row of the truth is about; the total when it names none."""
    wanted = {key: row[key] for key in CELL_KEYS if key in row}
    if "entities" in measure:  # counted once each, so without cells: every connection of one must pass
        entities = measure["entities"]
        return {"pass": entities["worst"]["pass"], "fail": entities["worst"]["fail"],
                "unobservable": entities["unobservable"]}
    if not wanted:
        return sums([measure["total"]])
    return sums([c for c in measure["cells"] if all(c[key] == value for key, value in wanted.items())])


def row_name(row):
    """count:MEASURE/UNIT, with the cells behind it when the row is about some of them: " family=ipv6"."""
    cells = (f"{key}={row[key]}" for key in CELL_KEYS if key in row)
    return " ".join([f"count:{row['measure']}/{row['unit']}", *cells])


def count_faults(document, card):
    """{row_name(): [what differs]}, with an empty list for what agrees."""
    (window,) = card["windows"]
    measures = {(m["id"], m["unit"]): m for m in window["measures"]}
    faults = {}
    for row in document["counts"]:
        key = row["measure"], row["unit"]
        said = faults.setdefault(row_name(row), [])
        if key not in measures:
            said.append("no such measure")
            continue
        found = measured(measures[key], row)
        wanted = {k: row[k] for k in found if k in row}
        if wanted != {k: found[k] for k in wanted}:
            said.append(f"the endpoints say {wanted}, uptake {found}")
    return faults


def without_order(event):
    """A BGP session's event with its NOTIFICATIONs in the order of a truth, the client's first: they may cross."""
    if event["type"] != "bgp":
        return event
    return {**event, "notifications": sorted(event["notifications"], key=lambda n: (n["by"], n["code"], n["subcode"]))}


def taken(event, pool):
    """Takes the first of uptake's events that has every field of a truth's event; False when there is none."""
    hidden = ENDPOINTS_ALONE.get(event["type"], ())
    wanted = {key: value for key, value in event.items() if key not in hidden}
    for i, candidate in enumerate(pool):
        if all(candidate.get(key) == value for key, value in wanted.items()):
            del pool[i]
            return True
    return False


def event_faults(document, events):
    """{event:TYPE: [what differs]}. What says most is matched first, so that it finds its own."""
    faults = {}
    events, table_faults = routes.without_table(events, document.get("notes", {}))
    events = [without_order(e) for e in routes.held(events)]
    for kind in sorted({e["type"] for e in document["events"]}):
        pool = [e for e in events if e["type"] == kind]
        wanted = [e for e in document["events"] if e["type"] == kind]
        wanted.sort(key=len, reverse=True)
        said = faults.setdefault(f"event:{kind}", [])
        said += [f"uptake shows nothing like {json.dumps(e)}" for e in wanted if not taken(e, pool)]
        said += [f"the endpoints know nothing of {json.dumps(e)[:300]}" for e in pool]
        said += table_faults if kind == "route" else []
    return faults


def compare(case, document, card, events, expected):
    """Failures of one case, as lines of text."""
    if document["schema"] != SCHEMA:
        return [f"{case}: truth of schema {document['schema']}, not {SCHEMA}"]
    faults = {**count_faults(document, card), **event_faults(document, events)}
    failures = []
    for what, said in faults.items():
        if (case, what) not in expected:
            failures += [f"{case}: {what}: {line}" for line in said[:5]]
            if len(said) > 5:
                failures.append(f"{case}: {what}: and {len(said) - 5} more")
        elif not said:
            failures.append(f"{case}: {what}: holds now: delete its line in {LIST.name}")
    stale = [what for (of, what) in expected if of == case and what not in faults]
    return failures + [f"{case}: {what}: in {LIST.name}, but the truth has no such row" for what in stale]


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    expected, failures, rows = expected_failures(), [], 0
    cases = {case: path for case, path in harness.truths().items() if not options.cases or case in options.cases}
    for case, capture in cases.items():
        document = json.loads((capture.parent / "truth.json").read_text())
        run = harness.read(options.uptake, capture, options=(*document.get("operator", ()), *harness.anchors(capture)),
                           events=True)
        if run.code != 0:
            failures.append(f"{case}: exit {run.code}: {run.errors}")
            continue
        rows += len(document["counts"]) + len(document["events"])
        failures += compare(case, document, run.card, run.events, expected)
    held = sum(of in cases for of, _ in expected)
    return harness.report(
        failures, f"{len(cases)} cases, {rows} counts and events of endpoints, {held} expected failures")


if __name__ == "__main__":
    sys.exit(main())
