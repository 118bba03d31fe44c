"""Mail between a postfix that sends and a postfix that receives under many names, and clients that submit.

STARTTLS offered and used, offered and left unused, not offered, refused (454), demanded (530), taken out of or masked
in the EHLO reply by a middlebox, and with clear text put after it in either direction; implicit TLS at port 465,
submission at 587, HELO alone, SMTPUTF8 taken and not taken; DANE with usages 3 and 2, a TLSA record that does not
match, one in an unsigned zone, and one whose STARTTLS was taken away. Each with TLS 1.2 and 1.3 where that makes a
difference. The middlebox ends TCP, so its sessions are there twice: from the sender to it, and from it to the
receiver. The resolver is reached over a link that is not mirrored: no DNS is in the capture.
"""
import collections
import json
import pathlib
import re

from hosts import mail, names, pki
from hosts.openssl import VERSIONS, suites

PACKAGES = ("postfix", "swaks", "openssl", "nsd", "unbound", "ldnsutils", "libnet-ssleay-perl", "tcpdump",
            "iproute2")
PROGRAMS = ("postfix", "swaks", "openssl", "nsd", "unbound", "ldns-signzone", "tcpdump", "python3")
RELAY = pathlib.Path(mail.__file__).with_name("smtp_relay.py")
SENDER = ("198.18.1.25", "2001:db8:1::25")
CLIENT = ("198.18.1.10", "2001:db8:1::10")

# A name of the receiver: its address, TLSA data ("ee", "ta", "other", None), settings of its smtpd, and how the
# middlebox changes what passes, if it is in the way.
Mx = collections.namedtuple("Mx", "address tlsa tls more relay")
V4, V6 = "198.18.2.{}", "2001:db8:2::{}"
EXCHANGERS = {
    "ee.example.test": Mx(V4.format(1), "ee", "may", {}, None),
    "ta.example.test": Mx(V6.format(2), "ta", "may", {}, None),
    "other.example.test": Mx(V4.format(3), "other", "may", {}, None),
    "mx.plain.test": Mx(V6.format(4), "ee", "may", {}, None),
    "open.example.test": Mx(V4.format(5), None, "may", {}, None),
    "none.example.test": Mx(V6.format(6), None, "none", {}, None),
    "broken.example.test": Mx(V4.format(7), None, "may", {"smtpd_tls_CAfile": "{pki}/absent.pem"}, None),
    "strict.example.test": Mx(V6.format(8), None, "encrypt", {}, None),
    "mask.example.test": Mx(V4.format(9), None, "may", {}, "mask"),
    "cut.example.test": Mx(V6.format(10), None, "may", {}, "cut"),
    "robbed.example.test": Mx(V4.format(11), "ee", "may", {}, "cut"),
    "reply.example.test": Mx(V4.format(12), None, "may", {}, "reply"),
    "command.example.test": Mx(V6.format(13), None, "may", {}, "command"),
    "ascii.example.test": Mx(V4.format(14), None, "may", {"smtpd_discard_ehlo_keywords": "smtputf8"}, None),
    "self.example.test": Mx(V6.format(15), None, "may", {"smtpd_tls_chain_files": "{pki}/own.key {pki}/own.pem"},
                            None),
    "old.example.test": Mx(V4.format(16), None, "may", {"smtpd_tls_protocols": ">=TLSv1",
                                                        "tls_medium_cipherlist": "ALL:@SECLEVEL=0"}, None),
}
BOX = {"4": "198.18.3.{}", "6": "2001:db8:3::{}"}

# A mail of the sender: exchanger, level of TLS that the sender wants, TLS version or "", local part of the recipient.
Mail = collections.namedtuple("Mail", "exchanger level version user")
MAILS = [Mail(f"{name}.example.test" if name != "plain" else "mx.plain.test", level, version, "user")
         for name, level in (("ee", "dane"), ("ta", "dane"), ("other", "dane"), ("plain", "dane"), ("open", "dane"),
                             ("open", "may"), ("open", "verify"), ("self", "may"), ("self", "secure"),
                             ("reply", "may"), ("command", "may"))
         for version in ("TLSv1.3", "TLSv1.2")] + [
    Mail("open.example.test", "none", "", "user"), Mail("none.example.test", "may", "", "user"),
    Mail("none.example.test", "encrypt", "", "user"), Mail("broken.example.test", "may", "", "user"),
    Mail("broken.example.test", "encrypt", "", "user"), Mail("strict.example.test", "none", "", "user"),
    Mail("strict.example.test", "encrypt", "TLSv1.3", "user"), Mail("mask.example.test", "may", "", "user"),
    Mail("mask.example.test", "encrypt", "", "user"), Mail("cut.example.test", "may", "", "user"),
    Mail("robbed.example.test", "dane", "", "user"), Mail("open.example.test", "none", "utf8", "b\u00fccher"),
    Mail("open.example.test", "may", "TLSv1.3", "b\u00fccher"),
    Mail("ascii.example.test", "may", "TLSv1.3", "b\u00fccher"),
]

