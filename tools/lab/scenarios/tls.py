"""TLS over TCP: OpenSSL at OpenSSL, curl at nginx and caddy, Chromium at nginx and caddy.

TLS 1.0 to 1.3 with ECDSA and RSA chains; ECDHE, DHE, RSA, PSK and anonymous key exchange; choices limited by the
client and by the server; resumption by ticket, session id and pre-shared key; HelloRetryRequest; refusals;
ClientHellos over several records and segments; client certificates given, missing and expired; certificates that
are expired, not yet valid, self-signed, of another name or of an unknown issuer; a client that breaks off because
of that; X25519MLKEM768 offered by Chromium, with its share, to servers that do not have it, one of which asks for
another group.
"""
import re

from hosts import pki, web
from hosts.openssl import GROUPS, VERSIONS, suites
from network import run
from told import tls_sessions
from told.tls_sessions import chosen, printed

PACKAGES = ("openssl", "nginx-light", "curl", "caddy", "chromium", "tcpdump", "iproute2")
PROGRAMS = ("openssl", "nginx", "curl", "caddy", "chromium", "tcpdump")
CLIENT = ("198.18.1.10", "2001:db8:1::10")
SERVER = {4: "198.18.2.44", 6: "2001:db8:2::44"}
WEB = {4: "198.18.2.80", 6: "2001:db8:2::80"}
CADDY = {4: "198.18.2.81", 6: "2001:db8:2::81"}
WEAK = ["-cipher", "ALL:eNULL:@SECLEVEL=0"]
OLD = [*WEAK, "-min_protocol", "TLSv1"]
MANY_PROTOCOLS = ",".join(["http/1.1"] + [f"x-protocol-of-some-length-{i:03d}" for i in range(60)])


def cert(name, *more):
    """Options of s_server for one of the certificates below, with its issuer in the chain."""
    chain = [] if name == "self" else ["-cert_chain", f"{ISSUERS.get(name, 'ca')}.pem"]
    return ["-cert", f"{name}.pem", "-key", f"{name}.key", *chain, *more]


ISSUERS = {"rsa": "ca-rsa", "many": "ca-rsa", "stranger": "ca-strange"}
MUTUAL = ["-Verify", "2", "-CAfile", "roots.pem", "-verify_return_error"]

# name: (port, options of s_server)
SERVERS = {
    "modern": (443, cert("ec", "-alpn", "h2,http/1.1")),
    "legacy-rsa": (8443, cert("rsa", *OLD, "-max_protocol", "TLSv1.2")),
    "legacy-ec": (993, cert("ec", *OLD, "-max_protocol", "TLSv1.2", "-alpn", "imap,h2")),
    "p384-only": (4433, cert("ec", "-tls1_3", "-groups", "P-384")),
    "tls13-only": (10443, cert("rsa", "-tls1_3", "-num_tickets", "1")),
    "tls12-only": (465, cert("many", "-tls1_2")),
    "no-ticket": (995, cert("rsa", "-no_ticket", "-max_protocol", "TLSv1.2")),
    "psk": (5684, ["-nocert", "-psk", "1a2b3c4d", "-cipher", "PSK", "-tls1_2"]),
    "custom-dh": (9443, cert("rsa", "-dhparam", "dh1024.pem", *WEAK, "-tls1_2")),
    "ffdhe": (11443, cert("rsa", "-dhparam", "ffdhe2048.pem", "-tls1_2")),
    "mutual": (12443, cert("ec", *MUTUAL)),
    "expired": (13443, cert("expired")),
    "future": (14443, cert("future")),
    "self": (15443, cert("self")),
    "other-name": (16443, cert("other")),
    "stranger": (17443, cert("stranger")),
}
# What is wrong with the certificates of a server: facts of how they were made, and the code of X509_verify_cert.
WRONG = {"expired": (10, {"validity": "expired"}), "future": (9, {"validity": "not_yet_valid"}),
         "self": (18, {"chain": "self_signed"}), "other-name": (62, {"name_match": False}),
         "stranger": (19, {"chain": "unknown_issuer"})}


