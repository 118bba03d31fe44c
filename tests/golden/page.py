#!/usr/bin/env python3
"""The page for people: every golden card and all of them together, in four languages, as a trend and of a store.

A page is one file that is well formed, loads nothing and runs nothing, and whose style is named by its hash. Its
figures are those of the card and of the first screen. Its colours can be told apart, by arithmetic. What is no card of
the same line is refused.

usage: page.py UPTAKE
"""
import base64
import copy
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import harness

LARGEST = 900_000  # octets of a page
FEW = 30
UNSEEN = "nothing of this was seen"
LANGUAGES = ("en", "nl", "pt", "es")
HOSTILE = '</p><script>alert(1)</script>\' " style="x" &amp; http://example.test/'


def run(uptake, *words):
    return subprocess.run([str(uptake), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)


def page_of(uptake, *words):
    """The page as text and as a tree; raises when there is none."""
    done = run(uptake, "report", "--html", "-", *words)
    if done.returncode:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    text = done.stdout.decode()
    doctype, _, rest = text.partition("\n")
    if doctype != "<!DOCTYPE html>":
        raise AssertionError(f"begins with {doctype}")
    return text, ET.fromstring(rest)


def words_of(node):
    """What is read: without what keeps a figure on one line."""
    return "".join(node.itertext()).translate({0xa0: " ", 0x2060: None})


def with_class(root, name):
    return [node for node in root.iter() if name in node.get("class", "").split()]


def percent(part, whole):
    """As reports round."""
    share = 100 * part / whole
    if part and share < 0.05:
        return "<0.1 %"
    return ">99.9 %" if part != whole and share >= 99.95 else f"{share:.1f} %"


def offline_faults(text, root):
    """What of the page loads, runs or is not under the policy."""
    faults = []
    if len(text.encode()) > LARGEST:
        faults.append(f"{len(text.encode())} octets")
    style = root.find("head/style").text
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = root.find("head/meta[@http-equiv='Content-Security-Policy']").get("content")
    if policy != f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'":
        faults.append(f"policy: {policy}")
    if re.search(r"url\(|@import", style):
        faults.append("the style loads something")
    for node in root.iter():
        if node.tag in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"):
            faults.append(f"<{node.tag}>")
        for name, value in node.attrib.items():
            if name == "style" or name.startswith("on") or name in ("src", "srcset", "action", "poster", "data"):
                faults.append(f"{node.tag} {name}=")
            if name == "href" and not value.startswith("#"):
                faults.append(f"href={value}")
            if "url(" in value and value != "url(#hatch)":
                faults.append(f"{name}={value}")
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    faults += [f"the id {one} twice" for one in set(ids) if ids.count(one) > 1]
    faults += [f"a link to nothing: {node.get('href')}" for node in root.iter("a") if node.get("href")[1:] not in ids]
    return faults


def figures_of(root):
    """{(id, unit): [cells behind the name]} of the list of all measures."""
    found = {}
    for row in root.findall(".//section[@aria-labelledby='measures']//tbody/tr"):
        name = row.find("th/code").text.split(" / ")
        found[tuple(name)] = [words_of(cell) for cell in row.findall("td")]
    return found


def card_faults(card, root):
    """Figures of the page that are not those of the card's one window."""
    (window,) = card["windows"]
    faults, shown = [], figures_of(root)
    for measure in window["measures"]:
        name = (measure["id"], measure["unit"])
        counts = measure.get("total") or dict(measure["entities"]["worst"],
                                              unobservable={"": measure["entities"]["unobservable"]})
        judged, hidden = counts["pass"] + counts["fail"], sum(counts["unobservable"].values())
        cells = shown.get(name)
        if cells is None:
            faults.append(f"{name} is missing")
            continue
        if counts["share"] is None and judged:
            continue  # two counts
        wanted = percent(counts["pass"], judged) if judged else "unknown"
        if 0 < judged < FEW:
            wanted = "too few"
        if not judged and not hidden:
            if cells != [UNSEEN]:
                faults.append(f"{name}: {cells}")
            continue
        few_bytes = measure["unit"] == "bytes" and cells[0] == "too few"
        if cells[0] != wanted and not few_bytes:
            faults.append(f"{name}: {cells[0]}, not {wanted}")
        unseen = percent(hidden, judged + hidden) if hidden else "–"
        if cells[3] != ("too few to say" if judged and judged + hidden < FEW else unseen):
            faults.append(f"{name}: not seen {cells[3]}, but {hidden} of {judged + hidden}")
        if measure["unit"] != "bytes" and judged < 1_000_000 and cells[2] != f"{judged:,} {measure['unit']}":
            faults.append(f"{name}: of {cells[2]}, not {judged}")
    for missing in window["not_seen"]:
        cells = shown.get((missing["id"], missing["unit"]))
        if cells != [UNSEEN]:
            faults.append(f"{missing}: {cells}, not {UNSEEN!r}")
    return faults


def screen_faults(screen, root):
    """Lines of the first screen that the page does not say."""
    section = {words_of(row.find("th")).removesuffix(words_of(row.find("th/code"))):
               [words_of(cell) for cell in row.findall("td")]
               for row in root.findall(".//section[@aria-labelledby='measures']//tbody/tr")}
    faults, lines = [], 0
    for line in screen.splitlines():
        found = re.match(r"(?:.{23})(.{25}) *(too few|unknown|[<>]?[0-9.]+ %) +(\S.*?) +(-|[<>]?[0-9.]+ %) +\S+$", line)
        if not found:
            continue
        lines += 1
        name, share, base, unseen = (part.strip() for part in found.groups())
        cells = section.get(name)
        told = cells and cells[0] == share and cells[2].startswith(base)
        if not told or cells[3].replace("–", "-") not in (unseen, "too few to say"):
            faults.append(f"the screen says {line.strip()!r}, the page {cells}")
    return faults + ([] if lines else ["the screen has no figure"])


def row_faults(root, least=0):
    """Numbers of the first table that no figure in the section of the same standard has, with the same base; rows
    that name nobody to act."""
    faults, told = [], 0
    sections = {}
    for table in root.iter("table"):
        caption = table.find("caption")
        if caption is not None and words_of(caption).endswith(": figures"):
            rows = [[words_of(cell) for cell in row.findall("td")] for row in table.findall("tbody/tr")]
            sections[words_of(caption).removesuffix(": figures")] = rows
    for row in with_class(root, "standards")[0].findall("tbody/tr"):
        name = words_of(row.find("th/a"))
        lines = [*row.findall("td[@class='far']/p"), *row.findall("td[@class='far']/ul/li"),
                 *row.findall("td[@class='holds']/ul/li")]
        for line in map(words_of, lines):
            number = re.search(r"([<>]?[0-9.]+ %).*?\bof ([0-9.,]+(?: [kMG]?B)?)", line)
            if number is None:
                continue
            told += 1
            share, base = number.groups()
            rest = f"{100 - float(share.strip('<> %')):.1f} %"
            if not any(cells[0] in (share, rest) and cells[2].split(" ")[0] == base.rstrip(",").split(" ")[0]
                       for cells in sections[name] if len(cells) > 2):
                faults.append(f"{name}: {line!r} is not among {sections[name]}")
        if "To act: " not in words_of(row.find("td[@class='holds']")):
            faults.append(f"{name}: nobody has to act")
    return faults + ([] if told >= least else [f"{told} numbers in rows"])


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette_faults(style):
    """Text has 4.5:1, marks and their edges 3:1, in light and in dark (WCAG 2.2: 1.4.3, 1.4.11)."""
    faults = []
    blocks = re.findall(r":root \{([^}]*--ground: #[0-9a-f]{6}[^}]*)\}", style)
    if len(blocks) != 2:
        return [f"{len(blocks)} palettes"]
    for name, block in zip(("light", "dark"), blocks):
        colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        pairs = [(text, ground, 4.5) for text in ("text", "quiet", "link") for ground in ("ground", "panel")]
        pairs += [("text", "light", 3), ("used", "ground", 3), ("used", "light", 3)]
        pairs += [("mark", "light", 3), ("mark", "ground", 3),
                  ("accent", "ground", 3), ("accent", "panel", 3)]
        faults += [f"{name}: {a} on {b} has {contrast(colour[a], colour[b]):.2f}:1" for a, b, least in pairs
                   if contrast(colour[a], colour[b]) < least]
    return faults


def check_golden(uptake, scratch):
    failures = []
    for name, capture in harness.cases().items():
        card = scratch / f"{name}.json"
        done = harness.read(uptake, capture, options=harness.anchors(capture))
        card.write_text(done.card_text)
        text, root = page_of(uptake, card)
        failures += [f"{name}: {fault}" for fault in offline_faults(text, root) + card_faults(done.card, root)]
    return failures


def check_together(uptake, card_file):
    """All golden captures in one card: figures, languages, the first screen, colours."""
    captures = [str(path) for path in harness.cases().values()]
    done = run(uptake, "read", *captures, "--json", card_file, "--label", "operator=ISP-A")
    text, root = page_of(uptake, card_file)
    failures = offline_faults(text, root) + card_faults(json.loads(card_file.read_text()), root)
    failures += screen_faults(done.stdout.decode(), root) + palette_faults(root.find("head/style").text)
    failures += row_faults(root, least=15)
    rows = with_class(root, "standards")[0].findall("tbody/tr")
    if len(rows) < 10 or any(len(row) != 5 for row in rows):
        failures.append(f"{len(rows)} standards")
    if "operator=ISP-A" not in words_of(with_class(root, "whose")[0]):
        failures.append("whose it is is not said")
    for language in LANGUAGES[1:]:
        other, tree = page_of(uptake, card_file, "--language", language)
        failures += [f"{language}: {fault}" for fault in offline_faults(other, tree)]
        plain = [words_of(node).translate(str.maketrans(".,", ",.")) for node in with_class(tree, "share")]
        failures += [f"{language}: a range or a share may break: {found!r}" for found in re.findall(
            r"\d-\d+ %|\d %", "".join(tree.find("body").itertext()))]
        english = [words_of(node) for node in with_class(root, "share")]
        if tree.get("lang") != language or [p for p, e in zip(plain, english) if "%" in e and p != e]:
            failures.append(f"{language}: other figures than in English")
    return [f"together: {fault}" for fault in failures]


def moved(card, month, shift):
    """The card in another month; every measure of sightings has `shift` more that fail for each that passes."""
    other = copy.deepcopy(card)
    for window in other["windows"]:
        window["ledger"]["first_time"], window["ledger"]["last_time"] = f"{month}-01T00:00:00Z", f"{month}-28T12:30:00Z"
        for measure in window["measures"]:
            if "total" in measure:
                measure["total"]["fail"] += shift * measure["total"]["pass"]
    return other


def check_trend(uptake, scratch, card_file):
    card = json.loads(card_file.read_text())
    files = []
    for month, shift in (("2026-01", 4), ("2026-02", 2), ("2026-03", 0)):
        files.append(scratch / f"{month}.json")
        files[-1].write_text(json.dumps(moved(card, month, shift)))
    text, root = page_of(uptake, files[2], files[0], files[1])  # the times say the order
    failures = offline_faults(text, root)
    (total,) = [m["total"] for m in card["windows"][0]["measures"]
                if (m["id"], m["unit"]) == ("tls.version.1_3", "connections")]
    shares = [100 * total["pass"] / (total["pass"] * (1 + shift) + total["fail"]) for shift in (4, 2, 0)]
    rows = with_class(root, "standards")[0].iter("tr")
    (row,) = [row for row in rows if row.find(".//a[@href='#standard-tls']") is not None]
    since = words_of(row.find("td[@class='since']"))
    if f"▲ {shares[2] - shares[0]:+.1f} points" not in since or "since 2026-01" not in since:
        failures.append(f"{since!r}, not {shares}")
    (line,) = row.findall(".//polyline")
    if len(line.get("points").split()) != 3:
        failures.append(f"a line of {line.get('points')}")
    table = words_of(root)
    failures += [f"no {share:.1f} %" for share in shares if f"{share:.1f} %" not in table]
    return [f"trend: {fault}" for fault in failures]


def check_store(uptake, scratch):
    """The page of a store says what its report as JSON says."""
    store, report = scratch / "s.db", scratch / "report.json"
    captures = [harness.cases()[name] for name in ("tls-versions", "dns", "ipv6")]
    for capture in captures:
        run(uptake, "read", capture, "--window", "1h", "--store", store, "--quiet")
    run(uptake, "report", store, "--all", "--quiet", "--json", report)
    text, root = page_of(uptake, store)
    failures, shown, compared = offline_faults(text, root), figures_of(root), 0
    (period,) = json.loads(report.read_text())["groups"][0]["periods"]
    for figure in period["figures"]:
        counts = figure.get("largest", figure)
        judged = counts["pass"] + counts["fail"]
        if judged < FEW or figure["share"] is None or figure["unit"] == "bytes":
            continue
        compared += 1
        if shown[figure["id"], figure["unit"]][0] != percent(counts["pass"], judged):
            failures.append(f"{figure['id']}: {shown[figure['id'], figure['unit']]}, not {counts}")
    if compared < 30:
        failures.append(f"{compared} figures compared")
    if run(uptake, "report", store, "--html", "-", "--group", "operator").returncode != 64:
        failures.append("takes groups")
    return [f"store: {fault}" for fault in failures]


def check_targets(uptake, inputs, policy, language="en"):
    """The page says of every target of a policy what `uptake targets` says, and sums it up; each verdict in a row has
    its figure, which the section of the standard has, and leads to the target."""
    told = json.loads(run(uptake, "targets", policy, *inputs, "--json").stdout)["targets"]
    text, root = page_of(uptake, *inputs, "--policy", policy, "--language", language)
    failures, signs = offline_faults(text, root), {"me": "✓", "mi": "✗", "ca": "?"}
    rows = root.findall(".//section[@aria-labelledby='targets']//tbody/tr")
    for target, row in zip(told, rows):
        cells = [words_of(cell) for cell in row]
        if target["standard"] not in cells[0] or not cells[2].startswith(signs[target["verdict"][:2]]):
            failures.append(f"{target} is told as {cells}")
    if len(told) != len(rows):
        failures.append(f"{len(rows)} rows for {len(told)} targets")
    listed = [words_of(line)[0] for node in with_class(root, "verdicts") for line in node]
    counts = [int(number) for number in re.findall(r"\d+", words_of(with_class(root, "sentence")[0]))]
    rows = with_class(root, "standards")[0].findall("tbody/tr")
    aimless = sum(not with_class(row, "verdicts") for row in rows)
    if counts != [len(told), *map(listed.count, "✓✗?"), aimless, len(rows)]:
        failures.append(f"the sentence counts {counts}, the table has {listed}")
    links = sorted(int(link.get("href").removeprefix("#target-")) for node in with_class(root, "verdicts")
                   for link in node.iter("a"))
    if links != list(range(len(told))):
        failures.append(f"verdicts lead to {links}")
    for target, row in zip(told, root.findall(".//section[@aria-labelledby='targets']//tbody/tr")):
        judged = target["pass"] + target["fail"]
        share = percent(target["pass"], judged) if "lower" in target and "counted" not in target else ""
        if language == "en" and (share not in words_of(row) or share and f"of {judged:,}" not in words_of(row)):
            failures.append(f"{target['measure']}: {share} of {judged} is not in {words_of(row)!r}")
    if language == "en":
        failures += row_faults(root)
    return [f"{policy}, {language}: {fault}" for fault in failures]


def results_of_internet_nl(path):
    """What a batch request for mail gives of 40 domains: 30 have SPF, 20 a strict one, 5 fail altogether."""
    def domain(number):
        if number >= 35:
            return {"status": "error"}
        tests = {"mail_auth_spf_exist": "passed" if number < 30 else "failed",
                 "mail_auth_spf_policy": "passed" if number < 20 else "warning" if number < 30 else "not_tested"}
        return {"status": "ok", "scoring": {"percentage": 50}, "report": {"url": "https://example.test/"},
                "results": {"categories": {}, "custom": {},
                            "tests": {name: {"status": status, "verdict": "v"} for name, status in tests.items()}}}
    request = {"request_id": "0" * 32, "name": HOSTILE, "request_type": "mail", "status": "done",
               "submit_date": "2026-11-19T10:00:00Z", "finished_date": "2026-11-20T10:00:00Z"}
    domains = {f"needle-{number}.example": domain(number) for number in range(40)}
    path.write_text(json.dumps({"api_version": "2.4.0", "request": request, "domains": domains}))
    return path


def check_offered(uptake, scratch, card_file):
    """Shares of domains and of traffic stand side by side, each of its own base; no domain is named."""
    results = results_of_internet_nl(scratch / "mail-results.json")
    text, root = page_of(uptake, card_file, "--offered", results, "--policy", "nl-list")
    failures = offline_faults(text, root) + (["a domain is named"] if "needle" in text else [])
    rows = {words_of(row.find("th/code")): [words_of(cell) for cell in row.findall("td")]
            for row in root.findall(".//section[@aria-labelledby='offered']//tbody/tr")}
    for test, wanted in (("mail_auth_spf_exist", "85.7 % of 35 domains"),
                         ("mail_auth_spf_policy", "57.1 % of 35 domains")):
        if not rows.get(test, [""])[0].startswith(wanted) or "5 could not be tested" not in rows[test][0]:
            failures.append(f"{test}: {rows.get(test)}, not {wanted}")
    told = json.loads(run(uptake, "targets", "nl-list", card_file, "--json", "--offered", results).stdout)["targets"]
    (spf,) = [target["offered"] for target in told if target["standard"] == "SPF"]
    counts = [[one[key] for key in ("test", "pass", "fail", "not_tested")] for one in spf]
    if counts != [["mail_auth_spf_exist", 30, 5, 5]]:
        failures.append(f"targets: {spf}")
    for language in LANGUAGES[1:]:
        other, tree = page_of(uptake, card_file, "--offered", results, "--language", language)
        failures += [f"{language}: {fault}" for fault in offline_faults(other, tree)]
    done = run(uptake, "report", "--html", "-", card_file, "--offered", card_file)
    if done.returncode != 78 or done.stderr.count(b"\n") != 1:
        failures.append(f"a card for results: exit {done.returncode}, {done.stderr.decode()}")
    return [f"offered: {fault}" for fault in failures]


def check_refusals(uptake, scratch, card_file):
    card = json.loads(card_file.read_text())
    hostile = scratch / "hostile.json"
    card["label"] = {"operator": HOSTILE}
    hostile.write_text(json.dumps(card))
    text, root = page_of(uptake, hostile)
    failures = offline_faults(text, root)
    if HOSTILE not in words_of(with_class(root, "whose")[0]):
        failures.append("a hostile label is not shown as it is")
    later = moved(card, "2027-01", 0)
    later["catalogue"] = "0" * 16
    other, broken = scratch / "other.json", scratch / "broken.json"
    other.write_text(json.dumps(later))
    broken.write_text(card_file.read_text()[:1000])
    for name, code, words in (("another catalogue", 78, [card_file, other]), ("twice the same", 78, [card_file] * 2),
                              ("a broken card", 78, [broken]), ("no file", 66, [scratch / "none.json"]),
                              ("options of a store", 64, [card_file, "--by", "day"]),
                              ("no such policy", 66, [card_file, "--policy", scratch / "none.toml"])):
        page = scratch / "refused.html"
        done = run(uptake, "report", "--html", page, *words)
        if done.returncode != code or page.exists() or done.stderr.count(b"\n") != 1:
            failures.append(f"{name}: exit {done.returncode}, {done.stderr.decode()}")
    return [f"refusals: {fault}" for fault in failures]


def main():
    uptake = harness.parser(__doc__).parse_args().uptake.resolve()
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as folder:
        scratch = pathlib.Path(folder)
        together = scratch / "together.json"
        failures = check_golden(uptake, scratch) + check_together(uptake, together)
        failures += check_trend(uptake, scratch, together) + check_store(uptake, scratch)
        failures += check_refusals(uptake, scratch, together)
        failures += check_offered(uptake, scratch, together)
        for policy in ("nl-list", "is3c", "manrs"):
            failures += check_targets(uptake, [together], policy)
        for language in LANGUAGES[1:]:
            failures += check_targets(uptake, [together], "nl-list", language)
        failures += check_targets(uptake, [scratch / "s.db"], "is3c")
    return harness.report(failures, f"{len(harness.cases())} golden pages, one of all, a trend, a store")


if __name__ == "__main__":
    sys.exit(main())
