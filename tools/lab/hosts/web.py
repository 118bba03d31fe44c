"""Web servers and browsers of the lab: nginx (HTTP/1.1, HTTP/2), caddy (HTTP/3 too), Chromium and its net log."""
import base64
import collections
import contextlib
import hashlib
import json
import re

from hosts import pki
from network import until

NGINX = """user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  log_format lab '{log}';
  access_log {folder}/access.log lab;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5; default_type text/html; types {{ }}
{servers}
}}
"""
LOG = ('$connection $server_port "$ssl_protocol" "$ssl_cipher" "$ssl_curve" "$ssl_session_reused" '
       '"$ssl_alpn_protocol" "$ssl_server_name" $server_protocol $status')
SERVERS = """  ssl_certificate {cert}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
  server {{ listen 80; listen [::]:80; root {folder}/www; }}
  server {{ listen 443 ssl http2; listen [::]:443 ssl http2; root {folder}/www; }}
  server {{ listen 8443 ssl; listen [::]:8443 ssl; root {folder}/www; ssl_ecdh_curve secp384r1; }}"""

CADDY = """{{
  auto_https off
  admin off
  skip_install_trust
  log {{
    output file {folder}/server.log
    level DEBUG
  }}
  servers {{
    protocols h1 h2 h3
  }}
}}
https:// {{
  tls {cert} {key}
  log {{
    output file {folder}/access.log
    format json
  }}
  header Content-Type text/html
  respond "{body}"
}}
"""

# Everything that Chromium would ask the network for by itself is switched off; what is left is one page.
CHROMIUM = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pings",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            "--disable-default-apps", "--disable-domain-reliability", "--disable-breakpad", "--disable-dev-shm-usage",
            "--disable-client-side-phishing-detection", "--no-default-browser-check",
            "--disable-features=OptimizationHints,MediaRouter,AutofillServerCommunication,CertificateTransparency"
            "ComponentUpdater,Translate,DialMediaRouteProvider,NetworkTimeServiceQuerying"]


def nginx_with(lab, folder, host, log, servers):
    """Starts nginx on a host, with a log format and server blocks; it listens at port 80."""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, log=log, servers=servers))
    lab.start(host, "nginx", "-c", folder / "nginx.conf", log=folder / "nginx.out")
    lab.listening(host, 80)


def nginx(lab, folder, host, cert, key):
    """Starts nginx on a host; /small and /large are what it serves. Its access log: NginxLine."""
    (folder / "www").mkdir(parents=True, exist_ok=True)
    (folder / "www" / "small").write_text("ok\n" * 40)
    (folder / "www" / "large").write_text("uptake\n" * 3000)
    nginx_with(lab, folder, host, LOG, SERVERS.format(folder=folder, cert=cert, key=key))
    lab.listening(host, 443)


NginxLine = collections.namedtuple("NginxLine", "connection port version suite group reused alpn name http status")


def nginx_log(folder):
    """One NginxLine for each TLS connection, in the order of the connections."""
    seen = {}
    for line in (folder / "access.log").read_text().splitlines():
        found = NginxLine(*re.match(r'(\d+) (\d+) "(.*?)" "(.*?)" "(.*?)" "(.*?)" "(.*?)" "(.*?)" (\S+) (\d+)$',
                                    line).groups())
        if found.version != "-":
            seen.setdefault(int(found.connection), found)
    return [seen[number] for number in sorted(seen)]


