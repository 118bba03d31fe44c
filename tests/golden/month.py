#!/usr/bin/env python3
"""A made month of two operators: TLS connections and DNS answers of which all is known, day by day, through the store,
the report, the comparison, the export, the merge, the targets and the page. Every figure is the truth, rounded where it
says so. At one operator old clients modernise day by day, and that is found; at the other nothing changes but the
bursts of the clients, and that is no change (of twenty such pairs of spans about one seems to be: so with --seed 5).

usage: month.py UPTAKE [--seed N]
"""
import collections
import json
import pathlib
import random
import struct
import sys
import tempfile

import export
import harness
import page
import together

MONTH, FIRST, DAY = "2026-11", 1_793_491_200, 86_400  # 2026-11-01
DAYS, CLIENTS, NAMES = 30, 240, 150
PARTS = (range(0, 10), range(10, 20), range(20, 30))
TLS, LINES = ("tls.version.1_3", "connections"), ("tls.version.1_3", "subscribers")
RESPONSES, HAS_AAAA = ("dns.has.aaaa", "responses"), ("dns.has.aaaa", "names")
OPERATORS = ("ISP-A", "ISP-B")
AFTER_HANDSHAKE = 10  # frames that a connection needs to be judged


def connections():
    """{(is TLS 1.3, IP version): frames of a connection} from a golden capture: (nanoseconds, octets, from client)."""
    flows = collections.defaultdict(list)
    for time, octets, _ in sorted(together.frames(harness.cases()["tls-versions"])):
        version, header = octets[14] >> 4, 34 if octets[12:14] == b"\x08\x00" else 54
        if octets[23 if version == 4 else 20] != 6:
            continue
        source, target = struct.unpack_from("!HH", octets, header)
        flows[version, max(source, target)].append((time, octets, source > target))
    found = {}
    for (version, _), frames in flows.items():
        told = b"".join(octets for _, octets, client in frames if not client)
        if b"\x16\x03\x03" not in told or b"\x02\x28" in told[:400]:
            continue  # no ServerHello, or an alert
        modern = b"\x00\x2b\x00\x02\x03\x04" in told  # supported_versions: TLS 1.3 (RFC 8446 4.2.1)
        start = frames[0][0]
        found.setdefault((modern, version), [(time - start, *rest) for time, *rest in frames[:AFTER_HANDSHAKE]])
    return found


def between(octets, from_client, client, port):
    """The frame as one of this client and port."""
    out = bytearray(octets)
    at, size, ports = (26, 4, 34) if out[12:14] == b"\x08\x00" else (22, 16, 54)
    place = at if from_client else at + size
    out[place:place + size] = client
    struct.pack_into("!H", out, ports + (0 if from_client else 2), port)
    return bytes(out)


def answer(client, port, name, has_aaaa):
    """A question for AAAA to a resolver and its answer, in Ethernet, IPv4 and UDP."""
    question = b"".join(bytes([len(label)]) + label for label in name) + b"\0" + struct.pack("!HH", 28, 1)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 28, 1, 60, 16) + b"\x20\x01" + bytes(13) + b"\x01"
    for answers, source, target, ports in ((None, client, RESOLVER, (port, 53)),
                                           (has_aaaa, RESOLVER, client, (53, port))):
        flags = 0x0100 if answers is None else 0x8180
        payload = struct.pack("!HHHHHH", port, flags, 1, int(bool(answers)), 0, 0) + question
        payload += record if answers else b""
        datagram = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
        yield b"\x02" * 12 + b"\x08\x00" + struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), port, 0, 64, 17, 0,
                                                       source, target) + datagram


RESOLVER = bytes([198, 51, 100, 53])


