#!/usr/bin/env python3
"""Compares uptake's figures and events with what the endpoints of the lab recorded.

usage: truth_check.py UPTAKE [CASE...]

Each row of a truth's counts must be what the score card says, and each of its events one event of uptake, by the
fields that the truth gives. What does not hold stands in expected_failures.tsv, a line each; a line that holds nothing
back any more is a failure too, so that the list only shrinks. A row of counts that stands there is one of which the
capture hides a part: that part must be unobservable, and all else what the endpoints say. Only a row whose reason
begins with ELSEWHERE may have more of an outcome than they. Events keep to their schemas (policy/events/*.schema.json).
"""
import json
import sys

import harness
import routes

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = "uptake-lab-truth/1"
LIST = harness.GOLDEN / "expected_failures.tsv"
SCHEMAS = harness.REPOSITORY / "policy" / "events"
ELSEWHERE = "counted elsewhere: "
WRONG = "more differs than is hidden"
OUTCOMES = ("pass", "fail", "unobservable")
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
    "dane": {
        "delivered",       # the same
        "tlsa",            # events have the usage of the record that matches
    },
}
# What an event of uptake may say, or lack, instead of a truth's word, where the wire does not tell.
INSTEAD = {
    ("dane", "name"): (None,              # of a host for whose TLSA records nobody asked
                       "ee311.example.test"),  # the host behind the alias byname.example.test (RFC 7671 section 7)
    ("dane", "outcome"): ("not visible",),     # TLS 1.3 encrypts the chain
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


def only_hidden(wanted, found):
    """Whether what is missing of the outcomes is unobservable, and nothing else differs."""
    return (found["pass"] <= wanted["pass"] and found["fail"] <= wanted["fail"]
            and sum(found[key] for key in OUTCOMES) == sum(wanted[key] for key in OUTCOMES))


def count_faults(document, card, expected):
    """{row_name(): [what differs]}, with an empty list for what agrees. `expected`: {row_name(): reason}."""
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
            reason = expected.get(row_name(row), ELSEWHERE)
            if not reason.startswith(ELSEWHERE) and not only_hidden(row, found):
                said.append(WRONG)
    return faults


def without_order(event):
    """A BGP session's event with its NOTIFICATIONs in the order of a truth, the client's first: they may cross."""
    if event["type"] != "bgp":
        return event
    return {**event, "notifications": sorted(event["notifications"], key=lambda n: (n["by"], n["code"], n["subcode"]))}


def taken(event, pool):
    """Takes the event of uptake that has every field of a truth's event, as closely as there is one; False when there
    is none."""
    hidden = ENDPOINTS_ALONE.get(event["type"], ())
    wanted = {key: value for key, value in event.items() if key not in hidden}
    best = None
    for i, candidate in enumerate(pool):
        differs = [key for key, value in wanted.items() if candidate.get(key) != value]
        if all(candidate.get(key) in INSTEAD.get((event["type"], key), ()) for key in differs):
            rank = (not must_be_told(candidate), len(differs), i)
            best = rank if best is None else min(best, rank)
    if best is not None:
        del pool[best[2]]
    return best is not None


def must_be_told(event):
    """Whether the endpoints tell of such an event. Of deliveries they tell of those by DANE, which a sender shows by
    the name in its hello, or where there is no hello by having asked."""
    if event["type"] != "dane":
        return True
    if event["tls"] == "unused":
        return False
    return event["records"] == "usable" and event.get("server_name", event["tls"] != "begun" and event["asked_before"])


def schema_faults(events):
    """What is wrong with the events whose type has a schema."""
    checks = {path.name.split(".")[0]: jsonschema.Draft202012Validator(json.loads(path.read_text()))
              for path in (SCHEMAS.glob("*.schema.json") if jsonschema else ())}
    return [f"{error.message} in {json.dumps(event)[:300]}" for event in events if event["type"] in checks
            for error in checks[event["type"]].iter_errors(event)]


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
        said += [f"the endpoints know nothing of {json.dumps(e)[:300]}" for e in pool if must_be_told(e)]
        said += table_faults if kind == "route" else []
    return faults


def compare(case, document, card, events, expected):
    """Failures of one case, as lines of text."""
    if document["schema"] != SCHEMA:
        return [f"{case}: truth of schema {document['schema']}, not {SCHEMA}"]
    own = {what: reason for (of, what), reason in expected.items() if of == case}
    faults = {**count_faults(document, card, own), **event_faults(document, events)}
    failures = [f"{case}: {line}" for line in schema_faults(events)[:5]]
    for what, said in faults.items():
        if what not in own or WRONG in said:
            failures += [f"{case}: {what}: {line}" for line in said[:5]]
            if len(said) > 5:
                failures.append(f"{case}: {what}: and {len(said) - 5} more")
        elif not said:
            failures.append(f"{case}: {what}: holds now: delete its line in {LIST.name}")
    stale = [what for what in own if what not in faults]
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
    if jsonschema is None:
        print("skipped: events are not held against their schemas, for python3-jsonschema is not installed")
    held = sum(of in cases for of, _ in expected)
    return harness.report(
        failures, f"{len(cases)} cases, {rows} counts and events of endpoints, {held} expected failures")


if __name__ == "__main__":
    sys.exit(main())
