"""The hosts of the scenario smtp: who takes mail under which name, the mails and sessions, the zones, the servers."""
import collections
import pathlib
import re

from hosts import exim, mail, names, pki

RELAY = pathlib.Path(mail.__file__).with_name("smtp_relay.py")
SENDER = ("198.18.1.25", "2001:db8:1::25")
CLIENT = ("198.18.1.10", "2001:db8:1::10")

# A name that takes mail: its address, TLSA data ("ee", "ta", "other", None), settings of its smtpd, how the middlebox
# changes what passes, if it is in the way, the program, and whether that middlebox stands in the route (through),
# unseen: else it has an address of its own, which the zones tell.
Mx = collections.namedtuple("Mx", "address tlsa tls more relay server through", defaults=("postfix", False))
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
    "lax.example.test": Mx(V4.format(17), None, "may", {}, None),
    "route.example.test": Mx("198.18.5.1", None, "may", {}, "mask", through=True),
    "route6.example.test": Mx("2001:db8:5::1", None, "may", {}, "cut", through=True),
    "said.example.test": Mx("198.18.5.2", None, "may", {}, "reply", through=True),
    "exim.example.test": Mx(V4.format(18), "ee", None, {}, None, "exim"),
    "exim6.example.test": Mx(V6.format(19), None, None, {}, None, "exim"),
}
# Ports 465 and 587 are there at three of the addresses, and take AUTH: at the last one in clear too.
SUBMISSION = {V4.format(5): "encrypt", V6.format(2): "encrypt", V4.format(17): "may"}
USER, PASSWORD = "lab", "secret of the lab"
BOX = {"4": "198.18.3.{}", "6": "2001:db8:3::{}"}
MIDDLEBOX = {"4": "198.18.3.254", "6": "2001:db8:3::fffe"}

# A mail of the sender: exchanger, level of TLS that the sender wants, TLS version or "", local part of the recipient.
Mail = collections.namedtuple("Mail", "exchanger level version user")
MAILS = [Mail(f"{name}.example.test" if name != "plain" else "mx.plain.test", level, version, user)
         for name, level, user in (
             ("ee", "dane", "user"), ("ta", "dane", "user"), ("other", "dane", "user"), ("plain", "dane", "user"),
             ("open", "dane", "user"), ("open", "may", "user"), ("open", "verify", "user"), ("self", "may", "user"),
             ("self", "secure", "user"), ("reply", "may", "user"), ("command", "may", "user"),
             ("said", "may", "user"),
             ("strict", "encrypt", "user"), ("open", "may", "b\u00fccher"), ("exim", "dane", "user"),
             ("exim", "may", "user"), ("exim6", "may", "user"), ("exim6", "may", "b\u00fccher"))
         for version in ("TLSv1.3", "TLSv1.2")] + [
    Mail("open.example.test", "none", "", "user"), Mail("none.example.test", "may", "", "user"),
    Mail("none.example.test", "encrypt", "", "user"), Mail("broken.example.test", "may", "", "user"),
    Mail("broken.example.test", "encrypt", "", "user"), Mail("strict.example.test", "none", "", "user"),
    Mail("mask.example.test", "may", "", "user"), Mail("mask.example.test", "encrypt", "", "user"),
    Mail("route.example.test", "may", "", "user"), Mail("route.example.test", "encrypt", "", "user"),
    Mail("route6.example.test", "may", "", "user"),
    Mail("cut.example.test", "may", "", "user"), Mail("robbed.example.test", "dane", "", "user"),
    Mail("open.example.test", "none", "utf8", "b\u00fccher"), Mail("exim.example.test", "none", "", "user"),
    Mail("exim6.example.test", "none", "utf8", "b\u00fccher"),
    Mail("ascii.example.test", "may", "utf8", "b\u00fccher"),  # postfix gives up before STARTTLS
]

# A client's own session: words (swaks, s_client, or "helo" and "auth" for some lines of Python below), address, port.
SWAKS = ["swaks", "--helo", "client.example.test", "--from", "a@client.example.test", "--to", "b@open.example.test",
         "--timeout", "10"]
