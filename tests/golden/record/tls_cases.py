"""The cases tls-versions and web: what a server of OpenSSL or nginx agrees with s_client and curl.

The truth is what s_client prints of each connection ("Protocol", "Cipher", "Reused", "Server Temp Key", ...), or what
curl reports; a HelloRetryRequest, which it does not print, follows from the groups that were configured.
"""
import functools
import os
import pathlib
import re

from network import Network, run

CLIENT4, CLIENT6 = "192.0.2.10", "2001:db8:1::10"
SERVER4, SERVER6 = "192.0.2.44", "2001:db8:1::44"
WEAK = ["-cipher", "ALL:eNULL:@SECLEVEL=0"]
OLD = [*WEAK, "-min_protocol", "TLSv1"]
MANY_NAMES = ",".join(f"DNS:host{i:03d}.many-names.example.test" for i in range(90))
MANY_PROTOCOLS = ",".join(["http/1.1"] + [f"x-protocol-of-some-length-{i:03d}" for i in range(60)])

# name: (port, options of s_server)
SERVERS = {
    "modern": (443, ["-cert", "ec.pem", "-key", "ec.key", "-alpn", "h2,http/1.1"]),
    "legacy-rsa": (8443, ["-cert", "rsa.pem", "-key", "rsa.key", *OLD, "-max_protocol", "TLSv1.2"]),
    "legacy-ec": (993, ["-cert", "ec.pem", "-key", "ec.key", *OLD, "-max_protocol", "TLSv1.2", "-alpn", "imap,h2"]),
    "p384-only": (4433, ["-cert", "ec.pem", "-key", "ec.key", "-tls1_3", "-groups", "P-384"]),
    "tls13-only": (10443, ["-cert", "rsa.pem", "-key", "rsa.key", "-tls1_3", "-num_tickets", "1"]),
    "tls12-only": (465, ["-cert", "many.pem", "-key", "rsa.key", "-tls1_2"]),
    "no-ticket": (995, ["-cert", "rsa.pem", "-key", "rsa.key", "-no_ticket", "-max_protocol", "TLSv1.2"]),
    "psk": (5684, ["-nocert", "-psk", "1a2b3c4d", "-cipher", "PSK", "-tls1_2"]),
    "custom-dh": (9443, ["-cert", "rsa.pem", "-key", "rsa.key", "-dhparam", "dh1024.pem", *WEAK, "-tls1_2"]),
    "ffdhe": (11443, ["-cert", "rsa.pem", "-key", "rsa.key", "-dhparam", "ffdhe2048.pem", "-tls1_2"]),
}

