"""DNS, from stub to resolver and from resolver to authority, over IPv4 and IPv6.

A stub asks a validating resolver (unbound) and one that does not validate, with dig and kdig: with and without EDNS,
DO, AD, CD, cookies, client subnet and padding, over UDP and TCP, and pipelined. The resolvers ask an authority (nsd)
whose large answers travel in fragments (link of 1280 octets) or again over TCP. The zones: signed with algorithms
5, 8, 10 and 13 to 16, by NSEC and NSEC3, with opt-out, with 500 iterations, one that is bogus, one whose signatures
are over, and one that is not signed. Asked are addresses, HTTPS and SVCB (with ech), CAA, TLSA, SPF, DKIM, DMARC,
MTA-STS, TLS-RPT and BIMI among others, where they are and where they are not; answers are stale, or refused. Then DNS
over TLS, over HTTPS, and over QUIC: at an authority that has it (knotd), and Initials that nobody answers.
"""
import functools
import re
import time

from hosts import dnstap, names, pki, quic_authority, verdicts
from hosts.gnutls import GROUPS, SUITES
from told import dns_messages

PACKAGES = ("bind9-dnsutils", "knot", "knot-dnsutils", "ldnsutils", "nsd", "python3-dnspython", "unbound", "tcpdump")
PROGRAMS = ("dig", "kdig", "knotd", "ldns-signzone", "nsd", "unbound", "tcpdump")

STUB = ("198.18.1.10", "2001:db8:1::10")
SHUT_OUT = "198.18.1.11"  # of the same host; the second resolver refuses it
SECOND = ("198.18.0.3", "2001:db8:0:3::3")  # the resolver that does not validate
DOQ = ("198.18.0.9", "2001:db8:0:9::9")
RESOLVERS = {*names.RESOLVER, *SECOND}

ECH = pki.ech_config(bytes(range(1, 33)), "www.example.test")
EXTRA = {"example.test.": [f"ech.example.test. 300 IN HTTPS 1 www.example.test. alpn=h2 ech={ECH}",
                           'default._bimi.example.test. 300 IN TXT "v=BIMI1; l=https://example.test/logo.svg"'],
         "plain.test.": ["brief.plain.test. 1 IN A 192.0.2.98"]}

# (name, type, options of dig). Servers alternate between IPv4 and IPv6.
PLAIN = "+nocookie +noedns"
ASKED = [
    ("www.example.test", "A", PLAIN), ("www.example.test", "AAAA", PLAIN), ("www.example.test", "A", "+nocookie"),
    ("www.example.test", "A", "+dnssec +nocookie"), ("www.example.test", "AAAA", "+dnssec +nocookie"),
    ("www.example.test", "A", "+dnssec +cd +nocookie"), ("www.example.test", "A", "+noadflag +noedns +nocookie"),
    ("www.example.test", "HTTPS", "+dnssec"), ("example.test", "HTTPS", "+nocookie +bufsize=512"),
    ("ech.example.test", "HTTPS", "+dnssec"), ("_dns.ns.example.test", "SVCB", "+nocookie"),
    ("example.test", "MX", "+bufsize=512 +nocookie"), ("example.test", "MX", "+bufsize=4096 +dnssec"),
    ("example.test", "TXT", "+nocookie"), ("example.test", "TXT", "+dnssec"),
    ("_dmarc.example.test", "TXT", "+dnssec"),
    ("sel1._domainkey.example.test", "TXT", "+nocookie"), ("_mta-sts.example.test", "TXT", "+nocookie"),
    ("_smtp._tls.example.test", "TXT", "+nocookie"), ("default._bimi.example.test", "TXT", "+nocookie"),
    ("example.test", "CAA", "+dnssec"), ("_25._tcp.mx.example.test", "TLSA", "+dnssec"),
    ("_443._tcp.www.example.test", "TLSA", "+nocookie"), ("alias.example.test", "A", "+dnssec"),
    ("v4only.example.test", "AAAA", "+dnssec"), ("v6only.example.test", "A", "+nocookie"),
    ("v6only.example.test", "AAAA", "+cookie"), ("a.wild.example.test", "A", "+dnssec"),
    ("nothere.example.test", "A", "+dnssec"), ("nothere.example.test", "A", PLAIN),
    ("nothere.p256.test", "AAAA", "+dnssec"), ("nothere.test", "A", "+nocookie"),
    ("nothere.rsa.test", "A", "+dnssec"),
    ("nothere.optout.test", "A", "+dnssec"), ("sub.optout.test", "DS", "+dnssec"),
    ("nothere.iterations.test", "A", "+dnssec"), ("www.iterations.test", "A", "+dnssec"),
    ("www.expired.test", "A", "+dnssec"), ("www.expired.test", "AAAA", "+nocookie"),
    ("example.test", "DNSKEY", "+dnssec"), ("example.test", "DS", "+dnssec"), ("p256.test", "DNSKEY", "+dnssec"),
    ("p256.test", "DS", "+dnssec"), ("rsa.test", "DNSKEY", "+dnssec +bufsize=4096"), ("rsa.test", "DS", "+dnssec"),
    ("p256.test", "NSEC3PARAM", "+dnssec"), ("www.p256.test", "A", "+dnssec"), ("rsa.test", "AAAA", "+dnssec"),
    ("plain.test", "A", "+dnssec"), ("www.plain.test", "AAAA", "+nocookie"), ("plain.test", "TXT", "+nocookie"),
    ("www.bogus.test", "A", "+dnssec"), ("www.bogus.test", "AAAA", "+dnssec"), ("www.bogus.test", "A", "+dnssec +cd"),
    ("bogus.test", "A", "+nocookie"), ("mid.rsa.test", "TXT", "+nocookie +bufsize=1232"),
    ("big.rsa.test", "TXT", "+dnssec +bufsize=4096 +ignore"), ("big.rsa.test", "TXT", "+dnssec +bufsize=1232"),
    ("big.rsa.test", "TXT", PLAIN), ("www.example.test", "A", "+tcp +dnssec"), ("nothere.example.test", "A", "+tcp"),
    ("example.test", "SOA", "+nocookie"), ("example.test", "NS", "+dnssec"), (".", "DNSKEY", "+dnssec"),
    ("WwW.ExAmPlE.tEsT", "A", "+nocookie +dnssec"), ("www.example.test", "A", "+nocookie +norec"),
    ("www.example.test", "A", "+nocookie +subnet=192.0.2.0/24"), ("www.example.test", "A", "+nocookie +nsid"),
    # What is not there, and what is not well signed.
    ("nothere.plain.test", "A", "+dnssec"), ("plain.test", "DNSKEY", "+dnssec"),
    ("www.example.test", "CAA", "+dnssec"), ("www.plain.test", "HTTPS", "+nocookie"),
    ("_dns.plain.test", "SVCB", "+nocookie"),
    ("_25._tcp.www.plain.test", "TLSA", "+dnssec"), ("_dmarc.plain.test", "TXT", "+nocookie"),
    ("sel1._domainkey.plain.test", "TXT", "+nocookie"), ("_mta-sts.plain.test", "TXT", "+dnssec"),
    ("_smtp._tls.plain.test", "TXT", "+nocookie"), ("default._bimi.plain.test", "TXT", "+nocookie"),
    ("www.sha1.test", "A", "+dnssec"), ("sha1.test", "DNSKEY", "+dnssec"), ("sha1.test", "DS", "+dnssec"),
    ("www.sha512.test", "A", "+dnssec"), ("p384.test", "A", "+dnssec"), ("ed448.test", "DNSKEY", "+dnssec"),
]
PIPELINED = "www.example.test A www.example.test AAAA example.test MX www.p256.test A nothere.example.test A".split()
KDIG = [("www.example.test", "A", "+padding=128 +dnssec"), ("example.test", "TXT", "+noedns"),
        ("www.bogus.test", "A", "+dnssec")]