AUTH = [*SWAKS, "--auth", "PLAIN", "--auth-user", USER, "--auth-password", PASSWORD]
START, WEAK = ["s_client", "-starttls", "smtp"], ["-cipher", "ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"]
NEW, OLD = (["--tls-protocol", version] for version in ("tlsv1_3", "tlsv1_2"))
FOUR, SIX, LAX = SUBMISSION
CLIENTS = [
    ([*SWAKS, "--tls-on-connect", *NEW], FOUR, 465), ([*SWAKS, "--tls-on-connect", *OLD], FOUR, 465),
    (["s_client", "-tls1_3"], SIX, 465), (["s_client", "-tls1_2"], SIX, 465),
    ([*SWAKS, "-tls", *NEW], FOUR, 587), ([*SWAKS, "-tls", *OLD], FOUR, 587),
    ([*START, "-tls1_3"], SIX, 587), ([*START, "-tls1_2"], SIX, 587),
    (SWAKS, FOUR, 587), (SWAKS, FOUR, 25), (SWAKS, SIX, 25), (["helo"], SIX, 25),
    ([*START, "-tls1_3"], FOUR, 25), ([*START, "-tls1_2"], SIX, 25),
    ([*START, "-tls1_1", *WEAK], V4.format(16), 25), ([*START, "-tls1", *WEAK], V4.format(16), 25),
    (["helo"], FOUR, 25),
    ([*AUTH, "-tls", *NEW], FOUR, 587), ([*AUTH, "-tls", *OLD], FOUR, 587),
    ([*AUTH, "-tls", *NEW], SIX, 587), ([*AUTH, "-tls", *OLD], SIX, 587),
    ([*AUTH, "--tls-on-connect", *NEW], SIX, 465), ([*AUTH, "--tls-on-connect", *OLD], FOUR, 465),
    ([*AUTH, "--auth-password", "wrong", "-tls", *NEW], FOUR, 587), (["auth"], FOUR, 587), (["auth"], SIX, 587),
    (AUTH, LAX, 587), ([*AUTH, "-tls", *NEW], LAX, 587),
    ([*SWAKS, "-tls", *OLD], V6.format(19), 25), ([*SWAKS, "-tls", *NEW], V4.format(18), 25),
    (SWAKS, V6.format(19), 25), (["helo"], V4.format(18), 25),
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
CLEAR_AUTH = """import base64, smtplib, sys
with smtplib.SMTP(sys.argv[1], int(sys.argv[2])) as s:
    s.ehlo("client.example.test")
    print(s.docmd("AUTH", "PLAIN " + base64.b64encode("\\0".join(["", *sys.argv[3:]]).encode()).decode()))
"""
SCRIPTS = {"helo": HELO, "auth": CLEAR_AUTH}


def family(address):
    return "6" if ":" in address else "4"


def facing(name):
    """The address of an exchanger's name in the zones: the middlebox where it is in the way."""
    mx = EXCHANGERS[name]
    own = mx.relay and not mx.through
    return BOX[family(mx.address)].format(re.split("[.:]", mx.address)[-1]) if own else mx.address


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


def lead(lab, end, *addresses):
    """Routes to addresses over an end of a link that the mirror does not see: (host, link, its address)."""
    host, link, source = end
    for address in addresses:
        lab.run(host, "ip", "route", "add", address, "dev", link, "src", source)


def middlebox(lab, folder):
    """Passes on and changes what comes to its own addresses and, on the sender's route, to some of the receiver. What
    it passes on of the latter goes over a link that is not mirrored. Returns the log of its changes."""
    passing = {n: m for n, m in EXCHANGERS.items() if m.relay}
    through = [m.address for m in passing.values() if m.through]
    lab.host("middlebox", *MIDDLEBOX.values(), *(facing(n) for n, m in passing.items() if not m.through))
    # neighbour discovery, other than ARP, answers for the addresses of the link only
    lab.join("middlebox", "in0", [f"{MIDDLEBOX['6']}/128"], "receiver", "in0",
             [f"{a}/128" for a in through if family(a) == "6"])
    rules = "table inet lab {\n chain pre { type filter hook prerouting priority mangle;\n"
    for number, (version, box) in enumerate(MIDDLEBOX.items()):
        mine = [a for a in through if family(a) == version]
        lead(lab, ("middlebox", "in0", box), *mine)
        lead(lab, ("receiver", "in0", mine[0]), box)
        word, local = (("ip", "0.0.0.0/0"), ("ip6", "::/0"))[number]
        rules += "".join(f"  {word} daddr {a} tcp dport 25 tproxy {word} to {a if number == 0 else f'[{a}]'}:25 "
                         "meta mark set 1 accept\n" for a in mine)
        for command in (["rule", "add", "fwmark", "1", "lookup", "100"],
                        ["route", "add", "local", local, "dev", "lo", "table", "100"]):
            lab.run("middlebox", "ip", f"-{version}", *command)
        for address in mine:
            lab.run("sender", "ip", "route", "add", address, "via", box)
    (folder / "rules").write_text(rules + " }\n}\n")
    lab.run("middlebox", "nft", "-f", folder / "rules")
    log = folder / "relay.out"
    lab.start("middlebox", "python3", RELAY, *(f"{m.relay},{facing(n)},{m.address}" for n, m in passing.items()),
              log=log)
    lab.listening("middlebox", 25, patience=20)
    return log


def certificates(folder):
    pki.authority(folder)
    pki.leaf(folder, "mail", *EXCHANGERS)
    pki.leaf(folder, "other", "elsewhere.example.test")
    pki.authority(folder, "own", "rsa")
    return {"ee": pki.tlsa(folder, "mail", 3, 1), "ta": pki.tlsa(folder, "ca", 2, 0),
            "other": pki.tlsa(folder, "other", 3, 1)}


def receiver(lab, folder, keys):
    """One postfix; each name is an smtpd of its own."""
    mine = {name: mx for name, mx in EXCHANGERS.items() if mx.server == "postfix"}
    lab.host("receiver", *(mx.address for mx in mine.values()))
    chain = f"{keys}/mail.key {keys}/mail.chain.pem"
    services, accounts = "", mail.users(folder, "example.test", **{USER: PASSWORD})
    for name, mx in mine.items():
        own = {"myhostname": name, "syslog_name": name, "smtpd_tls_security_level": mx.tls,
               "smtpd_tls_chain_files": chain, **{k: v.format(pki=keys) for k, v in mx.more.items()}}
        services += mail.listener(mx.address, 25, **own)
        if mx.address in SUBMISSION:
            level = SUBMISSION[mx.address]
            services += mail.listener(mx.address, 465, **own, **accounts, smtpd_tls_wrappermode="yes")
            services += mail.listener(mx.address, 587, **{**own, "smtpd_tls_security_level": level}, **accounts,
                                      smtpd_tls_auth_only="yes" if level == "encrypt" else "no")
    return mail.Postfix(lab, "receiver", folder, "myhostname = receiver.example.test\nmydestination =\n"
                        "default_transport = discard\nrelay_transport = discard\nsmtpd_tls_loglevel = 1\n"
                        "disable_dns_lookups = yes\n", services)


def other(lab, folder, keys):
    """The exim with the names that are its."""
    addresses = [mx.address for mx in EXCHANGERS.values() if mx.server == "exim"]
    lab.host("exim", *addresses)
    return exim.Exim(lab, "exim", folder, "exim.example.test", addresses, keys / "mail.chain.pem", keys / "mail.key")


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
    if words[0] in SCRIPTS:
        return lab.run("client", "python3", "-c", SCRIPTS[words[0]], address, port, USER, PASSWORD)
    return lab.run("client", *words, *(["-6"] if ":" in address else []), "--server", address, "--port", port,
                   check=False)
