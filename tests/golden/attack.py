#!/usr/bin/env python3
"""Whoever has an export, and a solver, learns no hidden count: for each one of random tables a linear program (GLPK)
gives the least and the most that it can be, given all that was published. No interval may be narrower than ten.

The attacker knows how counts are rounded, that nothing stays nothing, and what the letters of CONF_STATUS say.

usage: attack.py UPTAKE [--tables N] [--seed N]
"""
import collections
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import export
import harness

MONTH, K, GROUPS = "2026-11", 10, 32
DIMENSIONS = {"FAMILY": ("ipv4", "ipv6"), "DIRECTION": ("unknown", "from_customer", "toward_customer"),
              "VANTAGE": ("none", "stub_resolver", "resolver_authoritative", "other")}
OUTCOMES = ("pass", "fail", "unobservable", "not_applicable")
FAR = 10 ** 9  # what a hidden count is below, for the solver


def table(chance, clients):
    """{cell: {outcome: {client: sightings}}} of one measure: clients come in bursts, and like some cells."""
    cells = [(f, d, v) for f in DIMENSIONS["FAMILY"] for d in DIMENSIONS["DIRECTION"][1:]
             for v in DIMENSIONS["VANTAGE"][1:]]
    weights = [chance.expovariate(1) ** 3 for _ in cells]
    outcomes = [chance.expovariate(1) ** 2 for _ in OUTCOMES]
    found = {cell: {outcome: collections.Counter() for outcome in OUTCOMES} for cell in cells}
    for client in range(clients):
        for cell in chance.choices(cells, weights, k=chance.choice((1, 1, 2))):
            outcome = chance.choices(OUTCOMES, outcomes)[0]
            found[cell][outcome][client] += int(chance.paretovariate(1.1))
    return found


def crowded(parts):
    """What a card says of some counts: how many, of how many subscribers, by client group."""
    counts = {"subscribers": {}, "groups": {}}
    for outcome in OUTCOMES:
        clients = sum((part[outcome] for part in parts), collections.Counter())
        number = sum(clients.values())
        counts[outcome] = number
        if outcome == "unobservable":
            counts[outcome] = {"gap": number} if number else {}
        if number:
            counts["subscribers"][outcome] = min(K, len(clients))
            groups = [0] * GROUPS
            for client, count in clients.items():
                groups[client % GROUPS] += count
            counts["groups"][outcome] = groups
    return counts


def card(tables):
    measures = []
    for measure, cells in tables.items():
        rows = [dict(zip(("family", "direction", "vantage"), cell), **crowded([parts])) for cell, parts in cells.items()
                if any(parts.values())]
        measures.append({"id": measure, "unit": "responses", "total": crowded(cells.values()), "cells": rows})
    window = {"ledger": {"frames": 1, "first_time": f"{MONTH}-01T00:00:00Z", "last_time": f"{MONTH}-28T00:00:00Z",
                         "ended": {"truncated": 0}}, "limits": {}, "measures": measures,
              "client_groups": {"key": "0" * 16, "k": K, "subscriber": [32, 56]}}
    return {"schema": "uptake-scorecard/1", "catalogue": "0" * 16, "profile": "made", "directions_known": True,
            "damage": [], "interrupted": False, "ports": [], "windows": [window]}


def bounds(row):
    """What the attacker knows of a count before it is held against others."""
    if row["OBS_VALUE"]:
        value = int(row["OBS_VALUE"])
        return (0, 0) if value == 0 else (max(K, value - 5), value + 4)
    # Few subscribers: one sighting or more. All other letters stand for counts of at least ten subscribers.
    return (1, FAR) if row["CONF_STATUS"] == "A" else (K, FAR)


def program(rows, aim, wanted):
    """The linear program for one count, as CPLEX writes it: sums of each dimension are the total."""
    names = {place: f"x{number}" for number, place in enumerate(rows)}
    lines = ["Maximize" if aim == "max" else "Minimize", f" goal: {names[wanted]}", "Subject To"]
    for dimension in DIMENSIONS:
        parts = [names[place] for place in rows if place[0] == dimension]
        if parts:
            lines.append(f" {dimension}: {' + '.join(parts)} - {names['_T']} = 0")
    lines.append("Bounds")
    lines += [f" {low} <= {names[place]} <= {high}" for place, (low, high) in rows.items()]
    return "\n".join([*lines, "End", ""])