class Month:
    """What an operator's clients do, and the truth of it: {measure: [[pass, fail] of each day]}."""

    def __init__(self, number, chance, modernises):
        self.frames = [[] for _ in range(DAYS)]
        self.truth = {name: [[0, 0] for _ in range(DAYS)] for name in (TLS, LINES, RESPONSES, HAS_AAAA)}
        self.families = collections.Counter()  # of TLS: (IP version, is TLS 1.3)
        self.names = set()  # every name that was asked for
        self.bare = set()  # without an AAAA at least once
        flows, self.port = connections(), 20_000
        # The day from which on a client has TLS 1.3; a name has an AAAA from its day on.
        modern = [0 if chance.random() < 0.4 else chance.randint(1, 40) if modernises else DAYS for _ in range(CLIENTS)]
        born = [0 if chance.random() < 0.4 else chance.randint(1, 60) for _ in range(NAMES)]
        for day in range(DAYS):
            for client in range(CLIENTS):
                if chance.random() < 0.4:
                    self.truth[LINES][day][0 if day >= modern[client] else 1] += 1
                    for _ in range(chance.choice((1, 1, 2, 3, 8))):  # a burst
                        self.connect(day, number, client, flows, day >= modern[client], chance)
            told = set()
            for name in range(NAMES):
                if chance.random() < 0.5:
                    for _ in range(chance.randint(1, 3)):
                        self.ask(day, number, chance.randrange(CLIENTS), name, day >= born[name], chance)
                    told.add((name, day >= born[name]))
            for name, has_aaaa in told:
                self.names.add(name)
                self.bare |= set() if has_aaaa else {name}
                self.truth[HAS_AAAA][day][0 if has_aaaa else 1] += 1

    def at(self, day, chance):
        return (FIRST + day * DAY + chance.randint(60, DAY - 60)) * 1_000_000_000

    def connect(self, day, number, client, flows, modern, chance):
        version = 6 if client % 3 == 0 else 4
        address = bytes([10, number, client >> 8, client & 255])
        if version == 6:
            address = bytes([0x20, 0x01, 0x0d, 0xb8, number, client, 0, 0]) + bytes(7) + b"\x01"
        self.port = 20_000 + (self.port - 19_999) % 40_000
        start = self.at(day, chance)
        for time, octets, from_client in flows[modern, version]:
            octets = between(octets, from_client, address, self.port)
            self.frames[day].append((start + time, octets, len(octets)))
        self.truth[TLS][day][0 if modern else 1] += 1
        self.families[version, modern] += 1

    def ask(self, day, number, client, name, has_aaaa, chance):
        self.port = 20_000 + (self.port - 19_999) % 40_000
        start = self.at(day, chance)
        address = bytes([10, number, client >> 8, client & 255])
        for i, frame in enumerate(answer(address, self.port, (b"host%d" % name, b"example"), has_aaaa)):
            self.frames[day].append((start + i * 1_000_000, frame, len(frame)))
        self.truth[RESPONSES][day][0 if has_aaaa else 1] += 1

    def sum(self, measure, days=range(DAYS)):
        return [sum(self.truth[measure][day][i] for day in days) for i in (0, 1)]

    def share(self, measure, days=range(DAYS)):
        passed, failed = self.sum(measure, days)
        return 100 * passed / (passed + failed)

    def write(self, path, days):
        together.write(path, sorted((frame for day in days for frame in self.frames[day]), key=lambda frame: frame[0]))


