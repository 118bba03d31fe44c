"""What DNS messages show, told from what the servers logged of each (dnstap) and from the zones that they serve.

Each measure follows its text in uptake's catalogue. A message is a dictionary of hosts.dnstap.read(); a judge makes
True, False, None (unobservable) or SKIP (not applicable) of one.
"""
import re

import dns.name
import dns.rdataclass
import dns.rdatatype as rr
import dns.zone

from hosts import dnstap
from truth import SKIP

ANSWERS = ("NOERROR", "NXDOMAIN")  # every other RCODE answers nothing
POLICY = {"dmarc": "_dmarc.", "mta_sts": "_mta-sts.", "tls_rpt": "_smtp._tls."}
INSIDE = {"dkim": "._domainkey.", "bimi": "._bimi."}
STATED = {"spf": "v=spf1", "dmarc": "v=DMARC1", "dkim": "v=DKIM1", "mta_sts": "v=STSv1", "tls_rpt": "v=TLSRPTv1",
          "bimi": "v=BIMI1"}
TYPES = ("A AAAA HTTPS SVCB TLSA SMIMEA OPENPGPKEY SSHFP CAA DS DNSKEY RRSIG NSEC3PARAM CDS CDNSKEY CSYNC ZONEMD TXT "
         "MX NS SOA PTR SRV NAPTR ANY").split()


class Zones:
    """What an authority serves: the zones of its own configuration, signed as they lie there."""

    def __init__(self, folder):
        files = re.findall(r'name: "(\S+)"\n  zonefile: "(\S+)"', (folder / "nsd.conf").read_text())
        self.zones = {dns.name.from_text(origin): dns.zone.from_file(str(folder / file), origin, relativize=False)
                      for origin, file in files}

    def of(self, name, kind):
        """The zone that answers for a name; a DS stands above the cut (RFC 4035 §3.1.4.1)."""
        return self.zones[max((apex for apex in self.zones if name.is_subdomain(apex) and
                               not (kind == rr.DS and name == apex)), key=len)]

    def find(self, name, kind):
        """The records that a question finds, through wildcard and CNAME (RFC 1034 §4.3.2)."""
        zone, above = self.of(name, kind), name
        node = zone.get_node(name)
        while node is None and above != zone.origin:
            above = above.parent()
            node = zone.get_node(dns.name.Name([b"*", *above.labels]))
            if zone.get_node(above) is not None:
                break
        if node is None:
            return []
        alias = node.get_rdataset(dns.rdataclass.IN, rr.CNAME)
        if alias and kind != rr.CNAME:
            return self.find(alias[0].target, kind)
        return list(node.get_rdataset(dns.rdataclass.IN, kind) or ())

    def signed(self, name, kind):
        zone = self.of(name, kind)
        return zone.get_rdataset(zone.origin, rr.DNSKEY) is not None


# --- what a message holds ---

def records(m, *types):
    """The records of some types in all sections."""
    parts = (m["dns"].answer, m["dns"].authority, m["dns"].additional)
    return [record for part in parts for rrset in part if rrset.rdtype in types for record in rrset]


def kind_of(m):
    return m["dns"].question[0].rdtype


def whole(m):
    return not m["dns"].flags & 0x200


def answered(m):
    """Records of the type asked for stand in the answer."""
    return any(rrset.rdtype == kind_of(m) for rrset in m["dns"].answer)


def covered(m):
    """A signature over the type asked for stands in the answer."""
    return any(rrset.rdtype == rr.RRSIG and rrset.covers == kind_of(m) for rrset in m["dns"].answer)


def referral(m):
    """A server without the last word names others (RFC 9499 §3): NS, but neither an answer nor an SOA."""
    kinds = {rrset.rdtype for rrset in m["dns"].authority}
    return not m["dns"].flags & 0x400 and not m["dns"].answer and rr.NS in kinds and rr.SOA not in kinds


def alias_alone(m):
    """An authority names an alias of whose target it says nothing, not even by an SOA that there is nothing."""
    def holds(section, *kinds):
        return any(rrset.rdtype in kinds for rrset in section)
    return (m["vantage"] != "stub_resolver" and m["rcode"] == "NOERROR" and not answered(m) and
            holds(m["dns"].answer, rr.CNAME, rr.DNAME) and not holds(m["dns"].authority, rr.SOA))


def signable(m):
    """Signatures are not signed, nor is what ANY or a transfer gathers (RFC 4035 §2.2)."""
    return kind_of(m) != rr.RRSIG and not 128 <= kind_of(m) <= 255