# A client's own session: words (swaks, s_client, or "smtp" for the few lines of Python below), address, port.
SWAKS = ["swaks", "--helo", "client.example.test", "--from", "a@client.example.test", "--to", "b@open.example.test",
         "--timeout", "10"]
START, WEAK = ["s_client", "-starttls", "smtp"], ["-cipher", "ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"]
FOUR, SIX = V4.format(5), V6.format(2)
CLIENTS = [
    ([*SWAKS, "--tls-on-connect", "--tls-protocol", "tlsv1_3"], FOUR, 465),
    ([*SWAKS, "--tls-on-connect", "--tls-protocol", "tlsv1_2"], FOUR, 465),
    (["s_client", "-tls1_3"], SIX, 465), (["s_client", "-tls1_2"], SIX, 465),
    ([*SWAKS, "-tls", "--tls-protocol", "tlsv1_3"], FOUR, 587),
    ([*SWAKS, "-tls", "--tls-protocol", "tlsv1_2"], FOUR, 587),
    ([*START, "-tls1_3"], SIX, 587), ([*START, "-tls1_2"], SIX, 587),
    (SWAKS, FOUR, 587), (SWAKS, FOUR, 25), (["helo"], SIX, 25),
    ([*START, "-tls1_3"], FOUR, 25), ([*START, "-tls1_2"], SIX, 25),
    ([*START, "-tls1_1", *WEAK], V4.format(16), 25), ([*START, "-tls1", *WEAK], V4.format(16), 25),
    (["helo"], FOUR, 25),
]

SUBMIT = """import smtplib, sys
rcpt = sys.argv[1]
with smtplib.SMTP("127.0.0.1", 25, "localhost") as s:
    s.ehlo()
    s.mail("postmaster@sender.example.test", ["SMTPUTF8"] if not rcpt.isascii() else [])
    s.rcpt(rcpt, [])
    s.data("From: postmaster@sender.example.test\\r\\nSubject: lab\\r\\n\\r\\nThe lab's mail.\\r\\n")
"""
HELO = """import smtplib, sys
with smtplib.SMTP(sys.argv[1], int(sys.argv[2])) as s:
    s.helo("client.example.test")
    s.mail("a@client.example.test")
    s.rcpt("b@open.example.test")
    s.data("Subject: lab\\r\\n\\r\\nAfter HELO.\\r\\n")
"""
CLASSES = {"Verified": "verified", "Trusted": "trusted", "Untrusted": "untrusted", "Anonymous": "anonymous"}


def family(address):
    return "6" if ":" in address else "4"


def facing(name):
    """The address of an exchanger's name in the zones: the middlebox where it is in the way."""
    mx = EXCHANGERS[name]
    return BOX[family(mx.address)].format(re.split("[.:]", mx.address)[-1]) if mx.relay else mx.address


def domain(case):
    """Each mail has a domain of its own, so that the sender's policies are kept apart."""
    label, zone = case.exchanger.split(".", 1)
    kind = (case.level + case.version + ("u" if not case.user.isascii() else "")).lower().replace(".", "")
    return f"{label}-{kind}.{zone}"


def records(keys):
    """Zone data: MX of each mail's domain, addresses, TLSA."""
    extra = collections.defaultdict(list)
    for name, mx in EXCHANGERS.items():
        zone = name.split(".", 1)[1] + "."
        extra[zone].append(f"{name}. 300 IN {'AAAA' if family(mx.address) == '6' else 'A'} {facing(name)}")
        if mx.tlsa:
            extra[zone].append(f"_25._tcp.{name}. 300 IN TLSA {keys[mx.tlsa]}")
    for case in MAILS:
        extra[case.exchanger.split(".", 1)[1] + "."].append(f"{domain(case)}. 300 IN MX 10 {case.exchanger}.")
    return extra