BRIEF = ("brief.plain.test", "A", "+nocookie")  # lives for one second, and a while longer at the second resolver
SECONDLY = [("www.example.test", "A", "+dnssec +nocookie"), ("www.bogus.test", "A", "+dnssec"),
            ("www.expired.test", "AAAA", "+nocookie"), ("example.test", "MX", PLAIN),
            ("refused.test", "A", "+dnssec"), ("local.test", "A", "+nocookie"),
            ("www.example.test", "A", f"+dnssec -b {SHUT_OUT}"), BRIEF]
# What that resolver answers without asking anyone.
SECOND_ITSELF = f"""  local-zone: "refused.test." refuse
  local-zone: "local.test." static
  local-data: "local.test. 300 IN A 192.0.2.99"
  access-control: {SHUT_OUT}/32 refuse
  serve-expired: yes
  ede-serve-expired: yes"""
# Straight to the authority: fragments in both families, truncation and the retry over TCP.
DIRECT = [("big.rsa.test", "TXT", "+norec +nocookie +dnssec +bufsize=4096 +ignore"),
          ("big.rsa.test", "TXT", "+norec +cookie +dnssec +bufsize=4096 +ignore"),
          ("big.rsa.test", "TXT", "+norec +nocookie +dnssec +bufsize=1232"),
          ("mid.rsa.test", "TXT", "+norec +nocookie +dnssec +bufsize=512"),
          ("www.plain.test", "A", "+norec +nocookie +noedns"),
          ("p256.test", "NSEC3PARAM", "+norec +nocookie +dnssec"),
          ("host.sub.optout.test", "A", "+norec +nocookie +dnssec")]  # a referral
ENCRYPTED = [("+tls", 853), ("+tls", 853), ("+tls +padding=128", 853), ("+https", 443), ("+https", 443),
             ("+https +https-get", 443)]

SESSION = re.compile(r"TLS session \((TLS1\.[23])\)-\(ECDHE-(\w+)\)-\([\w-]+\)-\(([\w-]+)\)")


def ask(lab, host, tool, server, name, rrtype, options):
    tries = "+tries=1" if tool == "dig" else "+retry=0"
    said = lab.run(host, tool, f"@{server}", *options.split(), tries, "+time=5", "-q", name, "-t", rrtype,
                   check=False)
    if "->>HEADER<<-" not in said:
        raise RuntimeError(f"{tool} {name} {rrtype} {options}: no response: {said}")
    return said