# (server, family, options of s_client). "save"/"resume" name a session file.
CONNECTIONS = [
    ("modern", 4, ["-servername", "www.example.test"]),
    ("modern", 6, ["-servername", "www.example.test", "-alpn", "h2,http/1.1"]),
    ("modern", 4, ["-noservername"]),
    ("modern", 6, ["-noservername", "-tls1_2"]),
    ("modern", 4, ["-servername", "h1.example.test", "-alpn", "http/1.1", "-tls1_2"]),
    ("modern", 4, ["-servername", "www.example.test", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"]),
    ("modern", 6, ["-servername", "www.example.test", "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-groups", "P-256"]),
    ("modern", 4, ["-servername", "www.example.test", "-ciphersuites", "TLS_AES_256_GCM_SHA384", "-groups", "X448"]),
    ("modern", 4, ["-servername", "save.example.test", "save", "s13"]),
    ("modern", 4, ["-servername", "save.example.test", "resume", "s13"]),
    ("modern", 4, ["-servername", "save.example.test", "-tls1_2", "save", "s12"]),
    ("modern", 4, ["-servername", "save.example.test", "-tls1_2", "resume", "s12"]),
    ("modern", 4, ["-servername", "www.example.test", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"]),
    ("modern", 6, ["-servername", "www.example.test", "-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"]),
    ("modern", 4, ["-servername", "www.example.test", "-tls1_1", *WEAK]),
    ("modern", 4, ["-servername", "www.example.test", "-tls1_2", "-cipher", "AES128-SHA"]),
    ("modern", 4, ["-servername", "many.example.test", "-alpn", MANY_PROTOCOLS, "-max_send_frag", "512"]),
    ("modern", 6, ["-servername", "many.example.test", "-alpn", MANY_PROTOCOLS]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1", *WEAK]),
    ("legacy-rsa", 6, ["-servername", "old.example.test", "-tls1_1", *WEAK]),
    ("legacy-rsa", 4, ["-noservername", "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-cipher", "AES256-GCM-SHA384:@SECLEVEL=0"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-cipher",
                       "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"]),
    ("legacy-rsa", 6, ["-servername", "old.example.test", "-tls1_2", "-cipher", "DHE-RSA-AES256-SHA:@SECLEVEL=0",
                       "-groups", "X25519:ffdhe2048"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256",
                       "-curves", "P-256"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-cipher", "ECDHE-RSA-NULL-SHA:@SECLEVEL=0"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-cipher", "AECDH-AES128-SHA:@SECLEVEL=0"]),
    ("legacy-rsa", 6, ["-servername", "old.example.test", "-tls1_2", "-cipher", "CAMELLIA128-SHA:@SECLEVEL=0"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"]),
    ("legacy-rsa", 4, ["-servername", "old.example.test", "-tls1_2", "-legacy_renegotiation", "-fallback_scsv"]),
    ("legacy-ec", 4, ["-servername", "imap.example.test", "-tls1", *WEAK]),
    ("legacy-ec", 6, ["-servername", "imap.example.test", "-tls1_1", *WEAK, "-alpn", "imap"]),
    ("legacy-ec", 4, ["-servername", "imap.example.test", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384", "-curves",
                      "P-384:P-256"]),
    ("legacy-ec", 6, ["-noservername", "-cipher", "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0", "-curves", "P-521:P-256"]),
    ("p384-only", 4, ["-servername", "retry.example.test", "-groups", "X25519:P-384"]),
    ("p384-only", 6, ["-servername", "retry.example.test", "-groups", "X448:X25519:P-384"]),
    ("p384-only", 4, ["-servername", "retry.example.test", "-groups", "P-384"]),
    ("p384-only", 4, ["-servername", "nogroup.example.test", "-groups", "X25519"]),
    ("tls13-only", 4, ["-servername", "new.example.test", "-tls1_2"]),
    ("tls13-only", 6, ["-servername", "new.example.test", "-groups", "ffdhe2048"]),
    ("tls13-only", 4, ["-servername", "new.example.test", "save", "s13b"]),
    ("tls13-only", 6, ["-servername", "new.example.test", "resume", "s13b"]),
    ("tls12-only", 4, ["-servername", "smtps.example.test"]),
    ("tls12-only", 6, ["-servername", "smtps.example.test", "-cipher", "ECDHE-RSA-AES256-SHA384", "-curves",
                       "X25519"]),
    ("tls12-only", 4, ["-servername", "smtps.example.test", "-tls1", *WEAK]),
    ("tls12-only", 4, ["-servername", "smtps.example.test", "-tls1_3"]),
    ("no-ticket", 4, ["-servername", "pop.example.test", "-no_ticket", "save", "sid"]),
    ("no-ticket", 4, ["-servername", "pop.example.test", "-no_ticket", "resume", "sid"]),
    ("no-ticket", 6, ["-noservername", "-no_ticket"]),
    ("psk", 4, ["-servername", "iot.example.test", "-tls1_2", "-psk", "1a2b3c4d", "-cipher",
                "PSK-AES128-GCM-SHA256"]),
    ("psk", 6, ["-noservername", "-tls1_2", "-psk", "1a2b3c4d", "-cipher", "ECDHE-PSK-AES128-CBC-SHA256"]),
    ("custom-dh", 4, ["-servername", "dh.example.test", "-tls1_2", "-cipher",
                      "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0"]),
    ("custom-dh", 6, ["-servername", "dh.example.test", "-tls1_2", "-cipher",
                      "DHE-RSA-CHACHA20-POLY1305:@SECLEVEL=0"]),
    ("ffdhe", 4, ["-servername", "dh.example.test", "-cipher", "DHE-RSA-AES128-SHA256"]),
    ("ffdhe", 6, ["-noservername", "-cipher", "DHE-RSA-AES128-GCM-SHA256"]),
]

NGINX = """user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  ssl_certificate {folder}/ec.pem; ssl_certificate_key {folder}/ec.key; ssl_protocols TLSv1.2 TLSv1.3;
  server {{ listen 80; listen [::]:80; root {folder}/www; }}
  server {{ listen 443 ssl http2; listen [::]:443 ssl http2; root {folder}/www; }}
}}
"""
# (family, URL, options of curl)
WEB = [
    (4, "https://www.example.test/small", []), (6, "https://www.example.test/small", []),
    (4, "https://www.example.test/small", ["--tls-max", "1.2"]),
    (6, "https://www.example.test/small", ["--tls-max", "1.2"]),
    (4, "https://www.example.test/small", ["--http1.1"]), (6, "https://www.example.test/large",
                                                           ["--tls-max", "1.2", "--http1.1"]),
    (4, "https://www.example.test/large", []), (4, "http://www.example.test/small", []),
    (6, "http://www.example.test/large", []),
]


@functools.cache
def suites():
    """Code point of each suite that this OpenSSL knows, by the name it prints."""
    rows = re.findall(r"0x(\w\w),0x(\w\w) - (\S+)", run("openssl", "ciphers", "-V", "ALL:eNULL:@SECLEVEL=0"))
    return {name: int(high + low, 16) for high, low, name in rows}


def certificates(folder):
    os.makedirs(folder / "www", exist_ok=True)
    (folder / "small").write_text("ok\n")
    (folder / "www" / "small").write_text("ok\n" * 40)
    (folder / "www" / "large").write_text("uptake\n" * 3000)
    new = ["openssl", "req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=www.example.test"]
    run(*new, "-newkey", "rsa:2048", "-keyout", "rsa.key", "-out", "rsa.pem", cwd=folder)
    run(*new, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "ec.key", "-out", "ec.pem",
        cwd=folder)
    run(*new, "-key", "rsa.key", "-out", "many.pem", "-addext", f"subjectAltName={MANY_NAMES}", cwd=folder)
    run("openssl", "dhparam", "-out", "dh1024.pem", "1024", cwd=folder, timeout=120)
    run("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "ffdhe2048.pem",
        cwd=folder)


def printed(said, pattern):
    found = re.search(pattern, said)
    return found[1].strip() if found else None


def outcome(said):
    """What s_client says was agreed; `suite` as the wire's code point; of a refusal, its alert."""
    agreed = re.search(r"^(New|Reused), (\S+), Cipher is (\S+)$", said, re.M)
    if agreed is None or agreed[3] == "(NONE)":
        return {"agreed": False, "alert": printed(said, r"SSL alert number (\d+)")}
    version = printed(said, r"Protocol  : (\S+)") or agreed[2]
    return {"agreed": True, "resumed": agreed[1] == "Reused", "version": version, "suite": suites()[agreed[3]],
            "temp_key": printed(said, r"Server Temp Key: (.*)"), "alpn": printed(said, r"ALPN protocol: (.*)"),
            "ems": printed(said, r"Extended master secret: (\w+)") == "yes",
            "secure_renegotiation": "Secure Renegotiation IS supported" in said}


def connect(net, folder, number, server, family, options):
    """One connection of s_client. HelloRetryRequest: the server takes P-384 and the first share is another."""
    port = SERVERS[server][0]
    where = f"{SERVER4}:{port}" if family == 4 else f"[{SERVER6}]:{port}"
    words = [{"save": "-sess_out", "resume": "-sess_in"}.get(w, w) for w in options]
    said = net.run("client", "openssl", "s_client", "-connect", where, "-ign_eof", *words, cwd=folder, check=False,
                   data="GET /small HTTP/1.0\r\n\r\n")
    if "CONNECTED" not in said:
        raise RuntimeError(f"connection {number}: {said}")
    groups = options[options.index("-groups") + 1].split(":") if "-groups" in options else []
    retry = server == "p384-only" and "P-384" in groups[1:]
    name = options[options.index("-servername") + 1] if "-servername" in options else None
    shown = [w if len(w) < 200 else w[:40] + "..." for w in options]
    return {"number": number, "server": server, "port": port, "family": family, "options": shown, "sni": name,
            "retry": retry,
            **outcome(said)}


def pair():
    return Network("client", "server")


def link(net):
    net.join("client", "c0", [f"{CLIENT4}/24", f"{CLIENT6}/64"], "server", "s0", [f"{SERVER4}/24", f"{SERVER6}/64"])


def record_versions(out, folder):
    with pair() as net:
        link(net)
        for port, options in SERVERS.values():
            net.start("server", "openssl", "s_server", "-accept", str(port), "-WWW", "-quiet", *options, cwd=folder,
                      log=folder / f"s_server-{port}.log")
            net.listening("server", port)
        with net.capture("client", "c0", str(out / "tls-versions" / "capture.pcap"), "tcp", precision="nano"):
            made = [connect(net, folder, i, *c) for i, c in enumerate(CONNECTIONS)]
            closed = net.run("client", "openssl", "s_client", "-connect", f"{SERVER4}:7443", check=False)
    return {"connections": made, "closed_port": "refused" in closed}


def record_web(out, folder):
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    fetched = []
    with pair() as net:
        link(net)
        net.start("server", "nginx", "-c", folder / "nginx.conf", log=folder / "nginx.out")
        net.listening("server", 443)
        with net.capture("client", "c0", str(out / "web" / "capture.pcap"), "tcp"):
            for family, url, options in WEB:
                where = SERVER4 if family == 4 else f"[{SERVER6}]"
                said = net.run("client", "curl", "-skv", "-o", "/dev/null", f"--connect-to", f"::{where}:", *options,
                               "-w", "\nresult %{http_version} %{http_code} %{size_download}\n", url, check=False)
                if " 200 " not in said.rsplit("result", 1)[-1]:
                    raise RuntimeError(f"{url}: {said}")
                agreed = re.search(r"SSL connection using (\S+) / (\S+)", said)
                fetched.append({"family": family, "url": url, "options": options,
                                "result": printed(said, r"\nresult (.*)"),
                                "version": agreed and agreed[1], "suite": agreed and suites()[agreed[2]],
                                "alpn": printed(said, r"ALPN: server accepted (\S+)")})
    return {"fetched": fetched}


def record(out, scratch):
    """Records tls-versions and web below `out`; returns {case: truth}."""
    folder = pathlib.Path(scratch)
    certificates(folder)
    return {"tls-versions": record_versions(out, folder), "web": record_web(out, folder)}