def caddy(lab, folder, host, cert, key, body="uptake"):
    """Starts caddy on a host, with HTTP/1.1, 2 and 3 at port 443."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Caddyfile").write_text(CADDY.format(folder=folder, cert=cert, key=key, body=body))
    lab.start(host, "caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile",
              log=folder / "caddy.out",
              env={"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)})
    lab.listening(host, 443, "udp", patience=20)


def caddy_log(folder):
    """Rows of the access log: request (proto, host, tls), status."""
    path = folder / "access.log"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def chromium(lab, folder, host, url, tag, *flags, pin, before=(), patience=30):
    """Loads one page, prints its document and ends. `pin`: the key of the server that it trusts, from pin(). Returns
    (what was printed, NetLog)."""
    home = folder / tag
    home.mkdir(parents=True)
    log = home / "net.json"
    said = lab.run(host, *before, *CHROMIUM, f"--user-data-dir={home}/profile", f"--log-net-log={log}",
                   "--net-log-capture-mode=Everything", f"--ignore-certificate-errors-spki-list={pin}",
                   *flags, "--dump-dom", url, timeout=patience, check=False,
                   env={"HOME": str(home), "SSLKEYLOGFILE": str(home / "keys")})
    with contextlib.suppress(RuntimeError):  # NetLog reads a log that was cut short
        until("the net log", lambda: whole(log), 5)
    return said, NetLog(log)


def whole(path):
    text = path.read_text(errors="replace") if path.exists() else ""
    return text.rstrip().endswith("}") and "]" in text[-20000:]


class NetLog:
    """What Chromium wrote of its own network: --log-net-log."""

    def __init__(self, path):
        text = path.read_text(errors="replace")
        try:
            document = json.loads(text)
        except ValueError:  # it was ended before the log was: the events up to there
            document = json.loads(text.rstrip().rstrip(",") + "]}")
        types = {number: name for name, number in document["constants"]["logEventTypes"].items()}
        self.events = [{**e, "type": types[e["type"]]} for e in document["events"]]

    def of(self, *types):
        return [e for e in self.events if e["type"] in types]

    def params(self, *types):
        return [e["params"] for e in self.of(*types) if "params" in e]

    def by_source(self, *types):
        """{source: its events of these types}, in the order of their beginning."""
        found = {}
        for event in self.of(*types):
            found.setdefault(event["source"]["id"], []).append(event)
        return found

    def tls(self):
        """(name asked for, what was offered, what the server chose or None) of each TLS handshake over TCP: from the
        handshake messages that Chromium logs and what it says came of them."""
        made = []
        for events in self.by_source("SSL_CONNECT", "SSL_HANDSHAKE_MESSAGE_SENT",
                                     "SSL_HANDSHAKE_MESSAGE_RECEIVED").values():
            for part in handshakes(events):
                sent = [base64.b64decode(e["params"]["bytes"]) for e in part if is_message(e, "SENT", 1)]
                got = [base64.b64decode(e["params"]["bytes"]) for e in part if is_message(e, "RECEIVED", 2)]
                if sent:
                    ends = [e["params"] for e in part
                            if e["type"] == "SSL_CONNECT" and e["phase"] == 2 and "params" in e]
                    made.append(described(sent, got, ends[0] if ends else {}))
        return made

    def quic(self):
        """One dictionary for each QUIC connection."""
        return [quic_session(events) for events in
                self.by_source(*{e["type"] for e in self.events
                                 if e["type"].startswith(("QUIC_SESSION", "HTTP3_"))}).values()
                if events[0]["type"] == "QUIC_SESSION"]


def handshakes(events):
    """Splits a socket's events at the beginnings of SSL_CONNECT."""
    parts = []
    for event in events:
        if event["type"] == "SSL_CONNECT" and event["phase"] == 1 or not parts:
            parts.append([])
        parts[-1].append(event)
    return parts


def is_message(event, way, kind):
    return event["type"] == f"SSL_HANDSHAKE_MESSAGE_{way}" and event["params"].get("type") == kind


def described(sent, got, end):
    """One handshake in the words of uptake's tls events."""
    hello, groups = client_hello(sent[0]), set()
    for i in range(2, len(hello.get(10, b"")), 2):
        groups.add(int.from_bytes(hello[10][i:i + 2], "big"))
    shares, at = set(), 2
    while at + 4 <= len(hello.get(51, b"")):
        shares.add(int.from_bytes(hello[51][at:at + 2], "big"))
        at += 4 + int.from_bytes(hello[51][at + 2:at + 4], "big")
    name = hello[0][5:].decode() if 0 in hello else None
    versions = hello.get(43, b"\0")[1:]
    offer = {"alpn": 16 in hello, "h2": hello.get(16, b"")[2:5] == b"\2h2", "pq": bool(groups & PQ),
             "pq_share": bool(shares & PQ), "ech": 65037 in hello,
             "tls13": b"\3\4" in [versions[i:i + 2] for i in range(0, len(versions), 2)]}
    final = [h for h in map(server_hello, got) if h[0] != RETRY]
    if not final:
        return name, offer, None
    _, version, suite, group = final[-1]
    made = {"version": version, "suite": f"0x{suite:04x}", "resumed": bool(end.get("is_resumed")),
            "hello_retry": len(final) < len(got)}
    if "version" in end:  # what it says in words is the same
        assert (end["version"], end["cipher_suite"]) == (version, suite), (end, made)
    if version == "TLS 1.3":
        made.update(group_sight="known", group=f"0x{group:04x}", alpn="unobservable")
        assert end.get("key_exchange_group", group) == group, (end, made)
    return name, offer, made