def told(uptake, *words):
    """What a command printed; raises where it failed."""
    done = page.run(uptake, *words)
    if done.returncode:
        raise AssertionError(f"{words[0]}: exit {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def read_all(uptake, scratch, months):
    """Every operator's month into one store, and each part of it into a card."""
    key = scratch / "groups.key"
    key.write_bytes(bytes(range(16)))
    for operator, month in months.items():
        files = []
        for i, days in enumerate(PARTS):
            files.append(scratch / f"{operator}.{i}.pcap")
            month.write(files[-1], days)
        options = ("--quiet", "--label", f"operator={operator}", "--client-groups", key)
        told(uptake, "read", *files, "--window", "1d", "--store", scratch / "store.db", "--json",
             scratch / f"{operator}.json", *options)
        for i, file in enumerate(files):
            told(uptake, "read", file, "--json", scratch / f"{operator}.{i}.json", *options)


def report_faults(uptake, scratch, months):
    """Each day of each operator, and the month of both together."""
    file = scratch / "report.json"
    told(uptake, "report", scratch / "store.db", "--by", "day", "--group", "operator", "--all", "--quiet", "--json",
         file)
    compared = 0
    for group in json.loads(file.read_text())["groups"]:
        month = months[group["value"]]
        for day, period in enumerate(group["periods"]):
            figures = {(one["id"], one["unit"]): one for one in period["figures"]}
            for name, days in month.truth.items():
                counts = figures[name].get("largest", figures[name])
                compared += 1
                if [counts["pass"], counts["fail"]] != days[day] or counts["unobservable"] not in (0, {}):
                    yield f"report: {group['value']}, day {day}, {name}: {counts}, not {days[day]}"
    if compared != len(months) * DAYS * 4:
        yield f"report: {compared} figures compared"
    told(uptake, "report", scratch / "store.db", "--month", MONTH, "--all", "--quiet", "--json", file)
    (period,) = json.loads(file.read_text())["groups"][0]["periods"]
    figures = {(one["id"], one["unit"]): one for one in period["figures"]}
    for name in (TLS, RESPONSES):
        wanted = [sum(month.sum(name)[i] for month in months.values()) for i in (0, 1)]
        if [figures[name]["pass"], figures[name]["fail"]] != wanted:
            yield f"report: {name} of both: {figures[name]}, not {wanted}"
    names = len(set().union(*(month.names for month in months.values())))
    least, most = (sum(figures[HAS_AAAA][which].values()) for which in ("largest", "sum"))
    if not least <= names <= most:
        yield f"report: {names} names are not between {least} and {most}"


def told_of(text, measure):
    """The lines of a comparison about a measure of sightings, with the section that they stand in."""
    lines, section = [], ""
    for line in text.splitlines():
        section = line if line and not line.startswith(" ") else section
        if tuple(line.split()[:2]) == measure:
            lines.append((section, line))
    return lines


def compare_faults(uptake, scratch, months):
    """The trend of one operator is found and as large as it is; the bursts of the other one are no change."""
    def days(i):
        return f"{MONTH}-{PARTS[i].start + 1:02}.." + (f"{MONTH}-{PARTS[i].stop + 1:02}" if i < 2 else "2026-12-01")

    def rows(operator, before, after):
        cards = (scratch / f"{operator}.{i}.json" for i in (before, after))
        section, found = "", {}
        text = told(uptake, "compare", *cards, "--all")
        stored = told(uptake, "compare", scratch / "store.db", days(before), days(after), "--label",
                      f"operator={operator}", "--all")
        if told_of(text, TLS) != told_of(stored, TLS):
            failures.append(f"compare: of cards {told_of(text, TLS)}, of the store {told_of(stored, TLS)}")
        for line in text.splitlines():
            if line and not line.startswith(" "):
                section = line
            words = line.split()
            if tuple(words[:2]) in (TLS, RESPONSES, HAS_AAAA):
                found[tuple(words[:2])] = section, words
        return found
    failures = []
    for before, after in ((0, 1), (1, 2), (0, 2)):
        section, words = rows("ISP-A", before, after)[TLS]
        shares = [months["ISP-A"].share(TLS, PARTS[i]) for i in (before, after)]
        if section != "more than bursts explain" or abs(float(words[6]) - (shares[1] - shares[0])) > 0.051:
            yield f"compare: the trend of ISP-A from {shares[0]:.1f} to {shares[1]:.1f} % is told as {section}: {words}"
        found = rows("ISP-B", before, after)
        if found[TLS][0] != "no clear change":
            yield f"compare: the bursts of ISP-B are told as {found[TLS]}"
        if not found[HAS_AAAA][0].startswith("not compared"):
            yield f"compare: names are told as {found[HAS_AAAA]}"
    yield from failures


def export_faults(uptake, scratch, months):
    """What leaves is the truth to the nearest ten; what is merged is the sum of what left."""
    merged = collections.Counter()
    for operator, month in months.items():
        told(uptake, "export", scratch / f"{operator}.json", "--operator", operator, "--area", "NL", "--period", MONTH,
             scratch / operator)
        told(uptake, "export", "--verify", scratch / operator)
        told(uptake, "export", scratch / "store.db", "--label", f"operator={operator}", "--operator", operator,
             "--area", "NL", "--month", MONTH, scratch / f"{operator}.stored")
        if export.contents(scratch / operator) != export.contents(scratch / f"{operator}.stored"):
            yield f"export: of the store of {operator} another package leaves than of its card"
        truth = {(TLS, "_T", outcome): month.sum(TLS)[i] for i, outcome in enumerate(("pass", "fail"))}
        truth |= {(RESPONSES, "_T", outcome): month.sum(RESPONSES)[i] for i, outcome in enumerate(("pass", "fail"))}
        truth |= {(TLS, f"ipv{family}", "pass" if modern else "fail"): count
                  for (family, modern), count in month.families.items()}
        for row in export.rows(scratch, operator, "observations.csv"):
            measure = (row["MEASURE"], row["UNIT"])
            place = (measure, row["FAMILY"], row["OUTCOME"])
            if measure == HAS_AAAA:
                yield f"export: names of {DAYS} days were added: {row}"
            if row["DIRECTION"] != "_T" or row["VANTAGE"] != "_T" or place not in truth:
                continue
            wanted = truth.pop(place)
            if not row["OBS_VALUE"] or int(row["OBS_VALUE"]) % 10 or abs(int(row["OBS_VALUE"]) - wanted) > 5:
                yield f"export: {operator}, {place}: {row['OBS_VALUE']}, not {wanted}"
            elif row["FAMILY"] == "_T":
                merged[measure, row["OUTCOME"]] += int(row["OBS_VALUE"])
        if truth:
            yield f"export: {operator}: {list(truth)} are missing"
        (covered,) = export.rows(scratch, operator, "coverage.csv")
        if covered["DAYS_COVERED"] != str(DAYS):
            yield f"export: {covered}"
    told(uptake, "merge", *(scratch / operator for operator in months), scratch / "merged")
    headline = {(row["MEASURE"], row["UNIT"]): row for row in export.rows(scratch, "merged", "headline.csv")}
    wanted = export.share(merged[TLS, "pass"], merged[TLS, "pass"] + merged[TLS, "fail"])
    if headline[TLS]["SHARE"] != wanted:
        yield f"merge: {headline[TLS]}, not {wanted}"


def policy(scratch, month):
    """Targets around the truth: one met, one missed, and names, of which bounds alone are known."""
    near = month.share(TLS)
    rows = [(*TLS, int(near)), (*TLS, int(near) + 1), (*HAS_AAAA, 100), (*HAS_AAAA, 50)]
    text = 'title = "made"\ndocument = "none"\n'
    for measure, unit, share in rows:
        text += f'[[target]]\nstandard = "s"\nmeasure = "{measure}"\nunit = "{unit}"\nat_least = {share}\nwho = "all"\n'
    file = scratch / "made.toml"
    file.write_text(text)
    return file


def target_faults(uptake, scratch, month):
    file = policy(scratch, month)
    words = (scratch / "store.db", "--month", MONTH, "--label", "operator=ISP-A")
    found = json.loads(told(uptake, "targets", file, *words, "--json"))["targets"]
    verdicts = [one["verdict"].partition(":")[0] for one in found]
    if verdicts != ["met", "missed", "missed", "cannot be said"]:
        yield f"targets: {verdicts} around {month.share(TLS)} %"
    share = 1 - len(month.bare) / len(month.names)
    if not found[3]["lower"] <= share <= found[3]["upper"]:
        yield f"targets: {share} of the names is not in {found[3]}"
    text, root = page.page_of(uptake, *words, "--policy", file)
    sentence = page.words_of(page.with_class(root, "sentence")[0])
    if "Of 4 targets: 1 met, 2 missed, 1 cannot be said." not in sentence:
        yield f"targets: the page says {sentence}"


def page_faults(uptake, scratch, month):
    """The page of the days says the last one, how far it moved, and draws them all; that of the month its share."""
    words = (scratch / "store.db", "--month", MONTH, "--label", "operator=ISP-A")
    for by, days in ((("--by", "day"), [DAYS - 1]), ((), range(DAYS))):
        text, root = page.page_of(uptake, *words, *by)
        rows = page.with_class(root, "standards")[0].iter("tr")
        (row,) = [row for row in rows if row.find(".//a[@href='#standard-tls']") is not None]
        wanted = page.percent(month.sum(TLS, days)[0], sum(month.sum(TLS, days)))
        if page.words_of(page.with_class(row, "share")[0]) != wanted:
            yield f"page: {page.words_of(row)}, not {wanted}"
        if not by:
            continue
        moved = month.share(TLS, [DAYS - 1]) - month.share(TLS, [0])
        if f"▲ {moved:+.1f} points" not in page.words_of(row) or f"since {MONTH}-01" not in page.words_of(row):
            yield f"page: {page.words_of(row)}, not {moved:+.1f} points"
        lines = [len(line.get("points").split()) for line in row.iter("polyline")]
        if lines != [DAYS]:
            yield f"page: lines of {lines} points"
        yield from (f"page: {fault}" for fault in page.offline_faults(text, root))


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    months = {operator: Month(i + 1, chance, i == 0) for i, operator in enumerate(OPERATORS)}
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as folder:
        scratch, uptake = pathlib.Path(folder), options.uptake.resolve()
        read_all(uptake, scratch, months)
        failures = [*report_faults(uptake, scratch, months), *compare_faults(uptake, scratch, months),
                    *export_faults(uptake, scratch, months), *target_faults(uptake, scratch, months["ISP-A"]),
                    *page_faults(uptake, scratch, months["ISP-A"])]
    frames = sum(len(day) for month in months.values() for day in month.frames)
    return harness.report(failures, f"a month of {len(months)} operators, {frames} frames")


if __name__ == "__main__":
    sys.exit(main())
