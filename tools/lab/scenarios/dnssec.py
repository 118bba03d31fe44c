"""DNSSEC as it should be, and as it should not: a stub asks a validating resolver (unbound) and one that does not
validate; both ask authorities (nsd, Knot DNS, BIND) about 60 signed zones.

Right ones: by each authority one with NSEC and one with NSEC3, with wildcards (answers, and denials through them), an
empty non-terminal, a DNAME, aliases within the zone and into others (secure, unsigned, bogus), a signed child and an
unsigned one; one whose denials Knot DNS makes as it answers (RFC 9824); algorithms 5, 7, 8, 10, 13 to 16; keys in
roll-over (published before they sign, two that sign, two DS, a DS in reserve), and one roll-over while it is asked;
opt-out, iterations up to 151; TTLs that differ between records and signatures; an algorithm and a digest that nobody
knows, alone and beside known ones. Wrong ones: expired, not valid yet, a DS of another key, no ZSK, no DNSKEY,
signatures absent, spoiled, by another signer, by a key that is no zone key; NSEC and NSEC3 that are absent, changed,
too short or lie. The stub asks with and without DO, with CD, over TCP, and takes cut answers; the resolver's large
answers come again over TCP. Where BIND's validator differs from unbound stands in the notes of truth.json.
"""
import itertools
import time

from hosts import authorities, dnstap, names, verdicts
from scenarios import dnssec_zones
from scenarios.dns import ask
from told import dns_messages

PACKAGES = ("bind9", "bind9-dnsutils", "bind9-utils", "knot", "knot-module-dnstap", "ldnsutils", "nsd",
            "python3-cryptography", *verdicts.PACKAGES, "tcpdump")
PROGRAMS = ("dig", "dnssec-signzone", "delv", "keymgr", "knotd", "ldns-signzone", "named", "nsd", "unbound", "tcpdump")
STUB = ("198.18.1.10", "2001:db8:1::10")
SECOND = ("198.18.0.3", "2001:db8:0:3::3")  # the resolver that does not validate
SMALL_BUFFER = "  edns-buffer-size: 1232\n  max-udp-size: 4096"
DO, CD, CUT = "+dnssec +nocookie", "+dnssec +cd +nocookie", "+dnssec +nocookie +ignore +bufsize=512"

# Asked besides, after all others: (resolver, name, type, options of dig).
MORE = [
    *((names.RESOLVER, f"{name}.{zone}.test", kind, options)
      for zone in ("nsd", "knot3", "bind") for name, kind, options in (
          ("www", "A", "+nocookie"), ("www", "AAAA", "+noedns +nocookie"), ("nothere", "A", "+nocookie"),
          ("www", "A", f"{DO} +tcp"), ("big", "TXT", CUT), ("big", "TXT", f"{DO} +bufsize=4096"),
          ("www", "A", CD))),
    *((SECOND, f"www.{zone}.test", "A", options) for zone, options in (
        ("nsd", DO), ("expired", DO), ("spoiled", DO), ("wrongds", CD), ("plain", DO), ("spoiled", "+nocookie"))),
    (SECOND, "nothere.nsecshort.test", "A", DO), (SECOND, "nothere.bind3.test", "A", DO),
]


def ask_all(lab):
    asked = dnssec_zones.questions()
    for number, (name, kind, verdict) in enumerate(asked):
        ask(lab, "stub", "dig", names.RESOLVER[number % 2], name, kind, DO)
        if verdict == dnssec_zones.B:
            ask(lab, "stub", "dig", names.RESOLVER[number % 2], name, kind, CD)
    for number, (servers, name, kind, options) in enumerate(MORE):
        ask(lab, "stub", "dig", servers[number % 2], name, kind, options)


def while_rolled(lab, roll):
    """The same questions in each state of the rolling zone; what was said in the last one has run out by then."""
    for _ in itertools.chain([None], roll()):
        time.sleep(2.2)  # unbound counts whole seconds
        for name, kind in (("www.rolling.test", "A"), ("rolling.test", "DNSKEY"), ("www.rolling.test", "MX")):
            ask(lab, "stub", "dig", names.RESOLVER[0], name, kind, DO)


def serve(lab, folder, tap):
    """All servers; returns the trust anchor, and what rolls the rolling zone on."""
    knot = authorities.Knot(folder / "knot", dnssec_zones.ADDRESSES["knot"], tap)
    files, anchor, states = dnssec_zones.make(folder / "authority", knot)
    names.nsd(lab, folder / "authority", files["nsd"], more=dnstap.NSD.format(path=tap))
    knot.start(lab, files["knot"])
    authorities.bind(lab, folder / "bind", dnssec_zones.ADDRESSES["bind"], files["bind"], tap)
    more = dnstap.UNBOUND.format(path=tap)
    names.resolver(lab, folder / "resolver", anchor, server=SMALL_BUFFER, more=more)
    names.resolver(lab, folder / "second", "", name="second", addresses=SECOND, more=more)
    lab.host("stub", *STUB)

    def roll():
        for state in states[1:]:
            files["nsd"][dnssec_zones.ROLLING].write_text(state)
            lab.run("authority", "nsd-control", "-c", folder / "authority" / "nsd.conf", "reload", dnssec_zones.ROLLING)
            yield
    return anchor, roll


def play(lab, folder, capture, truth):
    collector = dnstap.Collector(folder / "dnstap.sock")
    try:
        anchor, roll = serve(lab, folder, collector.path)
        with lab.mirrored(capture):
            ask_all(lab)
            while_rolled(lab, roll)
            collector.settle()
    finally:
        collector.close()
    rows = list(collector.rows)  # the servers speak on when they are asked for verdicts
    said = verdicts.tell(lab, truth, rows, names.RESOLVER, folder / "verdicts", anchor, names.HINTS,
                         dnssec_zones.reason, second=True)
    clear = dns_messages.clear(rows, {*names.RESOLVER, *SECOND})
    for message in clear:
        dns_messages.event(truth, message)
    dns_messages.counts(truth, clear)
    truth.source("unbound, nsd, Knot DNS, BIND: dnstap")
    other = [f"{name} {kind} was made {wanted}, and unbound says {said[name, kind]}"
             for name, kind, wanted in dnssec_zones.questions() if said[name, kind][0] != wanted]
    if other:
        raise RuntimeError("\n".join(other))