def apart(lab, one, two):
    """A link between two hosts that the mirror does not see; (host, link, address) each."""
    (a, link_a, address_a), (b, link_b, address_b) = one, two
    lab.join(a, link_a, [], b, link_b, [])
    lab.run(a, "ip", "route", "add", f"{address_b}/32", "dev", link_a, "src", address_a)
    lab.run(b, "ip", "route", "add", f"{address_a}/32", "dev", link_b, "src", address_b)


def certificates(folder):
    pki.authority(folder)
    pki.leaf(folder, "mail", *EXCHANGERS)
    pki.leaf(folder, "other", "elsewhere.example.test")
    pki.authority(folder, "own", "rsa")
    return {"ee": pki.tlsa(folder, "mail", 3, 1), "ta": pki.tlsa(folder, "ca", 2, 0),
            "other": pki.tlsa(folder, "other", 3, 1)}


def receiver(lab, folder, keys):
    """One postfix; each name is an smtpd of its own."""
    lab.host("receiver", *(mx.address for mx in EXCHANGERS.values()))
    chain = f"{keys}/mail.key {keys}/mail.chain.pem"
    services = ""
    for name, mx in EXCHANGERS.items():
        own = {"myhostname": name, "syslog_name": name, "smtpd_tls_security_level": mx.tls,
               "smtpd_tls_chain_files": chain, **{k: v.format(pki=keys) for k, v in mx.more.items()}}
        services += mail.listener(mx.address, 25, **own)
        if mx.address in (FOUR, SIX):
            services += mail.listener(mx.address, 465, **own, smtpd_tls_wrappermode="yes")
            services += mail.listener(mx.address, 587, **{**own, "smtpd_tls_security_level": "encrypt"})
    return mail.Postfix(lab, "receiver", folder, "myhostname = receiver.example.test\nmydestination =\n"
                        "default_transport = discard\nrelay_transport = discard\nsmtpd_tls_loglevel = 1\n"
                        "disable_dns_lookups = yes\n", services)


def sender(lab, folder, keys):
    """Postfix with a policy for each mail's domain; it takes mail at 127.0.0.1."""
    lines = "".join(f"{domain(c)} {c.level}{' protocols=' + c.version if c.version.startswith('TLS') else ''}\n"
                    for c in MAILS)
    folder.mkdir()
    (folder / "policy").write_text(lines)
    main = ("myhostname = sender.example.test\nmydestination = sender.example.test\n"
            "smtp_dns_support_level = dnssec\nsmtp_host_lookup = dns\n"
            "smtp_tls_security_level = dane\nsmtp_tls_loglevel = 1\n"
            f"smtp_tls_CAfile = {keys}/ca.pem\nsmtp_tls_policy_maps = texthash:{folder}/policy\n"
            "smtp_tls_note_starttls_offer = yes\nsmtp_connection_cache_on_demand = no\n"
            "local_recipient_maps =\nsmtpd_tls_security_level = none\n")
    return mail.Postfix(lab, "sender", folder, main, mail.listener("127.0.0.1", 25, syslog_name="inject"),
                        names.use_resolver(lab, "sender", folder, names.RESOLVER[:1]))


def client(lab, words, address, port):
    """One session of a client; what it printed."""
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    if words[0] == "s_client":
        return lab.run("client", "openssl", *words, "-connect", where, "-crlf", "-ign_eof", data="QUIT\n",
                       check=False)
    if words[0] == "helo":
        return lab.run("client", "python3", "-c", HELO, address, port)
    return lab.run("client", *words, "--server", address, "--port", port, check=False)


class Session:
    """One TCP connection to an SMTP server, by the logs of both ends."""

    def __init__(self, server, port, peer, received):
        self.server, self.port, self.peer, self.received = server, port, peer, received
        self.tls = re.search(r"TLS connection established from .*?: (TLSv[\d.]+) with cipher (\S+)(.*)", received)
        ended = re.search(r"disconnect from \S+ (.*)", received)
        self.counts = dict(pair.split("=") for pair in ended[1].split() if "=" in pair) if ended else {}
        self.injected = self.mark = None

    def number(self, verb):
        """(succeeded, asked)"""
        done, _, asked = self.counts.get(verb, "0").partition("/")
        return int(done), int(asked or done)

    def starttls(self):
        done, asked = self.number("starttls")
        return "used" if done else "refused" if asked else "unused"