def named(host, *more):
    return ["-servername", f"{host}.example.test", *more]


NAMELESS = ["-noservername"]
# (server, family, options of s_client). "save"/"resume" name a session file, "present" a client certificate.
CONNECTIONS = [
    ("modern", 4, named("www")), ("modern", 6, named("www", "-alpn", "h2,http/1.1")), ("modern", 4, NAMELESS),
    ("modern", 6, [*NAMELESS, "-tls1_2"]), ("modern", 4, named("h1", "-alpn", "http/1.1", "-tls1_2")),
    ("modern", 6, named("h2", "-alpn", "h2,http/1.1", "-tls1_2")),
    ("modern", 4, named("www", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256")),
    ("modern", 6, named("www", "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-groups", "P-256")),
    ("modern", 4, named("www", "-ciphersuites", "TLS_AES_256_GCM_SHA384", "-groups", "X448")),
    ("modern", 4, named("save", "save", "s13")), ("modern", 4, named("save", "resume", "s13")),
    ("modern", 4, named("save", "-tls1_2", "save", "s12")), ("modern", 4, named("save", "-tls1_2", "resume", "s12")),
    ("modern", 4, named("www", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256")),
    ("modern", 6, named("www", "-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305")),
    ("modern", 4, named("www", "-tls1_1", *WEAK)), ("modern", 4, named("www", "-tls1_2", "-cipher", "AES128-SHA")),
    ("modern", 4, named("many", "-alpn", MANY_PROTOCOLS, "-max_send_frag", "512")),
    ("modern", 6, named("many", "-alpn", MANY_PROTOCOLS)),
    ("legacy-rsa", 4, named("old", "-tls1", *WEAK)), ("legacy-rsa", 6, named("old", "-tls1_1", *WEAK)),
    ("legacy-rsa", 4, [*NAMELESS, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"]),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-cipher", "AES256-GCM-SHA384:@SECLEVEL=0")),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")),
    ("legacy-rsa", 6, named("old", "-tls1_2", "-cipher", "DHE-RSA-AES256-SHA:@SECLEVEL=0", "-groups",
                            "X25519:ffdhe2048")),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-curves", "P-256")),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-cipher", "ECDHE-RSA-NULL-SHA:@SECLEVEL=0")),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-cipher", "AECDH-AES128-SHA:@SECLEVEL=0")),
    ("legacy-rsa", 6, named("old", "-tls1_2", "-cipher", "CAMELLIA128-SHA:@SECLEVEL=0")),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0")),
    ("legacy-rsa", 4, named("old", "-tls1_2", "-legacy_renegotiation", "-fallback_scsv")),
    ("legacy-ec", 4, named("imap", "-tls1", *WEAK)),
    ("legacy-ec", 6, named("imap", "-tls1_1", *WEAK, "-alpn", "imap")),
    ("legacy-ec", 4, named("imap", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384", "-curves", "P-384:P-256")),
    ("legacy-ec", 6, [*NAMELESS, "-cipher", "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0", "-curves", "P-521:P-256"]),
    ("p384-only", 4, named("retry", "-groups", "X25519:P-384")),
    ("p384-only", 6, named("retry", "-groups", "X448:X25519:P-384")),
    ("p384-only", 4, named("retry", "-groups", "P-384")), ("p384-only", 4, named("nogroup", "-groups", "X25519")),
    ("tls13-only", 4, named("new", "-tls1_2")), ("tls13-only", 6, named("new", "-groups", "ffdhe2048")),
    ("tls13-only", 4, named("new", "save", "s13b")), ("tls13-only", 6, named("new", "resume", "s13b")),
    ("tls12-only", 4, named("smtps")),
    ("tls12-only", 6, named("smtps", "-cipher", "ECDHE-RSA-AES256-SHA384", "-curves", "X25519")),
    ("tls12-only", 4, named("smtps", "-tls1", *WEAK)), ("tls12-only", 4, named("smtps", "-tls1_3")),
    ("no-ticket", 4, named("pop", "-no_ticket", "save", "sid")),
    ("no-ticket", 4, named("pop", "-no_ticket", "resume", "sid")), ("no-ticket", 6, [*NAMELESS, "-no_ticket"]),
    ("psk", 4, named("iot", "-tls1_2", "-psk", "1a2b3c4d", "-cipher", "PSK-AES128-GCM-SHA256")),
    ("psk", 6, [*NAMELESS, "-tls1_2", "-psk", "1a2b3c4d", "-cipher", "ECDHE-PSK-AES128-CBC-SHA256"]),
    ("custom-dh", 4, named("dh", "-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0")),
    ("custom-dh", 6, named("dh", "-tls1_2", "-cipher", "DHE-RSA-CHACHA20-POLY1305:@SECLEVEL=0")),
    ("ffdhe", 4, named("dh", "-cipher", "DHE-RSA-AES128-SHA256")),
    ("ffdhe", 6, [*NAMELESS, "-cipher", "DHE-RSA-AES128-GCM-SHA256"]),
    ("mutual", 4, named("mutual", "-tls1_2", "present", "person")),
    ("mutual", 6, named("mutual", "present", "person")),
    ("mutual", 4, named("mutual", "-tls1_2")), ("mutual", 6, named("mutual")),
    ("mutual", 4, named("mutual", "-tls1_2", "present", "expired")),
    *((server, family, named("www", *more)) for server in WRONG for family, more in ((4, ["-tls1_2"]), (6, []))),
    ("expired", 4, named("www", "-tls1_2", "-verify_return_error")),
    ("self", 6, named("www", "-verify_return_error")),
]

# (host, family, URL, options of curl)
FETCHES = [
    (WEB, 4, "https://www.example.test/small", []), (WEB, 6, "https://www.example.test/small", []),
    (WEB, 4, "https://www.example.test/small", ["--tls-max", "1.2"]),
    (WEB, 6, "https://www.example.test/small", ["--tls-max", "1.2"]),
    (WEB, 4, "https://www.example.test/small", ["--http1.1"]),
    (WEB, 6, "https://www.example.test/large", ["--tls-max", "1.2", "--http1.1"]),
    (WEB, 4, "https://www.example.test/small", ["--tls-max", "1.2", "--no-alpn"]),
    (WEB, 4, "https://www.example.test/large", []), (WEB, 4, "http://www.example.test/small", []),
    (WEB, 6, "http://www.example.test/large", []),
    # caddy logs no group: the client offers one only
    (CADDY, 4, "https://www.example.test/", ["--curves", "X25519"]),
    (CADDY, 6, "https://www.example.test/", ["--tls-max", "1.2", "--curves", "prime256v1"]),
]
# (host, family, port): pages that Chromium loads. Port 8443 of nginx takes secp384r1 only.
PAGES = [(WEB, 4, 443), (WEB, 6, 443), (WEB, 4, 8443), (CADDY, 4, 443), (CADDY, 6, 443)]


def certificates(folder):
    """The issuers, a leaf for each of cert(), and one of a client."""
    for name, kind in (("ca", "ec"), ("ca-rsa", "rsa"), ("ca-strange", "ec")):
        pki.authority(folder, name, kind)
    (folder / "roots.pem").write_text((folder / "ca.pem").read_text() + (folder / "ca-rsa.pem").read_text())
    ours = ("www.example.test", "*.example.test")
    pki.leaf(folder, "ec", *ours)
    pki.leaf(folder, "rsa", *ours, kind="rsa", issuer="ca-rsa")
    many = (f"host{i:03d}.many-names.example.test" for i in range(90))
    pki.leaf(folder, "many", "smtps.example.test", *many, kind="rsa", issuer="ca-rsa")
    pki.leaf(folder, "expired", *ours, dates=("20200101000000Z", "20210101000000Z"))
    pki.leaf(folder, "future", *ours, dates=("20900101000000Z", "20910101000000Z"))
    pki.leaf(folder, "other", "www.example.invalid")
    pki.leaf(folder, "stranger", *ours, issuer="ca-strange")
    pki.leaf(folder, "person", "person.example.test")
    run("openssl", "req", "-x509", "-nodes", *pki.KEYS["ec"], "-keyout", "self.key", "-out", "self.pem",
        "-days", 3650, "-subj", "/CN=www.example.test", "-addext", "subjectAltName=DNS:www.example.test", cwd=folder)
    run("openssl", "dhparam", "-out", "dh1024.pem", "1024", cwd=folder, timeout=120)
    run("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "ffdhe2048.pem",
        cwd=folder)
    (folder / "small").write_text("ok\n")


def connect(lab, folder, number, server, family, options):
    """One connection of s_client: what it printed, what it logged of the handshake, and the name it asked for."""
    port, name = SERVERS[server][0], options[options.index("-servername") + 1] if "-servername" in options else None
    where = f"{SERVER[4]}:{port}" if family == 4 else f"[{SERVER[6]}]:{port}"
    words = [{"save": "-sess_out", "resume": "-sess_in"}.get(w, w) for w in options]
    if "present" in words:
        at = words.index("present")
        words[at:at + 2] = ["-cert", f"{words[at + 1]}.pem", "-key", f"{words[at + 1]}.key"]
    words += ["-verify_hostname", name] if name else []
    log = folder / f"handshake-{number}"
    said = lab.run("client", "openssl", "s_client", "-connect", where, "-ign_eof", "-CAfile", "roots.pem", "-msg",
                   "-msgfile", log, *words, cwd=folder, check=False, data="GET /small HTTP/1.0\r\n\r\n")
    if "CONNECTED" not in said:
        raise RuntimeError(f"connection {number}: {said}")
    return said, tls_sessions.messages(log), name


def scripted(lab, folder, sessions):
    for number, (server, family, options) in enumerate(CONNECTIONS):
        said, log, name = connect(lab, folder, number, server, family, options)
        made, event = tls_sessions.outcome(said, log), None
        offer = {"alpn": "-alpn" in options, "tls13": not {"-tls1", "-tls1_1", "-tls1_2"} & set(options),
                 "h2": "-alpn" in options and options[options.index("-alpn") + 1].startswith("h2"),
                 "fallback": "-fallback_scsv" in options}
        if made:
            event = {"version": made["version"], "suite": f"0x{made['suite']:04x}",
                     "hello_retry": made["hello_retry"]}
            if made["whole"]:
                event.update(resumed=made["resumed"], alpn=chosen(offer["alpn"], made["version"], made["alpn"]),
                             **tls_sessions.group_of(made, server == "ffdhe"))
                if made["version"] != "TLS 1.3":
                    event.update({k: made[k] for k in ("ems", "secure_renegotiation")})
            else:
                event.update(resumed=False, group_sight="known", group=f"0x{made['group']:04x}",
                             alpn=chosen(offer["alpn"], made["version"], None))
        row = sessions.add(family, SERVER, SERVERS[server][0], name, offer, event)
        row["certificates"] = presented(server, log, said, name, options)


def presented(server, log, said, name, options):
    """Certificate messages that s_client logged, judged by how they were made and by what it said of them."""
    ways = {way for way, message, data in log if message == "Certificate" and len(data) > 8}
    code, facts = WRONG.get(server, (0, {}))
    found = []
    if "<<<" in ways:
        # Its last line misses what broke the connection off.
        judged = int(printed(said, r"verify error:num=(\d+)") or 0)
        assert judged == code, (server, judged)
        file = SERVERS[server][1][1].removesuffix(".pem")
        found.append({"side": "server", "key": "rsa" if file in ("rsa", "many") else "ecdsa", "chain": "trusted",
                      "validity": "current", "name_match": True if name else None, **facts, "verify_code": judged})
    if ">>>" in ways:
        gone = options[options.index("present") + 1] == "expired"
        found.append({"side": "client", "key": "ecdsa", "chain": "trusted", "name_match": None,
                      "validity": "expired" if gone else "current", "verify_code": 10 if gone else 0})
    return found


def fetches(lab, sessions):
    """curl, one connection each; nginx's log tells more of them afterwards."""
    for host, family, url, options in FETCHES:
        where = host[4] if family == 4 else f"[{host[6]}]"
        said = lab.run("client", "curl", "-skv", "-o", "/dev/null", "--connect-to", f"::{where}:", *options, "-w",
                       "\nresult %{http_version} %{http_code}\n", url, check=False)
        if " 200\n" not in said.rsplit("result", 1)[-1]:
            raise RuntimeError(f"{url}: {said}")
        agreed = re.search(r"SSL connection using (\S+) / (\S+)", said)
        if not agreed:
            continue
        version = VERSIONS[agreed[1]]
        offer = {"alpn": "--no-alpn" not in options, "tls13": "--tls-max" not in options,
                 "h2": "--no-alpn" not in options and "--http1.1" not in options}
        alpn = chosen(offer["alpn"], version, printed(said, r"ALPN: server accepted (\S+)"))
        made = {"version": version, "suite": f"0x{suites()[agreed[2]]:04x}", "alpn": alpn, "resumed": False,
                "hello_retry": False}
        if "--curves" in options:
            made.update(group_sight="known", group=f"0x{GROUPS[options[options.index('--curves') + 1]]:04x}")
        row = sessions.add(family, host, 443, "www.example.test", offer, made, nginx=host is WEB)
        row["certificates"] = [{"side": "server", "key": "ecdsa", "chain": "trusted", "validity": "current",
                                "name_match": True}]


def pages(lab, folder, sessions, pin):
    """Chromium: its net log holds the ClientHellos it sent and what came of each."""
    for number, (host, family, port) in enumerate(PAGES):
        address = host[4] if family == 4 else f"[{host[6]}]"
        said, log = web.chromium(lab, folder, "client", f"https://www.example.test:{port}/small", f"page{number}",
                                 f"--host-resolver-rules=MAP www.example.test {address},MAP * ~NOTFOUND",
                                 "--disable-quic", pin=pin)
        if not log.tls():
            raise RuntimeError(f"Chromium made no connection: {said}")
        for name, offer, made in log.tls():
            row = sessions.add(family, host, port, name, offer, made)
            row["event"]["pq_share"] = offer["pq_share"]
            row["certificates"] = [{"side": "server", "key": "ecdsa", "chain": "trusted", "validity": "current",
                                    "name_match": True}]


def play(lab, folder, capture, truth):
    keys = folder / "pki"
    certificates(keys)
    truth.beside("trust.pem", "".join((keys / f"{name}.pem").read_text() for name in ("ca", "ca-rsa")))
    lab.host("client", *CLIENT)
    for name, addresses in (("server", SERVER), ("web", WEB), ("caddy", CADDY)):
        lab.host(name, *addresses.values())
    for port, options in SERVERS.values():
        lab.start("server", "openssl", "s_server", "-accept", port, "-WWW", "-quiet", *options, cwd=keys,
                  log=folder / f"s_server-{port}.log")
        lab.listening("server", port)
    web.nginx(lab, folder / "nginx", "web", keys / "ec.chain.pem", keys / "ec.key")
    web.caddy(lab, folder / "caddy", "caddy", keys / "ec.chain.pem", keys / "ec.key")
    sessions = tls_sessions.Sessions(CLIENT)
    with lab.mirrored(capture):
        scripted(lab, keys, sessions)
        closed = lab.run("client", "openssl", "s_client", "-connect", f"{SERVER[4]}:7443", check=False)
        fetches(lab, sessions)
        pages(lab, folder, sessions, web.pin(keys, "ec"))
    tls_sessions.settle(sessions, web.nginx_log(folder / "nginx"))
    truth.source("openssl s_client: what it prints, -msg", "curl -v", "nginx: access log", "Chromium: --log-net-log",
                 "configuration of the certificates")
    tls_sessions.tell(truth, sessions.rows)
    truth.note(closed_port_refused="refused" in closed,
               caddy=[r["request"]["tls"] for r in web.caddy_log(folder / "caddy")])
