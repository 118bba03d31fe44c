"""The hosts of the scenario smtp: who takes mail under which name, the mails and sessions, the certificates."""
from hosts import exim, pki
from hosts.exchangers import PASSWORD, USER, Mail, Mx

CLIENT = ("198.18.1.10", "2001:db8:1::10")

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

# Each mail has a domain of its own.
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


def certificates(folder):
    """Certificates and their keys; the data of TLSA records, by what an Mx calls them."""
    pki.authority(folder)
    pki.leaf(folder, "mail", *EXCHANGERS)
    pki.leaf(folder, "other", "elsewhere.example.test")
    pki.authority(folder, "own", "rsa")
    return {"ee": [pki.tlsa(folder, "mail", 3, 1)], "ta": [pki.tlsa(folder, "ca", 2, 0)],
            "other": [pki.tlsa(folder, "other", 3, 1)]}


def other(lab, folder, keys):
    """The exim with the names that are its."""
    addresses = [mx.address for mx in EXCHANGERS.values() if mx.server == "exim"]
    lab.host("exim", *addresses)
    return exim.Exim(lab, "exim", folder, "exim.example.test", addresses, keys / "mail.chain.pem", keys / "mail.key")


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