def label(m):
    """The policy that a question for TXT looks for: spf outside the labels of the others."""
    if m["qtype"] != "TXT":
        return None
    for policy, start in POLICY.items():
        if m["name"].startswith(start):
            return policy
    return next((policy for policy, part in INSIDE.items() if part in m["name"]), "spf")


def states(record, policy):
    return b"".join(record.strings).startswith(STATED[policy].encode())


def clear(rows, resolvers):
    """The messages at port 53 that servers and, of those of stubs, resolvers logged, in order of time."""
    told = sorted((r for r in rows if r["side"] != "upstream"), key=lambda r: r["time"])
    read = [dnstap.read(r) for r in told if r["server_port"] == 53 and r["transport"] in ("udp", "tcp")]
    for message in read:
        message["vantage"] = "stub_resolver" if message["server"] in resolvers else "resolver_authoritative"
    return paired(read)


def paired(messages):
    """The messages, each response told what its query asked for. What answers no open query is left out: unbound logs
    a stale answer twice, and sends it once."""
    asked, kept = {}, []
    for m in messages:
        key = m["client"], m["client_port"], m["server"], m["tcp"], m["dns"].id, m["name"], m["qtype"]
        if m["message"] == "query":
            asked[key] = m
        elif key in asked:
            query = asked.pop(key)
            m.update({f"query_{bit}": query[bit] for bit in ("do", "ad", "cd")}, query_cookie=10 in query["options"])
        else:
            assert any(m["wire"] == other["wire"] for other in kept), m
            continue
        kept.append(m)
    return kept


def event(truth, m):
    said = {k: m[k] for k in ("client", "client_port", "server", "server_port", "message", "name", "qtype", "tcp",
                              "rd", "ad", "cd", "edns", "do")}
    if m["message"] == "query":
        said.update(cookie=10 in m["options"], client_subnet=8 in m["options"], padding=12 in m["options"],
                    edns_size=m["dns"].payload if m["edns"] else 0)
    else:
        flags = m["dns"].flags
        said.update(rcode=m["rcode"], tc=bool(flags & 0x200), aa=bool(flags & 0x400), ra=bool(flags & 0x80),
                    ede=15 in m["options"], query_do=m["query_do"], query_ad=m["query_ad"], answered=answered(m),
                    answer_signed=covered(m))
    truth.event("dns", **said)


# --- queries ---

QUERY = {"dns.query.edns": lambda m: m["edns"],
         "dns.query.edns.size": lambda m: m["dns"].payload <= 1232 if m["edns"] and not m["tcp"] else SKIP,
         # What dnspython reads without an error has sound options.
         "dns.query.edns.sound": lambda m: True if m["edns"] else SKIP,
         "dns.query.do": lambda m: m["do"] if m["edns"] else SKIP,
         "dns.query.ad": lambda m: m["ad"], "dns.query.cd": lambda m: m["cd"],
         "dns.query.cookie": lambda m: 10 in m["options"] if m["edns"] else SKIP,
         "dns.query.no_client_subnet": lambda m: 8 not in m["options"] if m["edns"] else SKIP,
         "dns.query.padding": lambda m: 12 in m["options"] if m["edns"] else SKIP,
         "dns.query.tcp": lambda m: m["tcp"], "dns.asks.spf_type": lambda m: m["qtype"] == "SPF",
         **{f"dns.asks.{t.lower()}": lambda m, t=t: m["qtype"] == t for t in TYPES},
         **{f"dns.asks.{p}": lambda m, p=p: label(m) == p for p in (*POLICY, *INSIDE)}}


# --- responses ---

def signed(m):
    """Of answers with the records asked for: a signature over them, for who set DO. Of a cut one nothing is known."""
    if not signable(m) or m["rcode"] != "NOERROR" or whole(m) and not answered(m):
        return SKIP
    return covered(m) if m["query_do"] and whole(m) else None


def denied(m):
    """Of denials, which come with NOERROR or NXDOMAIN from who has the last word: NSEC or NSEC3, for who set DO."""
    if not signable(m) or m["rcode"] not in ANSWERS or answered(m) or referral(m) or alias_alone(m):
        return SKIP
    return bool(records(m, rr.NSEC, rr.NSEC3)) if m["query_do"] and whole(m) else None


def validated(m):
    """Of a resolver's answers that are signed: AD, for who did not give validation up by CD (RFC 4035 §3.2.2). What it
    says of its own zones it does not validate (RFC 4035 §3.1.6)."""
    if m["vantage"] != "stub_resolver" or m["dns"].flags & 0x400:
        return SKIP
    if signed(m) is not True:
        return SKIP if signed(m) is False else signed(m)
    return m["ad"] if not m["query_cd"] else None