def sessions_of(received, server, port, peer, relay, changes):
    """The connections of one step, in order of their beginning: with a middlebox in the way, two."""
    onward = Session(server, port, peer if not relay else "middlebox", received)
    onward.mark, onward.injected = None, "command" if relay == "command" else None
    if not relay:
        return [onward]
    first = Session(changes.pop(0)["address"], port, peer, received)
    first.mark = {"mask": "masked", "cut": "removed"}.get(relay)
    first.injected = "reply" if relay == "reply" else None
    return [first, onward]


def record(truth, session, offers, utf8, **more):
    """The events of one connection."""
    offered = offers and not session.mark
    ehlo = session.number("ehlo")[1] > 0
    row = {"server": session.server, "server_port": session.port}
    if session.port == 465:
        truth.event("smtp", **row, implicit_tls=True, **more)
    else:
        state = "stripped" if session.mark else session.starttls() if offers and ehlo else "not offered"
        facts = {"ehlo": ehlo, "starttls": state, **more}
        if ehlo:
            facts.update(starttls_offered=offered, smtputf8_offered=utf8)
        if session.mark:
            facts["strip"] = session.mark
        if session.injected:
            facts["injected"] = session.injected
        truth.event("smtp", **row, **facts)
    if session.tls:
        version, cipher, rest = session.tls.groups()
        facts = {"group": "0x001d"} if "key-exchange X25519" in rest else {}
        truth.event("tls", **row, transport="tcp", version=VERSIONS[version],
                    suite=f"0x{suites()[cipher]:04x}", resumed=False, client_hello=True, sight="complete", **facts)


def outcome(sent):
    """(status, why) of the sender's last word about a mail."""
    status = re.search(r"status=(\w+) \((.*)\)", sent)
    return status[1], status[2]


def dane(truth, case, sent, session):
    """What the sender found of an exchanger with a TLSA record."""
    mx = EXCHANGERS[case.exchanger]
    trust = re.search(r"(\w+) TLS connection established to", sent)
    trust = CLASSES[trust[1]] if trust else None
    status, why = outcome(sent)
    if mx.tlsa is None:
        found = "no TLSA"
    elif trust == "verified":
        found = "verified"
    elif status == "sent":
        found = "insecure TLSA"
    else:
        found = "no STARTTLS" if "not offered" in why else "mismatch"
    usage = {"ee": "3 1 1", "other": "3 1 1", "ta": "2 0 1", None: None}[mx.tlsa]
    fields = {"server": session.server, "server_port": 25, "name": case.exchanger, "outcome": found,
              "delivered": status == "sent"}
    truth.event("dane", **fields, **({"tlsa": usage} if usage else {}))
    return found, session.tls and session.tls[1]


def tally(truth, measure, told):
    """One measure of (session, outcome), in all and by family."""
    truth.share(measure, "connections", [outcome for _, outcome in told])
    for version in "46":
        mine = [outcome for session, outcome in told if family(session.server) == version]
        truth.share(measure, "connections", mine, family=f"ipv{version}")


def counts(truth, sessions, found, offers):
    """What a perfect observer at the mirror port would count. A TLS 1.3 certificate is hidden from it."""
    clear = [(s, o) for s, o in zip(sessions, offers) if s.port != 465]
    asked = [(s, o) for s, o in clear if s.number("ehlo")[1]]
    begun = [s for s, _ in asked if s.number("starttls")[1]]
    secure = [s for s in sessions if s.tls]
    tally(truth, "smtp.ehlo", [(s, s.number("ehlo")[1] > 0) for s, _ in clear])
    tally(truth, "smtp.starttls.offered", [(s, o[0] and not s.mark) for s, o in asked])
    tally(truth, "smtp.starttls.used", [(s, bool(s.tls)) for s, o in asked if o[0] and not s.mark])
    tally(truth, "smtp.starttls.accepted", [(s, s.starttls() == "used") for s in begun])
    tally(truth, "smtp.starttls.unmasked", [(s, None if s.mark == "removed" or not o[0] else s.mark is None)
                                            for s, o in asked])
    tally(truth, "smtp.starttls.clean", [(s, s.injected is None) for s in begun if s.starttls() == "used"])
    tally(truth, "smtp.tls", [(s, bool(s.tls)) for s in sessions])
    tally(truth, "smtp.tls.implicit", [(s, s.port == 465) for s in secure])
    tally(truth, "smtp.smtputf8.offered", [(s, o[1]) for s, o in asked])
    tally(truth, "tls.hello", [(s, True) for s in secure])
    tally(truth, "tls.version.modern", [(s, s.tls[1] in ("TLSv1.3", "TLSv1.2")) for s in secure])
    tally(truth, "tls.version.1_3", [(s, s.tls[1] == "TLSv1.3") for s in secure])
    tally(truth, "tls.version.1_2", [(s, s.tls[1] == "TLSv1.2") for s in secure])
    seen = {"verified": True, "mismatch": False, "no STARTTLS": False}
    truth.count("dane.verified", "connections", not_applicable=sum(f not in seen for f, _ in found), **{
        word: sum(f in seen and (None if v == "TLSv1.3" else seen[f]) is value for f, v in found)
        for word, value in (("passes", True), ("fails", False), ("unobservable", None))})


