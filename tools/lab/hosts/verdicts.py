"""What unbound says of the answers of a run: secure, insecure or bogus, and why (RFC 4033 section 5).

One of its own is asked after the run, in the namespace of the authorities: no frame of it crosses the switch. What a
perfect observer of the mirror may then say of each answer goes to verdicts.tsv beside the capture, and the trust
anchor, DS records in zone-file text, to trust-anchor.zone.
"""
import collections
import contextlib
import json
import re

import dns.rcode
import dns.rdatatype as rr

from hosts import dnstap
from network import until

ANSWERED = ("NOERROR", "NXDOMAIN")  # every other RCODE answers nothing
PACKAGES = ("python3-dnspython", "unbound")
HEAD = """# What unbound says of the answers in the capture, for who holds trust-anchor.zone and sees both sides of it.
# name, type: of the question. vantage: who answered whom. asked: what the query or the response said of itself.
# verdict: secure, insecure, bogus, or not_judged where the wire does not show what a verdict needs. Several answers
# to the same question are one row; a referral is no answer, and has none.
name\ttype\tvantage\tasked\tverdict\twhy
"""
CONFIGURATION = """server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  interface: 127.0.0.1
  root-hints: "{folder}/hints"
  trust-anchor-file: "{folder}/anchor"
  trust-anchor-signaling: no
  local-zone: "test." nodefault
  val-log-level: 2
"""
ASK = """import dns.flags, dns.message, dns.query, json, sys
told = []
for name, kind in json.load(sys.stdin):
    query = dns.message.make_query(name, kind, want_dnssec=True)
    query.flags |= dns.flags.AD
    answer, _ = dns.query.udp_with_fallback(query, "127.0.0.1", 20)
    told.append([int(answer.rcode()), bool(answer.flags & dns.flags.AD)])
json.dump(told, sys.stdout)
"""
DELV = """import json, subprocess, sys
told = []
for name, kind in json.load(sys.stdin):
    words = ["delv", "@127.0.0.1", "-a", sys.argv[1], "+root", "-q", name, "-t", kind]
    said = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    lines = [line.strip("; ") for line in said.splitlines() if line.startswith(";")]
    verdict = ("insecure" if any("unsigned answer" in line for line in lines) else
               "secure" if any("fully validated" in line for line in lines) else "bogus")
    told.append([verdict, lines[0] if lines else said])
json.dump(told, sys.stdout)
"""
FAILURE = re.compile(r"info: validation failure <(\S+) (\S+) IN>: (?:.*>: )?(.*)")
SERVER = re.compile(r" (?:from|and) [0-9a-f.:]+\b")  # which one of those that answer alike


def asked_of(row):
    """What a row says of the message: bits of its query, TCP, cut, an alias without its target, a refusal's RCODE."""
    words = [word for word in ("do", "cd") if row[f"query_{word}"]]
    words += ["tcp"] if row["tcp"] else []
    words += ["tc"] if row["tc"] else []
    words += ["alias"] if row["alias"] else []
    words += [] if row["rcode"] in ANSWERED else [row["rcode"]]
    return " ".join(words) or "-"


def referral(message):
    """Names other servers: NS in the authority section, but neither an answer nor an SOA (RFC 9499 section 3)."""
    kinds = {rrset.rdtype for rrset in message.authority}
    return not message.answer and rr.NS in kinds and rr.SOA not in kinds


def alias_alone(row):
    """An authority names an alias, and says nothing of its target: neither what was asked for nor an SOA."""
    message = row["dns"]
    kinds, asked = {rrset.rdtype for rrset in message.answer}, message.question[0].rdtype
    return (row["side"] != "client" and asked not in kinds and bool(kinds & {rr.CNAME, rr.DNAME}) and
            not any(rrset.rdtype == rr.SOA for rrset in message.authority))


def decided_by(row):
    """The question whose verdict is the answer's: of an alias alone that for the alias, or for the DNAME which makes
    it (RFC 6672 section 5.3.1)."""
    if not row["alias"]:
        return row["name"], row["qtype"]
    dnames = [rrset.name for rrset in row["dns"].answer if rrset.rdtype == rr.DNAME]
    return (str(dnames[0]).rstrip("."), "DNAME") if dnames else (row["name"], "CNAME")


def answers(rows):
    """The answers among the rows of an unbound's dnstap, each with the bits of its query."""
    asked, found = {}, []
    # unbound says of DNS over TLS that it came over TCP
    clear = [r for r in rows if r["transport"] in ("udp", "tcp") and r["server_port"] in (53, None)]
    for row in map(dnstap.read, sorted(clear, key=lambda r: r["time"])):
        # of its own queries unbound names no port, and not always the address that it sent them from
        client = None if row["side"] == "upstream" else (row["client"], row["client_port"])
        key = row["side"], client, row["server"], row["tcp"], row["dns"].id, row["name"], row["qtype"]
        if row["message"] == "query":
            asked[key] = row
            continue
        if key not in asked:
            continue  # unbound logs a stale answer twice, and sends it once
        query = asked.pop(key)
        row.update({f"query_{bit}": query[bit] for bit in ("do", "cd", "ad")}, tc=bool(row["dns"].flags & 0x200),
                   alias=alias_alone(row))
        if not referral(row["dns"]):
            found.append(row)
    return found