def found(m, there):
    """Whether what was asked for exists, when it was the right question: a referral does not say, nor does a cut
    answer."""
    if not whole(m):
        return None
    if m["rcode"] not in ANSWERS:
        return SKIP
    return True if there else SKIP if referral(m) or alias_alone(m) else False


def has(kind):
    return lambda m: found(m, answered(m)) if m["qtype"] == kind else SKIP


def has_policy(policy):
    def judge(m):
        return found(m, any(states(r, policy) for rrset in m["dns"].answer if rrset.rdtype == rr.TXT
                            for r in rrset)) if label(m) == policy else SKIP
    return judge


def strict_policy(policy, says):
    """Whether the one record of a policy says this."""
    def judge(m):
        if label(m) != policy:
            return SKIP
        texts = [b"".join(r.strings) for rrset in m["dns"].answer if rrset.rdtype == rr.TXT
                 for r in rrset if states(r, policy)]
        return found(m, len(texts) == 1 and re.search(says, texts[0], re.I) is not None)
    return judge


def carries(kind):
    """Whether a response holds a type, where somebody asked for it: by the question, of DNSSEC by DO; addresses come by
    themselves."""
    def judge(m):
        asked = kind in ("A", "AAAA") or m["qtype"] in (kind, "ANY")
        asked = asked or kind in ("RRSIG", "NSEC", "NSEC3", "DS") and m["query_do"]
        return bool(records(m, rr.from_text(kind))) if asked and whole(m) else None
    return judge


PUBLISHED = {"AAAA", "HTTPS", "TLSA", "CAA", "DS", "DNSKEY"}
HAS = {**{f"dns.has.{kind.lower()}": has(kind) for kind in (*sorted(PUBLISHED), "SVCB")},
       **{f"dns.has.{policy}": has_policy(policy) for policy in STATED}}