def play(lab, folder, capture, truth):
    keys = folder / "pki"
    extra = records(certificates(keys))
    anchor = names.authority(lab, folder / "authority", extra)
    names.resolver(lab, folder / "resolver", anchor, server="  do-ip6: no")
    lab.host("sender", *SENDER)
    lab.host("client", *CLIENT)  # swaks speaks IPv4 only, for want of a Perl module
    lab.host("middlebox", "198.18.3.254", "2001:db8:3::fffe", *(facing(n) for n, m in EXCHANGERS.items() if m.relay))
    apart(lab, ("sender", "dns0", SENDER[0]), ("resolver", "dns0", names.RESOLVER[0]))
    apart(lab, ("resolver", "dns1", names.RESOLVER[0]), ("authority", "dns0", names.AUTHORITY[0]))
    taking, giving = receiver(lab, folder / "receiver", keys), sender(lab, folder / "sender", keys)
    relay = folder / "relay.out"
    lab.start("middlebox", "python3", RELAY, *(f"{m.relay},{facing(n)},{m.address}" for n, m in EXCHANGERS.items()
                                               if m.relay), log=relay)
    for host, port in (("receiver", 25), ("sender", 25), ("middlebox", 25)):
        lab.listening(host, port, patience=20)
    for server in (taking, giving):
        server.await_text("daemon started")
        server.cut()
    steps, said = [], []
    with lab.mirrored(capture):
        for case in MAILS:
            to = f"{case.user}@{domain(case)}"
            lab.run("sender", "python3", "-c", SUBMIT, to)
            giving.await_text(rf"smtp\[\d+\]: \w+: to=<{re.escape(to)}>.*status=")
            taking.await_text("disconnect from")
            steps.append((case, giving.cut(), taking.cut()))
        for words, address, port in CLIENTS:
            printed = client(lab, words, address, port)
            taking.await_text("disconnect from")
            said.append((address, port, words, printed, taking.cut()))
    tell(truth, steps, said, relay.read_text())


def tell(truth, steps, said, relayed):
    truth.document["sources"] += ["postfix: maillog of the sender and of the receiver",
                                  "postfix: configuration (what is offered)",
                                  "smtp_relay.py: its own record of what it changed"]
    changes = collections.defaultdict(list)
    for row in map(json.loads, relayed.splitlines()):
        changes[row["address"]].append(row)
    every, offers, found, reasons = [], [], [], {}
    for case, sent, received in steps:
        mx = EXCHANGERS[case.exchanger]
        legs = sessions_of(received, mx.address, 25, "sender", mx.relay, changes[facing(case.exchanger)])
        offer = (mx.tls != "none", "smtputf8" not in mx.more.get("smtpd_discard_ehlo_keywords", ""))
        status, why = outcome(re.search(r".*smtp\[\d+\]: \w+: to=<.*", sent)[0])
        reasons[f"{case.user}@{domain(case)}"] = f"{status}: {re.sub(' queued as .*', '', why)}"
        for leg in legs:
            record(truth, leg, *offer, outcome=status)
        if case.level == "dane":
            found.append(dane(truth, case, sent, legs[0]))
        every += legs
        offers += [offer] * len(legs)
    levels = {m.address: m.tls != "none" for m in EXCHANGERS.values()}
    for address, port, _, _, received in said:
        session = Session(address, port, "client", received)
        offer = (levels[address], True)
        record(truth, session, *offer, outcome="sent" if session.number("data")[0] else "quit")
        every.append(session)
        offers.append(offer)
    truth.note(sender_said=reasons)
    counts(truth, every, found, offers)
