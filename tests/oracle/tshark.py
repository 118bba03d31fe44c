"""What tshark finds in a capture, as counts by name: through PDML, which tells messages apart that share a frame."""
import collections
import os
import subprocess
import tempfile
import xml.etree.ElementTree

import names

PREFERENCES = ["tcp.reassemble_out_of_order:TRUE", "tcp.desegment_tcp_streams:TRUE", "ip.defragment:TRUE",
               "ipv6.defragment:TRUE",
               "tls.desegment_ssl_records:TRUE", "dns.desegment_dns_messages:TRUE"]
HELLO_RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"  # RFC 8446 section 4.1.3
CLIENT_HELLO, SERVER_HELLO, KEY_EXCHANGE = 1, 2, 12


def packets(capture):
    """Yields each packet's PDML element that holds DNS, TLS, SMTP or RTR."""
    words = ["tshark", "-n", "-r", str(capture), "-T", "pdml", "-Y", "dns || tls || smtp || rpkirtr"]
    for preference in PREFERENCES:
        words += ["-o", preference]
    # A home of its own: no user profile may change the answer.
    with tempfile.TemporaryDirectory(prefix="uptake-oracle-") as home:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env=dict(os.environ, LC_ALL="C.UTF-8", HOME=home, XDG_CONFIG_HOME=home))
        for _, element in xml.etree.ElementTree.iterparse(process.stdout):
            if element.tag == "packet":
                yield element
                element.clear()
        process.stdout.close()
        process.wait()


class Fields:
    """The fields below an element: all values of a name, as shown."""

    def __init__(self, element):
        self.all = collections.defaultdict(list)
        for field in element.iter("field"):
            self.all[field.get("name")].append(field)

    def shown(self, name):
        return [f.get("show") or "" for f in self.all.get(name, [])]

    def numbers(self, name):
        return [int(s, 0) for s in self.shown(name)]

    def flag(self, name):
        return any(s in ("1", "True") for s in self.shown(name))


def record_types(fields):
    """Types of the records. tshark names the types in an NSEC bitmap alike, but a record's type has two octets."""
    return [int(f.get("show"), 0) for f in fields.all.get("dns.resp.type", []) if f.get("size") == "2"]


def count_message(counts, dns, tcp):
    fields = Fields(dns)
    side = "responses" if fields.flag("dns.flags.response") else "queries"
    types = record_types(fields)
    counts["dns." + side] += 1
    counts["dns.messages.tcp"] += tcp
    flags = {"ad": "authenticated", "cd": "checkdisable", "rd": "recdesired"}
    if side == "responses":
        flags.update(tc="truncated", aa="authoritative", ra="recavail")
        counts["dns.responses.rcode." + names.rcode(fields.numbers("dns.flags.rcode")[0])] += 1
        for kind in set(types) & set(names.SEEN):
            counts["dns.responses.seen." + names.SEEN[kind]] += 1
    for short, name in flags.items():
        counts[f"dns.{side}.{short}"] += fields.flag("dns.flags." + name)
    counts[f"dns.{side}.edns"] += 41 in types
    counts[f"dns.{side}.do"] += fields.flag("dns.resp.z.do")
    counts[f"dns.{side}.cookie"] += 10 in fields.numbers("dns.opt.code")
    for qtype in fields.numbers("dns.qry.type")[:1]:
        counts[f"dns.{side}.qtype.{names.rr_type(qtype)}"] += 1


def count_rtr(counts, proto):
    for pdu in Fields(proto).numbers("rpki-rtr.pdu_type"):
        if pdu in names.RTR_PDUS:
            counts[names.RTR_PDUS[pdu]] += 1


def read_smtp(session, proto):
    """Adds what one packet says in clear to what is known of its TCP stream: commands and replies are told in turn."""
    fields = Fields(proto)
    said = {c.upper()[:4] for c in fields.shown("smtp.req.command")}
    codes = fields.numbers("smtp.response.code")
    session["smtp"] = session.get("smtp") or bool(said or codes)
    session["smtp.ehlo"] = session.get("smtp.ehlo") or "EHLO" in said
    if "STAR" in said:
        session["smtp.starttls.requested"] = session["waits"] = True
    elif codes and session.pop("waits", False):
        session["smtp.starttls.accepted" if codes[0] == 220 else "smtp.starttls.refused"] = True
    extensions = [p.upper() for p in fields.shown("smtp.rsp.parameter")]
    session["smtp.starttls.offered"] = session.get("smtp.starttls.offered") or \
        (250 in codes and any("STARTTLS" in e for e in extensions))


def count_smtp(counts, session):
    if session.get("smtp"):
        counts["smtp.sessions"] += 1
        for name in ("smtp.ehlo", "smtp.starttls.offered", "smtp.starttls.requested", "smtp.starttls.accepted",
                     "smtp.starttls.refused"):
            counts[name] += session.get(name, False)


def read_handshake(session, message):
    """Adds one handshake message to what is known of its TCP stream's session."""
    fields = Fields(message)
    kinds = fields.numbers("tls.handshake.type")
    if not kinds:
        return
    if kinds[0] == CLIENT_HELLO:
        session.setdefault("sni", (fields.shown("tls.handshake.extensions_server_name") + [""])[0])
    elif kinds[0] == SERVER_HELLO:
        if (fields.shown("tls.handshake.random") + [""])[0].replace(":", "") == HELLO_RETRY:
            session["retry"] = True
            return
        chosen = fields.numbers("tls.handshake.extensions.supported_version")
        session["version"] = names.version((chosen or fields.numbers("tls.handshake.version"))[0])
        session["suite"] = fields.numbers("tls.handshake.ciphersuite")[0]
        groups = fields.numbers("tls.handshake.extensions_key_share_group")
        if groups:
            session["group"] = groups[0]
    elif kinds[0] == KEY_EXCHANGE:
        for group in fields.numbers("tls.handshake.server_named_curve"):
            session["group"] = group


def values(capture):
    """Counts by name of one capture; `values()` of uptake.py gives the same names."""
    counts, sessions, talks = collections.Counter(), collections.defaultdict(dict), collections.defaultdict(dict)
    for packet in packets(capture):
        stream = None
        for proto in packet.iter("proto"):
            kind = proto.get("name")
            if kind in ("tcp", "udp"):  # in a datagram: what QUIC carries
                stream = kind, (Fields(proto).shown(kind + ".stream") + [None])[0]
            elif kind == "dns":
                count_message(counts, proto, stream is not None and stream[0] == "tcp")
            elif kind == "smtp":
                read_smtp(talks[stream], proto)
            elif kind == "rpkirtr":
                count_rtr(counts, proto)
            elif kind == "tls":
                for field in proto.iter("field"):
                    if field.get("name") == "tls.handshake":
                        read_handshake(sessions[stream], field)
    for session in sessions.values():
        counts[names.session_key(session)] += bool(session)
    for talk in talks.values():
        count_smtp(counts, talk)
    return counts