def quic_session(events):
    """What Chromium says of one QUIC connection: what it sent before the first answer, the server's own handshake
    messages, which it logs as it got them, and what came of it. Where no ALPN came back it is "h3" if HTTP/3 streams
    were opened (RFC 9114, section 3.1)."""
    begin, first = events[0]["params"], events
    for i, event in enumerate(events):
        if event["type"] == "QUIC_SESSION_PACKET_RECEIVED":
            first = events[:i]
            break
    frames = [(e["params"]["offset"], e["params"]["data_length"]) for e in first
              if e["type"] == "QUIC_SESSION_CRYPTO_FRAME_SENT"
              and e["params"]["encryption_level"] == "ENCRYPTION_INITIAL"]
    packets = [e for e in first if e["type"] == "QUIC_SESSION_PACKET_SENT"
               and e["params"]["encryption_level"] == "ENCRYPTION_INITIAL"
               and e["params"]["transmission_type"] == "NOT_RETRANSMISSION"]
    names = [e["type"] for e in events]
    closed, received, agreed, sent = (
        [e["params"] for e in events if e["type"] == "QUIC_SESSION_" + kind]
        for kind in ("CLOSED", "PACKET_RECEIVED", "VERSION_NEGOTIATED", "TRANSPORT_PARAMETERS_SENT"))
    chosen = re.search(r"chosen_version (\w{8})", sent[0]["quic_transport_parameters"])
    hello, extensions = crypto(events, "INITIAL"), encrypted_extensions(crypto(events, "HANDSHAKE"))
    _, _, suite, group = server_hello(hello) if hello else (None,) * 4
    return {"host": begin["host"], "destination_id": begin["connection_id"], "ech": begin.get("ech_config_list"),
            "version": "0x" + chosen[1], "negotiated_version": QUIC[agreed[-1]["version"]] if agreed else None,
            "port": int(received[0]["self_address"].rpartition(":")[2]) if received else None,
            "suite": f"0x{suite:04x}" if suite else None, "group": f"0x{group:04x}" if group else None,
            "retry": RETRY_SOURCE in transport_parameters(extensions.get(57, b"")),
            "alpn": (extensions[16][3:].decode() if 16 in extensions else
                     "h3" if "HTTP3_LOCAL_CONTROL_STREAM_CREATED" in names else None),
            "hello_octets": max((a + n for a, n in frames), default=0), "hello_initials": len(packets),
            "hello_shuffled": [a for a, _ in frames] != sorted(a for a, _ in frames),
            "offered": next((e["params"]["versions"] for e in events
                             if e["type"] == "QUIC_SESSION_VERSION_NEGOTIATION_PACKET_RECEIVED"), None),
            "complete": "QUIC_SESSION_CRYPTO_HANDSHAKE_COMPLETE" in names,
            "close": closed[0].get("details", "") if closed else None}


QUIC = {"RFCv1": "0x00000001", "RFCv2": "0x6b3343cf"}
RETRY_SOURCE = 16  # retry_source_connection_id, which a server gives that sent Retry (RFC 9000, section 7.3)
WIRE = {0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
PQ = {0x11EC, 0x11EB, 0x11ED}  # the hybrid ML-KEM groups
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446, section 4.1.3


def server_hello(data):
    """(random, version, suite, group of the key share or None) of a ServerHello that a program logged."""
    at = 39 + data[38]
    suite, version, group = int.from_bytes(data[at:at + 2], "big"), int.from_bytes(data[4:6], "big"), None
    at += 5
    while at + 4 <= len(data):
        kind, size = int.from_bytes(data[at:at + 2], "big"), int.from_bytes(data[at + 2:at + 4], "big")
        if kind == 43:
            version = int.from_bytes(data[at + 4:at + 6], "big")
        elif kind == 51:
            group = int.from_bytes(data[at + 4:at + 6], "big")
        at += 4 + size
    return data[6:38], WIRE[version], suite, group


def client_hello(data):
    """{extension: data} of a ClientHello that a program wrote into its own log (handshake header included)."""
    at = 4 + 2 + 32
    at += 1 + data[at]
    at += 2 + int.from_bytes(data[at:at + 2], "big")
    return extensions_at(data, at + 1 + data[at])


def encrypted_extensions(data):
    """{extension: data} of EncryptedExtensions at the beginning of handshake messages; empty when there are none."""
    return extensions_at(data, 4) if data[:1] == b"\x08" else {}


def extensions_at(data, at):
    end, found = at + 2 + int.from_bytes(data[at:at + 2], "big"), {}
    at += 2
    while at + 4 <= end:
        size = int.from_bytes(data[at + 2:at + 4], "big")
        found[int.from_bytes(data[at:at + 2], "big")] = data[at + 4:at + 4 + size]
        at += 4 + size
    return found


def crypto(events, level):
    """Handshake octets that came in CRYPTO frames of an encryption level, from the beginning to the first gap."""
    data = b""
    frames = [e["params"] for e in events if e["type"] == "QUIC_SESSION_CRYPTO_FRAME_RECEIVED"
              and e["params"]["encryption_level"] == "ENCRYPTION_" + level]
    for frame in sorted(frames, key=lambda f: f["offset"]):
        if frame["offset"] <= len(data):
            data = data[:frame["offset"]] + base64.b64decode(frame["bytes"])
    return data


def transport_parameters(data):
    """{number: value} of QUIC transport parameters (RFC 9000, section 18)."""
    found, at = {}, 0

    def number():
        nonlocal at
        size = 1 << (data[at] >> 6)
        at += size
        return int.from_bytes(data[at - size:at], "big") & (1 << 8 * size - 2) - 1
    while at < len(data):
        key, size = number(), number()
        found[key], at = data[at:at + size], at + size
    return found


def pin(folder, name):
    """The SPKI hash of NAME.pem as Chromium's options take it."""
    return base64.b64encode(hashlib.sha256(pki.public_key(folder, name)).digest()).decode()
