"""The truth/*.json of a folder of captures, as counts under the names of uptake.py; made by others with tshark."""
import collections

import names

# uptake's name: the name in dns.counts
DNS = {"dns.queries": "queries", "dns.responses": "responses", "dns.messages.tcp": "messages_over_tcp",
       "dns.queries.ad": "ad_in_queries", "dns.queries.cd": "cd_in_queries", "dns.responses.ad": "ad_in_responses",
       "dns.responses.cd": "cd_in_responses", "dns.responses.aa": "aa_in_responses",
       "dns.responses.tc": "tc_in_responses",
       "dns.responses.seen.RRSIG": "responses_with_rrsig_anywhere"}
UNNAMED = {"SIG": "TYPE24", "NXT": "TYPE30"}  # types that uptake gives no name
EDNS = {"dns.queries.edns": "edns_in_queries", "dns.queries.do": "do_in_queries",
        "dns.responses.edns": "edns_in_responses",
        "dns.responses.do": "do_in_responses"}


def version(text):
    return {"SSL3": "SSL 3.0"}.get(text, "TLS 1.3 draft" if text.startswith("TLS1.3-")
                                   else text.replace("TLS1", "TLS 1"))


def dns_values(dns):
    """Counts, and the names that this truth settles."""
    given, counts = dns.get("counts", {}), collections.Counter()
    table = dict(DNS)
    if not given.get("edns_unaligned"):  # else it could not tell the messages of one frame apart
        table.update(EDNS)
    if given.get("rr_unsplit_messages"):
        table.pop("dns.responses.seen.RRSIG")
    for name, there in table.items():
        counts[name] = given.get(there, 0)
    settled = set(table)
    if not given.get("question_unaligned_messages"):
        for side in ("queries", "responses"):
            for qtype, n in dns.get("qtypes_in_" + side, {}).items():
                counts[f"dns.{side}.qtype.{UNNAMED.get(qtype, qtype)}"] += n
            settled.add(f"dns.{side}.qtype.*")
    if not given.get("rcode_unaligned"):
        for code, n in dns.get("rcodes", {}).items():
            counts["dns.responses.rcode." + names.rcode(int(code))] += n
        settled.add("dns.responses.rcode.*")
    return counts, settled


def tls_values(tls):
    counts = collections.Counter()
    for text, n in tls.get("server_negotiated_version", {}).items():
        counts["tls.version." + version(text.removesuffix("(legacy)"))] += n
    for text, n in tls.get("server_cipher", {}).items():
        counts["tls.suite." + names.suite(int(text, 16))] += n
    for text, n in tls.get("sni", {}).items():
        counts["tls.sni." + text.lower()] += n
    return counts, {"tls.version.*", "tls.suite.*", "tls.sni.*"}


def rtr_values(rtr):
    counts = collections.Counter()
    for pdu, number in names.RTR_NAMES.items():
        counts[names.RTR_PDUS[number]] += rtr.get("pdus", {}).get(pdu, 0)
    return counts, set(names.RTR_PDUS.values())


# uptake's name: the name in smtp
SMTP = {"smtp.sessions": "sessions", "smtp.ehlo": "ehlo", "smtp.starttls.offered": "starttls_offered",
        "smtp.starttls.requested": "starttls_command", "smtp.starttls.accepted": "starttls_accepted",
        "smtp.starttls.refused": "starttls_refused"}


def smtp_values(smtp):
    return collections.Counter({name: smtp.get(there, 0) for name, there in SMTP.items()}), set(SMTP)


def bgp_values(bgp):
    """Messages and routes of BGP, and the names that this truth settles."""
    messages, prefixes = bgp.get("counts", {}), bgp.get("prefixes") or {}
    counts = collections.Counter()
    for name, there in (("bgp.opens", "OPEN"), ("bgp.updates", "UPDATE"), ("bgp.notifications", "NOTIFICATION")):
        counts[name] += messages.get(there, 0)
    for name, there in names.BGP_ROUTES.items():
        counts[name] += sum(prefixes.get(key, 0) for key in there)
    return counts, set(counts)


def values(truth):
    """(counts, settled names, why a part is not compared or None)."""
    counts, settled = dns_values(truth.get("dns", {}))
    of_rtr, names_of_rtr = rtr_values(truth.get("rtr", {}))
    of_smtp, names_of_smtp = smtp_values(truth.get("smtp", {}))
    of_bgp, names_of_bgp = bgp_values(truth.get("bgp", {}))
    counts += of_rtr + of_smtp + of_bgp
    settled = settled | names_of_rtr | names_of_smtp | names_of_bgp
    tls = truth.get("tls", {})
    if any(k.endswith("_quic") for k in tls.get("counts", {})):
        return counts, settled, "hellos inside QUIC are counted among those over TCP"
    more, names_of_tls = tls_values(tls)
    return counts + more, settled | names_of_tls, None


def is_settled(name, settled):
    return name in settled or name.rsplit(".", 1)[0] + ".*" in settled or \
        any(s.endswith(".*") and name.startswith(s[:-1]) for s in settled)