def ask_all(lab):
    for i, words in enumerate(ASKED):
        # Without RD it looks like a question to an authority: over IPv6, so that the cells of IPv4 are free of it.
        family = 1 if "+norec" in words[2] else i % 2
        ask(lab, "stub", "dig", names.RESOLVER[family], *words)
    lab.run("stub", "dig", f"@{names.RESOLVER[1]}", "+tcp", "+keepopen", "+dnssec", *PIPELINED, check=False)
    for tool, host, servers, rows in (("kdig", "stub", names.RESOLVER, KDIG), ("dig", "stub", SECOND, SECONDLY),
                                      ("dig", "resolver", names.AUTHORITY, DIRECT)):
        for i, words in enumerate(rows):
            ask(lab, host, tool, servers[i % 2], *words)
    time.sleep(2.2)  # unbound counts whole seconds
    ask(lab, "stub", "dig", SECOND[1], *BRIEF)


def encrypted(lab, truth):
    """DoT and DoH; kdig prints what was agreed. Returns how many of each port, by family."""
    ports = []
    for i, (options, port) in enumerate(ENCRYPTED):
        said = ask(lab, "stub", "kdig", names.RESOLVER[i % 2], "www.example.test", "A", options)
        agreed = SESSION.search(said)
        truth.event("tls", client=STUB[i % 2], server=names.RESOLVER[i % 2], server_port=port, sight="complete",
                    version=agreed[1].replace("TLS", "TLS "), suite=SUITES[agreed[3]], group_sight="known",
                    group=GROUPS[agreed[2]], resumed=False, hello_retry=False, dot=port == 853)
        ports.append((port, "ipv6" if i % 2 else "ipv4"))
    return ports


def doq_server(lab, folder, truth):
    """The addresses of an authority that answers DNS over QUIC; none, and a note, where the kernel refuses."""
    try:
        quic_authority.start(lab, folder / "doq", "doq", DOQ, "example.test.",
                             folder / "authority" / "example.test.zone.signed")
        return DOQ
    except quic_authority.Refused as refusal:
        truth.note(doq=f"not played: {refusal}")
        return ()


def over_quic(lab, truth, servers):
    """DoQ in both families, then a server that has none."""
    where = {"server_port": 853, "version": "0x00000001", "doq": True}
    inside = {"server_port": 853, "carrier": "quic"}
    for client, server in zip(STUB, servers):
        said = ask(lab, "stub", "kdig", server, "www.example.test", "A", "+quic")
        if "QUIC session (QUICv1)-(TLS1.3)-" not in said or "192.0.2.80" not in said:
            raise RuntimeError(f"kdig +quic at {server}: {said}")
        truth.event("quic", client=client, server=server, handshake="complete", **where)
        truth.event("tls", client=client, server=server, sight="complete", version="TLS 1.3", dot=False, **inside)
    lab.run("stub", "kdig", f"@{names.AUTHORITY[0]}", "+quic", "+retry=0", "+time=1", "www.example.test", "A",
            check=False)
    truth.event("quic", client=STUB[0], server=names.AUTHORITY[0], handshake="unanswered", **where)
    truth.event("tls", client=STUB[0], server=names.AUTHORITY[0], sight="no_server_hello", dot=False, **inside)
    truth.count("dns.doq", "connections", len(servers) + 1, 0)


def play(lab, folder, capture, truth):
    collector = dnstap.Collector(folder / "dnstap.sock")
    try:
        tapped = functools.partial(names.resolver, lab, more=dnstap.UNBOUND.format(path=collector.path))
        anchor = names.authority(lab, folder / "authority", EXTRA, mtu=1280,
                                 more=dnstap.NSD.format(path=collector.path))
        tapped(folder / "resolver", anchor)
        tapped(folder / "second", "", name="second", addresses=SECOND, server=SECOND_ITSELF)
        doq = doq_server(lab, folder, truth)
        lab.host("stub", *STUB, SHUT_OUT)
        with lab.mirrored(capture):
            ask_all(lab)
            ports = encrypted(lab, truth)
            over_quic(lab, truth, doq)
            collector.settle()
    finally:
        collector.close()
    rows = list(collector.rows)  # the servers speak on when they are asked for verdicts
    verdicts.tell(lab, truth, rows, names.RESOLVER, folder / "verdicts", anchor, names.HINTS)
    clear = dns_messages.clear(rows, RESOLVERS)
    for message in clear:
        dns_messages.event(truth, message)
    dns_messages.counts(truth, clear, dns_messages.Zones(folder / "authority"))
    for family in ("ipv4", "ipv6"):
        mine = [port == 853 for port, of in ports if of == family]
        truth.share("dns.dot", "connections", mine, family=family, vantage="tcp")
    truth.source("unbound: dnstap", "nsd: dnstap, zones", "kdig: what it prints")
    told = [r for r in rows if r["side"] != "upstream"]
    truth.note(upstream_messages_by_unbound=len(rows) - len(told), encrypted_messages=len(told) - len(clear),
               transports=sorted({r["transport"] for r in told}))