@contextlib.contextmanager
def unbound(lab, host, folder, anchor, hints):
    """An unbound that validates at 127.0.0.1, in a namespace from which the authorities answer; yields its log."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "anchor").write_text(anchor)
    (folder / "hints").write_text(hints)
    (folder / "unbound.conf").write_text(CONFIGURATION.format(folder=folder))
    log = folder / "unbound.log"
    process = lab.start(host, "unbound", "-d", "-c", folder / "unbound.conf", log=log)
    until("unbound", lambda: "start of service" in log.read_text())
    yield log
    lab.stop(process)


def of_unbound(lab, host, log, questions):
    """{(name, type): (verdict, why)} of an unbound."""
    wanted = sorted(questions)
    said = json.loads(lab.run(host, "/usr/bin/python3", "-c", ASK, timeout=240, data=json.dumps(wanted)))
    reasons = {(name.rstrip(".").lower() or ".", kind): SERVER.sub("", why)
               for name, kind, why in FAILURE.findall(log.read_text())}
    verdicts = {}
    for question, (rcode, secure) in zip(wanted, said):
        if rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            verdicts[question] = ("secure" if secure else "insecure"), ""
        elif question in reasons:
            verdicts[question] = "bogus", reasons[question]
        else:
            raise RuntimeError(f"unbound has no verdict on {question}: RCODE {rcode}")
    return verdicts


def otherwise_by_delv(lab, host, folder, anchor, verdicts):
    """What BIND's validator, on records of the same unbound, says otherwise: {question: its verdict and first line}."""
    tag, algorithm, digest, *octets = anchor.split("DS")[1].split()
    (folder / "delv.conf").write_text(
        f'trust-anchors {{ . static-ds {tag} {algorithm} {digest} "{"".join(octets)}"; }};\n')
    wanted = sorted(verdicts)
    said = json.loads(lab.run(host, "/usr/bin/python3", "-c", DELV, folder / "delv.conf", timeout=240,
                              data=json.dumps(wanted)))
    return {" ".join(question): f"{verdict}: {line}" for question, (verdict, line) in zip(wanted, said)
            if verdict != verdicts[question][0]}


def judged(row, verdict, why):
    """What the wire shows of one answer whose records have a verdict by unbound."""
    if row["tc"]:
        return "not_judged", "truncated"
    if row["rcode"] not in ANSWERED:
        return "not_judged", f"{row['rcode']} answers nothing"
    if not row["query_do"]:
        return "not_judged", "asked without DO"
    return verdict, why


def contradicted(row, verdict):
    """Whether the resolver's own word, AD or SERVFAIL, is another than a verdict."""
    if row["rcode"] == "SERVFAIL":
        return verdict != "bogus"
    if row["query_cd"] or not (row["query_do"] or row["query_ad"]):
        return False
    return verdict != ("secure" if row["ad"] else "insecure")


def tell(lab, truth, rows, resolver, folder, anchor, hints, reasons=lambda name: "", second=False):
    """Writes both files. `rows`: what servers logged by dnstap; `resolver`: the addresses of the one that validates;
    `reasons` says how the zone of a name was made. Fails when the resolver contradicts that verdict. Returns
    {(name, type): (verdict, why)}. With `second`, notes where BIND's validator differs."""
    found = answers(rows)
    with unbound(lab, "authority", folder, anchor, hints) as log:
        verdicts = of_unbound(lab, "authority", log, {*map(decided_by, found)})
        if second:
            truth.note(delv_says_otherwise=otherwise_by_delv(lab, "authority", folder, anchor, verdicts))
    table = collections.defaultdict(set)
    for row in found:
        verdict, why = verdicts[decided_by(row)]
        side = "stub_resolver" if row["side"] == "client" else "resolver_authoritative"
        if row["server"] in resolver and contradicted(row, verdict):
            raise RuntimeError(f"{row['name']} {row['qtype']}: the resolver does not say {verdict}: {row['dns']}")
        verdict, why = judged(row, verdict, "; ".join(filter(None, (reasons(row["name"]), why))))
        table[row["name"], row["qtype"], side, asked_of(row)].add((verdict, why))
    lines = []
    for key, said in sorted(table.items()):
        assert len(said) == 1, (key, said)
        lines.append("\t".join((*key, *said.pop())))
    truth.beside("verdicts.tsv", HEAD + "".join(line + "\n" for line in lines))
    truth.beside("trust-anchor.zone", anchor)
    truth.source("unbound: its verdict on each answer (verdicts.tsv)")
    return verdicts
