#!/usr/bin/env python3
"""Compares what uptake sees with what tshark sees.

usage: oracle.py UPTAKE [--captures FOLDER] [--update] [--only TEXT]

Every golden capture is given to tshark; every capture below FOLDER (default: $UPTAKE_CAPTURES, else
../shared/captures beside the repository) is compared with its truth/*.json there. Each run must end with exit 0 or 2
and a closed ledger.
A disagreement fails unless explained.tsv has a line for it: capture, value, tshark's count, uptake's count, reason.
So does a line whose disagreement is no more, and a line without a reason. --update rewrites the lines: new ones get
an empty reason, for a person to fill in.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden")]
import harness  # noqa: E402
import quic  # noqa: E402
import stored  # noqa: E402
import tshark  # noqa: E402
import uptake  # noqa: E402

EXPLAINED = HERE / "explained.tsv"
NO_CAPTURE = 66
HEADER = "capture\tvalue\ttshark\tuptake\treason\n"


class Finding:
    """What the comparison of one capture gave."""

    def __init__(self, name):
        self.name, self.failures, self.differences, self.values, self.note = name, [], {}, 0, None

    def compare(self, wanted, found, settled=None):
        compared = set(wanted) | {n for n in found if settled is None or stored.is_settled(n, settled)}
        self.values = len(compared)
        self.differences = {n: (wanted.get(n, 0), found.get(n, 0)) for n in compared
                            if wanted.get(n, 0) != found.get(n, 0)}

    def run(self, command, capture):
        run = harness.read(command, capture, events=True)
        if run.code == NO_CAPTURE:
            self.differences["exit"] = (0, run.code)  # a format that uptake does not read: to be explained
            return None
        if run.code not in harness.DONE or not run.card_text:
            self.failures.append(f"{self.name}: exit {run.code}: {run.errors}")
            return None
        fault = harness.ledger_fault(run)
        if fault:
            self.failures.append(f"{self.name}: {fault}")
        return run


def check_golden(command, case, capture):
    finding = Finding("golden/" + case)
    run = finding.run(command, capture)
    if run:
        finding.compare(+tshark.values(capture), +uptake.values(run.events))
    return finding


def check_stored(command, name, capture, truth):
    finding = Finding(name)
    run = finding.run(command, capture)
    if run is None or truth is None:
        return finding
    wanted, settled, finding.note = stored.values(truth)
    wanted["frames"] = truth.get("frames", {}).get("packets", 0)
    found = uptake.values_without_sessions(run.events) + uptake.bgp_messages(run.card)
    found["frames"] = sum(w["ledger"]["frames"] for w in run.card["windows"])
    finding.compare(wanted, found, settled | {"frames"})
    return finding


def check_quic(command, name, capture):
    """Never fewer hellos than tshark, by version."""
    finding = Finding(name + " (quic)")
    run = finding.run(command, capture)
    if run:
        theirs = quic.by_tshark(capture)
        finding.values, finding.differences = len(theirs), quic.fewer(theirs, quic.by_uptake(run.events))
    return finding


def jobs(options):
    """(function, arguments) for every capture that can be compared here."""
    made = []
    if shutil.which("tshark"):
        made += [(check_golden, options.uptake, case, path) for case, path in harness.cases().items()]
    else:
        print("golden captures not compared: tshark is not installed")
    if not (options.captures / "MANIFEST.tsv").exists():
        print(f"no captures at {options.captures}: only the golden cases are compared")
        return made
    for name, path in harness.manifest(options.captures):
        if name.startswith("quic/") and shutil.which("tshark"):
            made.append((check_quic, options.uptake, name, path))
        truth = options.captures / "truth" / f"{name}.json"
        made.append((check_stored, options.uptake, name, path, json.loads(truth.read_text()) if truth.exists()
                     else None))
    return made


def explained():
    """{(capture, value): (tshark, uptake, reason)}"""
    if not EXPLAINED.exists():
        return {}
    rows = [line.split("\t") for line in EXPLAINED.read_text(encoding="utf-8").splitlines()[1:]]
    return {(r[0], r[1]): (int(r[2]), int(r[3]), r[4]) for r in rows}


def judge(findings, lines):
    """What fails: unexplained, or explained and not so."""
    failures, seen = [], set()
    for finding in findings:
        failures += finding.failures
        for value, (theirs, ours) in sorted(finding.differences.items()):
            key = (finding.name, value)
            seen.add(key)
            line = lines.get(key)
            if line is None:
                failures.append(f"{finding.name}: {value}: tshark {theirs}, uptake {ours}")
            elif line[:2] != (theirs, ours):
                failures.append(f"{finding.name}: {value}: tshark {theirs}, uptake {ours}; "
                                f"explained for {line[0]} and {line[1]}")
            elif not line[2].strip():
                failures.append(f"{finding.name}: {value}: the explanation is empty")
    compared = {f.name for f in findings}
    failures += [f"{name}: {value}: explained, but no difference any more" for name, value in lines
                 if name in compared and (name, value) not in seen]
    return failures


def update(findings, lines):
    compared = {f.name for f in findings}
    kept = {key: line for key, line in lines.items() if key[0] not in compared}
    for finding in findings:
        for value, (theirs, ours) in finding.differences.items():
            old = lines.get((finding.name, value), (0, 0, ""))
            kept[finding.name, value] = (theirs, ours, old[2])
    rows = [f"{name}\t{value}\t{t}\t{u}\t{reason}\n" for (name, value), (t, u, reason) in sorted(kept.items())]
    EXPLAINED.write_text(HEADER + "".join(rows), encoding="utf-8")


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--captures", type=pathlib.Path,
                        default=os.environ.get("UPTAKE_CAPTURES", harness.REPOSITORY.parent / "shared" / "captures"))
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", default="", help="captures whose name holds this text")
    options = parser.parse_args()
    options.captures = pathlib.Path(options.captures)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wanted = [job for job in jobs(options) if options.only in ("golden/" if job[0] is check_golden
                                                                   else "") + job[2]]
        findings = list(pool.map(lambda job: job[0](*job[1:]), wanted))
    lines = explained()
    if options.update:
        update(findings, lines)
        lines = explained()
    for note in sorted({f.note for f in findings if f.note}):
        print(f"TLS not compared in {sum(f.note == note for f in findings)} captures: {note}")
    values = sum(f.values for f in findings)
    differ = sum(len(f.differences) for f in findings)
    return harness.report(judge(findings, lines), f"{len(findings)} captures, {values} values compared, "
                          f"{differ} differ, {len(lines)} lines of explanation")


if __name__ == "__main__":
    sys.exit(main())
