#!/usr/bin/env python3
"""The results store: its periods are the sums of their windows, a window that closed is in it whenever uptake is
killed, nothing is kept longer than it should be, and files that are no stores are refused.

usage: store.py UPTAKE [--kills N]
"""
import collections
import contextlib
import itertools
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

import harness
import windows


def run(uptake, *words):
    return subprocess.run([uptake, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)


def words_of(capture, store, *more):
    return ["read", capture, "--window", "1m", "--quiet", "--store", store, *more]


def rows_of(store, query):
    with contextlib.closing(sqlite3.connect(store)) as database:
        return database.execute(query).fetchall()


def contents(store):
    """All that a store says, without the numbers that it gives to rows."""
    period = "(SELECT level || ':' || start FROM period WHERE id = period)"
    measure = "(SELECT name || '/' || unit FROM measure WHERE id = measure)"
    queries = ["SELECT level, start, length, covered, windows, empty, frames, wire_bytes, captured_bytes FROM period",
               f"SELECT {period}, {measure}, cell, outcome, n FROM sighting",
               f"SELECT {period}, {measure}, pass, fail, hidden, best_pass, best_fail, top_pass, top_fail FROM entity",
               f"SELECT {period}, (SELECT kind || name FROM counter WHERE id = counter), n FROM coverage"]
    return [sorted(rows_of(store, query)) for query in queries]


def check_sums(uptake, scratch, capture):
    """A report of the whole says what the windows' cards add up to."""
    store, card, report = scratch / "sums.db", scratch / "sums.json", scratch / "report.json"
    done = run(uptake, *words_of(capture, store, "--json", card, "--label", "operator=ISP-A"))
    told = run(uptake, "report", store, "--all", "--quiet", "--json", report)
    if done.returncode or told.returncode:
        return [f"sums: exit {done.returncode}, {told.returncode}: {done.stderr} {told.stderr}"]
    sums, most = collections.Counter(), {}
    frames = 0
    for window in json.loads(card.read_text())["windows"]:
        frames += window["ledger"]["frames"]
        for measure in window["measures"]:
            name = (measure["id"], measure["unit"])
            counts = measure.get("total") or measure["entities"]["worst"]
            hidden = measure.get("entities", counts)["unobservable"]
            hidden = sum(hidden.values()) if isinstance(hidden, dict) else hidden
            found = (counts["pass"], counts["fail"], hidden)
            for key, count in zip(("pass", "fail", "unobservable"), found):
                sums[name, key] += count
            most[name] = max(most.get(name, (0, 0, 0)), found, key=sum)
    (period,) = json.loads(report.read_text())["groups"][0]["periods"]
    faults = []
    if period["coverage"]["frames"] != frames or not frames:
        faults.append(f"sums: {period['coverage']['frames']} frames, {frames} in the cards")
    wanted = {name for name, key in sums if any(sums[name, k] for k in ("pass", "fail", "unobservable"))}
    figures = {(f["id"], f["unit"]): f for f in period["figures"]}
    for name in wanted | set(figures):
        figure = figures.get(name, {})
        for key in ("pass", "fail", "unobservable"):
            told = figure.get("sum", figure).get(key)
            if told != sums[name, key]:
                faults.append(f"sums: {name} {key}: {told}, not {sums[name, key]}")
        if "largest" in figure and sum(figure["largest"].values()) != sum(most[name]):
            faults.append(f"sums: {name}: the largest window has {figure['largest']}, not {most[name]}")
    again = run(uptake, *words_of(capture, store, "--label", "operator=ISP-A"))
    other = run(uptake, *words_of(capture, store, "--label", "operator=ISP-B"))
    if again.returncode != 0 or rows_of(store, "SELECT sum(frames) FROM period WHERE level = 2") != [(frames,)]:
        faults.append("sums: what is read again counts again")
    if other.returncode != 64 or b"count twice" not in other.stderr:
        faults.append(f"sums: under another label: exit {other.returncode}, {other.stderr}")
    return faults


def check_kept(store):
    """No period is older than it is kept."""
    (newest, *kept), = rows_of(store, "SELECT newest, keep_windows, keep_hours, keep_days FROM state")
    return [f"level {level} from {start} is kept at {newest}"
            for level, start, length in rows_of(store, "SELECT level, start, length FROM period")
            if kept[level] and start + length <= newest - kept[level]]


def frames_of(folder):
    """How many frames the first windows have together, by how many those are."""
    cards = (json.loads(path.read_text())["windows"][0] for path in sorted(folder.glob("2*.json")))
    return [0, *itertools.accumulate(card["ledger"]["frames"] for card in cards if card["ledger"]["frames"])]


def check_closed(store, folder, frames):
    """Windows whose card was written are in the store."""
    faults = []
    (newest, kept), = rows_of(store, "SELECT newest, keep_windows FROM state") or [(0, 0)]
    stored = dict(rows_of(store, "SELECT start, frames FROM period WHERE level = 0"))
    total, = rows_of(store, "SELECT total(frames), total(windows) FROM period WHERE level = 2")[0:1]
    for path in folder.glob("2*.json"):
        window, = json.loads(path.read_text())["windows"]
        start = int(time.mktime(time.strptime(window["start"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone)
        if window.get("empty_windows") or start + windows.SPAN <= newest - kept:
            continue
        if stored.get(start) != window["ledger"]["frames"]:
            faults.append(f"the window from {window['start']} is not in the store")
    if total[0] != frames[int(total[1])]:
        faults.append(f"{total[1]} windows have {total[0]} frames")
    return faults


def check_kills(uptake, scratch, capture, kills):
    keep = ("--keep", "10m,2h,ever")
    whole = scratch / "whole.db"
    start = time.monotonic()
    cards = scratch / "whole"
    cards.mkdir()
    done = run(uptake, *words_of(capture, whole, *keep, "--json", cards))
    span = time.monotonic() - start
    if done.returncode:
        return [f"kills: exit {done.returncode}: {done.stderr}"]
    reference, faults, finished, dead = contents(whole), check_kept(whole), 0, 0
    frames = frames_of(cards)
    chance = random.Random(14)
    store, folder = scratch / "killed.db", scratch / "cards"
    while dead < kills or finished == 0:
        folder.mkdir(exist_ok=True)
        child = subprocess.Popen([uptake, *map(str, words_of(capture, store, *keep, "--json", folder))],
                                 stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            child.wait(chance.uniform(0, 0.7 * span) if dead < kills else None)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            dead += 1
        if store.exists() and store.stat().st_size and rows_of(store, "SELECT 1 FROM sqlite_master"):
            faults += check_kept(store) + check_closed(store, folder, frames)
        if child.returncode == 0:
            finished += 1
            if contents(store) != reference or rows_of(store, "PRAGMA integrity_check") != [("ok",)]:
                faults.append(f"after {dead} kills the store is not that of one run")
            for path in [*scratch.glob("killed.db*"), *folder.glob("*")]:
                path.unlink()
        elif child.returncode > 0:
            faults.append(f"kills: exit {child.returncode}: {child.stderr.read()}")
            break
        if len(faults) > 5:
            break
    return faults


def check_refusals(uptake, scratch, capture):
    foreign, text, newer = scratch / "foreign.db", scratch / "text.db", scratch / "newer.db"
    store = scratch / "sums.db"
    with contextlib.closing(sqlite3.connect(foreign)) as database:
        database.execute("CREATE TABLE other (x)")
    text.write_text("this is no database, whatever it is called\n" * 100)
    newer.write_bytes(store.read_bytes())
    with contextlib.closing(sqlite3.connect(newer)) as database:
        database.execute("PRAGMA user_version = 2")
    cases = [(foreign, b"is no results store"), (text, b"is no results store"), (newer, b"a newer uptake")]
    faults = []
    for path, says in cases:
        before = path.read_bytes()
        for code, words in ((66, ("report", path)), (73, words_of(capture, path))):
            done = run(uptake, *words)
            if done.returncode != code or says not in done.stderr or path.read_bytes() != before:
                faults.append(f"{path.name}: exit {done.returncode}, not {code}: {done.stderr}")
    for code, words in ((66, ("report", scratch / "none.db")), (66, ("report", scratch)),
                        (64, ("report", store, "--by", "year")), (64, ("report",)),
                        (66, ("report", store, "--from", "2020-01-01", "--to", "2020-02-01")),
                        (64, ("report", store, "--from", "2023-11-15", "--to", "2023-11-15")),
                        (64, ("read", capture, "--store", scratch / "x.db")),
                        (64, (*words_of(capture, scratch / "x.db")[:2], "--window", "7d", "--store", scratch / "x.db")),
                        (73, words_of(capture, scratch)), (73, words_of(capture, scratch / "none" / "x.db"))):
        done = run(uptake, *words)
        if done.returncode != code or done.stderr.count(b"\n") != 1:
            faults.append(f"{' '.join(map(str, words))}: exit {done.returncode}, not {code}: {done.stderr}")
    return faults


def check_one_writer(uptake, scratch, capture):
    """While one writes, another is refused, and reports go on."""
    store = scratch / "sums.db"
    child = subprocess.Popen([uptake, *map(str, words_of("-", store))], stdin=subprocess.PIPE)
    child.stdin.write(windows.head() + b"".join(windows.window(i) for i in range(300, 305)))
    child.stdin.flush()
    end = time.monotonic() + windows.PATIENCE
    while rows_of(store, "SELECT count(*) FROM input") == [(1,)] and time.monotonic() < end:
        time.sleep(0.02)
    second = run(uptake, *words_of(capture, store))
    told = run(uptake, "report", store, "--by", "day")
    child.stdin.close()
    child.wait(windows.PATIENCE)
    if second.returncode != 73 or b"another uptake" not in second.stderr or told.returncode or child.returncode:
        return [f"one writer: the second exits with {second.returncode} ({second.stderr}), a report with "
                f"{told.returncode} ({told.stderr}), the first with {child.returncode}"]
    return []


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--kills", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as folder:
        scratch = pathlib.Path(folder)
        capture = scratch / "windows.pcap"
        there = [*range(20), *range(90, 120)]  # minutes: over midnight
        capture.write_bytes(windows.head() + b"".join(windows.window(i) for i in there))
        failures = check_sums(options.uptake, scratch, capture)
        failures += check_refusals(options.uptake, scratch, capture)
        failures += check_one_writer(options.uptake, scratch, capture)
        failures += check_kills(options.uptake, scratch, capture, options.kills)
    return harness.report(failures, f"the results store, {options.kills} kills")


if __name__ == "__main__":
    sys.exit(main())