def solve(scratch, text):
    (scratch / "attack.lp").write_text(text)
    done = subprocess.run(["glpsol", "--lp", "attack.lp", "--write", "found.txt"], cwd=scratch, capture_output=True,
                          text=True)
    for line in (scratch / "found.txt").read_text().splitlines():
        words = line.split()
        if words[0] == "s" and words[4] == "f" and words[5] == "f":
            return float(words[6])
    raise RuntimeError(f"no solution: {done.stdout}\n{text}")


def attack(scratch, observations):
    """(hidden counts, those that had to be hidden for others, the narrowest interval, what can be known too well)."""
    tables = collections.defaultdict(dict)
    letters = collections.Counter(row["CONF_STATUS"] for row in observations)
    for row in observations:
        place = next(((name, row[name]) for name in DIMENSIONS if row[name] != "_T"), "_T")
        tables[row["MEASURE"], row["OUTCOME"]][place] = bounds(row)
    narrowest, faults, hidden = FAR, [], 0
    for name, rows in tables.items():
        for place, (low, high) in rows.items():
            if high != FAR:
                continue
            hidden += 1
            least, most = (solve(scratch, program(rows, aim, place)) for aim in ("min", "max"))
            narrowest = min(narrowest, most - least)
            if most - least < K:
                faults.append(f"{name}, {place} is from {least:g} to {most:g}")
    return hidden, letters, narrowest, faults


def control():
    """Rows of which a hidden count can be known: of ten or a few more, ten others are hidden beside it."""
    def row(family, value, letter):
        return {"MEASURE": "control", "OUTCOME": "pass", "FAMILY": family, "DIRECTION": "_T", "VANTAGE": "_T",
                "OBS_VALUE": value, "CONF_STATUS": letter}
    return [row("_T", "10", "F"), row("ipv4", "", "A"), row("ipv6", "", "D")]


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--seed", type=int, default=14)
    options = parser.parse_args()
    if shutil.which("glpsol") is None:
        harness.skip("no glpsol (glpk-utils)")
    chance = random.Random(options.seed)
    catalogue = json.loads(subprocess.run([options.uptake, "catalogue", "--json"], capture_output=True).stdout)
    ids = [row["id"] for row in catalogue["measures"] if row["unit"] == "responses" and row["id"].startswith("dns.")]
    failures, hidden, letters, narrowest, cards, left = [], 0, collections.Counter(), FAR, 0, options.tables
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as folder:
        scratch = pathlib.Path(folder)
        if len(attack(scratch, control())[3]) != 2:
            failures.append("the attack does not find what can be known")
        while left > 0:
            made = {name: table(chance, chance.choice((60, 150, 400, 2000))) for name in ids[:left]}
            left -= len(made)
            file, package = scratch / f"{cards}.json", f"package.{cards}"
            file.write_text(json.dumps(card(made)))
            code, said = export.export(options.uptake, file, "--operator", "A", "--area", "NL", "--period", MONTH,
                                       scratch / package)
            if code:
                sys.exit(f"export: exit {code}: {said}")
            found = attack(scratch, export.rows(scratch, package, "observations.csv"))
            hidden, letters, narrowest = hidden + found[0], letters + found[1], min(narrowest, found[2])
            failures += found[3]
            cards += 1
    unsafe = sum(letters[letter] for letter in "AOT")
    if letters["D"] > unsafe / 20:
        failures.append(f"{letters['D']} counts are hidden for {unsafe} unsafe ones")
    if not hidden:
        failures.append("no count is hidden")
    return harness.report(failures, f"{options.tables} tables, {hidden} hidden counts ({letters['D']} of them for "
                                    f"others), the narrowest interval is {narrowest:g}")


if __name__ == "__main__":
    sys.exit(main())