RESPONSE = {"dnssec.signed": signed, "dnssec.denial": denied, "dnssec.validated": validated, **HAS,
            # No zone of the lab has a redirect, ?all in front of another all, or a test of DMARC.
            "dns.has.spf.strict": strict_policy("spf", rb" [-~]all( |$)"),
            "dns.has.dmarc.enforced": strict_policy("dmarc", rb"; *p *= *(quarantine|reject) *(;|$)"),
            # No zone of the lab has an AAAA that is made of an IPv4 address.
            "dns.has.aaaa.own": lambda m: SKIP if m["qtype"] != "AAAA" else
            None if not whole(m) else True if answered(m) else SKIP,
            **{f"dns.rcode.{r.lower()}": lambda m, r=r: m["rcode"] == r
               for r in ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")},
            "dns.response.tcp": lambda m: m["tcp"], "dns.response.whole": lambda m: SKIP if m["tcp"] else whole(m),
            "dns.response.edns": lambda m: m["edns"],
            "dns.response.cookie": lambda m: None if not m["query_cookie"] else
            len(m["options"].get(10, b"")) > 8 if m["edns"] else SKIP,
            "dns.response.ede": lambda m: 15 in m["options"] if m["edns"] else SKIP,
            "dns.response.ede.servfail": lambda m: 15 in m["options"] if m["rcode"] == "SERVFAIL"
            and m["edns"] else SKIP,
            **{f"dns.carries.{t.lower()}": carries(t)
               for t in "A AAAA RRSIG DNSKEY DS NSEC NSEC3 TLSA CAA SVCB HTTPS TXT".split()}}


# --- records ---

def sound(code, good, bad):
    return True if code in good else False if code in bad else SKIP


def sound_algorithm(code):
    """By RFC 9904 and RFC 9905, for signing."""
    return sound(code, {8, 13, 14, 15, 16}, {1, 3, 5, 6, 7, 10, 12})


def signatures(m):
    return {r.algorithm for r in records(m, rr.RRSIG)}


def delegations(m):
    return {(r.algorithm, r.digest_type) for r in records(m, rr.DS)}


def chains(m):
    return {(r.algorithm, r.flags & 1, r.iterations, r.salt, r.rdtype) for r in records(m, rr.NSEC3, rr.NSEC3PARAM)}


def errors(m):
    return [int(option.code) for option in m["dns"].options if option.otype == 15]


def bindings(m):
    """Of records in service mode: the parameters of HTTPS, None for SVCB."""
    return [set(map(int, r.params)) if r.rdtype == rr.HTTPS else None
            for r in records(m, rr.HTTPS, rr.SVCB) if r.priority]


ALGORITHMS = {"rsasha1": 5, "rsasha1_nsec3": 7, "rsasha256": 8, "rsasha512": 10, "ecdsap256sha256": 13,
              "ecdsap384sha384": 14, "ed25519": 15, "ed448": 16}
ERRORS = {"bogus": range(6, 13), "dnssec_support": (1, 2), "indeterminate": (5,), "stale": (3, 19),
          "filtered": range(15, 19), "network": (22, 23), "nsec3_iterations": (27,)}
# measure: (what one response counts, of what it holds; what passes)
RECORD = {"dnssec.algorithm.recommended": (signatures, sound_algorithm),
          **{f"dnssec.algorithm.{k}": (signatures, lambda code, n=n: code == n) for k, n in ALGORITHMS.items()},
          "dnssec.key.recommended": (lambda m: {r.algorithm for r in records(m, rr.DNSKEY)}, sound_algorithm),
          "dnssec.ds.algorithm.recommended": (delegations, lambda ds: sound_algorithm(ds[0])),
          "dnssec.ds.recommended": (delegations, lambda ds: sound(ds[1], {2, 4}, {1, 3})),
          **{f"dnssec.ds.{k}": (delegations, lambda ds, n=n: ds[1] == n)
             for k, n in (("sha1", 1), ("sha256", 2), ("sha384", 4))},
          "dnssec.nsec3.iterations": (chains, lambda chain: chain[2] == 0),
          "dnssec.nsec3.salt": (chains, lambda chain: chain[3] == b""),
          "dnssec.nsec3.opt_out": (chains, lambda chain: SKIP if chain[4] == rr.NSEC3PARAM else chain[1] == 0),
          **{f"dns.ede.{k}": (errors, lambda code, codes=codes: code in codes) for k, codes in ERRORS.items()},
          **{f"dns.https.{k}": (bindings, lambda keys, n=n: SKIP if keys is None else n in keys)
             for k, n in (("alpn", 1), ("ipv4hint", 4), ("ech", 5), ("ipv6hint", 6))}}


# --- names ---

def of_names(responses, judge, holds):
    """One outcome for each name that `judge` does not pass over: what the zones hold, once a response could tell."""
    told, hidden = {}, set()
    for m in responses:
        outcome = judge(m)
        if outcome is None:
            hidden.add(m["name"])
        elif outcome != SKIP:
            told.setdefault(m["name"], []).append(holds(dns.name.from_text(m["name"]), kind_of(m)))
    return [all(outcomes) for outcomes in told.values()] + [None] * len(hidden - set(told))


def names(truth, responses, zones):
    """Distinct names, each at its worst: the zones say what they have, the responses only that it was told."""
    def count(measure, judge, holds):
        truth.share(measure, "names", of_names(responses, judge, holds))

    count("dnssec.signed", signed, zones.signed)
    for kind in sorted(PUBLISHED):
        count(f"dns.has.{kind.lower()}", has(kind), lambda name, of: bool(zones.find(name, of)))
    for policy in sorted(set(STATED) - {"bimi"}):
        count(f"dns.has.{policy}", has_policy(policy),
              lambda name, of, policy=policy: any(states(r, policy) for r in zones.find(name, of)))


# --- all of them ---

def family(m):
    return "ipv6" if ":" in m["server"] else "ipv4"


FAMILIES = ("ipv4", "ipv6")
KNOWN_BY = {"dns.query.edns", "dns.query.do", "dns.response.ede"}


def counts(truth, messages, zones=None):
    """Of messages; of names too where it is known what the `zones` hold. By family; queries over IPv4 and responses
    over IPv6 by vantage too. In the other family one query may ask a resolver without RD, as a resolver itself would
    ask, and a resolver refuse without RA, as an authority would: the measures of KNOWN_BY show that."""
    queries = [m for m in messages if m["message"] == "query"]
    responses = [m for m in messages if m["message"] == "response"]
    vantages = sorted({m["vantage"] for m in messages})
    for mine, unit, measures, clear in ((queries, "queries", QUERY, "ipv4"),
                                        (responses, "responses", RESPONSE, "ipv6")):
        for measure, judge in measures.items():
            cells = [{"family": f} for f in FAMILIES]
            cells += [{"family": f, "vantage": v} for f in FAMILIES if f == clear or measure in KNOWN_BY
                      for v in vantages]
            for cell in cells:
                truth.share(measure, unit, [judge(m) for m in mine if
                                            cell.items() <= {"family": family(m), "vantage": m["vantage"]}.items()],
                            **cell)
    for measure, (held, judge) in RECORD.items():
        told = [(family(m), judge(x)) for m in responses for x in held(m)]
        for of in FAMILIES if told else ():
            truth.share(measure, "records", [outcome for mine, outcome in told if mine == of], family=of)
    if zones:
        names(truth, responses, zones)
