"""The cases dns-stub and dns-auth: one run, seen on both sides of a validating resolver; and dot, DNS over TLS.

client --- resolver (unbound) --- authority (nsd). The truth comes from the programs themselves: what dig and kdig
were told and printed, and the counters of unbound and nsd.
"""
import pathlib
import re

import zones
from network import Network

CLIENT4, CLIENT6 = "192.0.2.10", "2001:db8:1::10"
RESOLVER4, RESOLVER6 = "192.0.2.53", "2001:db8:1::53"
UP4, UP6 = "198.51.100.1", "2001:db8:53::1"
UPSTREAM_MTU = 1280  # so that answers above it travel in fragments

UNBOUND = """server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  interface: {r4}
  interface: {r6}
  interface: {r4}@853
  interface: {r6}@853
  tls-service-key: "{folder}/resolver.key"
  tls-service-pem: "{folder}/resolver.pem"
  access-control: 0.0.0.0/0 allow_snoop
  access-control: ::/0 allow_snoop
  outgoing-interface: {u4}
  outgoing-interface: {u6}
  root-hints: "{folder}/hints"
  trust-anchor-file: "{folder}/anchor"
  local-zone: "test." nodefault
  do-not-query-localhost: no
  edns-buffer-size: 4096
  max-udp-size: 4096
  ede: yes
  val-log-level: 2
  extended-statistics: yes
  statistics-cumulative: yes
  val-nsec3-keysize-iterations: "1024 150 2048 150 4096 150"
  num-threads: 1
remote-control:
  control-enable: yes
  control-interface: "{folder}/unbound.sock"
"""

NSD = """server:
  zonesdir: "{folder}"
  pidfile: ""
  database: ""
  username: ""
  chroot: ""
  logfile: "{folder}/nsd.log"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  ip-address: {a4}
  ip-address: {a6}
  server-count: 1
  ipv4-edns-size: 4096
  ipv6-edns-size: 4096
  answer-cookie: yes
remote-control:
  control-enable: yes
  control-interface: "{folder}/nsd.sock"
"""

# (name, type, options of dig). Servers alternate between IPv4 and IPv6 unless an option says which.
PLAIN = "+nocookie +noedns"
STUB = [
    ("www.example.test", "A", PLAIN), ("www.example.test", "AAAA", PLAIN), ("www.example.test", "A", "+nocookie"),
    ("www.example.test", "A", "+dnssec +nocookie"), ("www.example.test", "AAAA", "+dnssec +nocookie"),
    ("www.example.test", "A", "+dnssec +cd +nocookie"), ("www.example.test", "A", "+adflag +noedns +nocookie"),
    ("www.example.test", "A", "+noadflag +noedns +nocookie"), ("www.example.test", "HTTPS", "+dnssec"),
    ("example.test", "HTTPS", "+nocookie +bufsize=512"), ("_dns.ns.example.test", "SVCB", "+nocookie"),
    ("example.test", "MX", "+bufsize=512 +nocookie"), ("example.test", "MX", "+bufsize=4096 +dnssec"),
    ("example.test", "TXT", "+nocookie"), ("example.test", "TXT", "+dnssec"),
    ("_dmarc.example.test", "TXT", "+dnssec"),
    ("sel1._domainkey.example.test", "TXT", "+nocookie"), ("_mta-sts.example.test", "TXT", "+nocookie"),
    ("_smtp._tls.example.test", "TXT", "+nocookie"), ("example.test", "CAA", "+dnssec"),
    ("_25._tcp.mx.example.test", "TLSA", "+dnssec"), ("_443._tcp.www.example.test", "TLSA", "+nocookie"),
    ("alias.example.test", "A", "+dnssec"), ("alias.example.test", "AAAA", "+nocookie"),
    ("v4only.example.test", "AAAA", "+dnssec"), ("v6only.example.test", "A", "+nocookie"),
    ("v6only.example.test", "AAAA", "+cookie"), ("a.wild.example.test", "A", "+dnssec"),
    ("nothere.example.test", "A", "+dnssec"), ("nothere.example.test", "A", PLAIN),
    ("nothere.p256.test", "AAAA", "+dnssec"),
    ("nothere.test", "A", "+nocookie"), ("nothere.rsa.test", "A", "+dnssec"),
    ("example.test", "DNSKEY", "+dnssec"), ("example.test", "DS", "+dnssec"), ("p256.test", "DNSKEY", "+dnssec"),
    ("p256.test", "DS", "+dnssec"), ("rsa.test", "DNSKEY", "+dnssec +bufsize=4096"), ("rsa.test", "DS", "+dnssec"),
    ("p256.test", "NSEC3PARAM", "+dnssec"), ("www.p256.test", "A", "+dnssec"), ("www.p256.test", "AAAA", "+nocookie"),
    ("rsa.test", "A", "+dnssec"), ("rsa.test", "AAAA", "+dnssec"), ("plain.test", "A", "+dnssec"),
    ("www.plain.test", "AAAA", "+nocookie"), ("plain.test", "TXT", "+nocookie"), ("www.bogus.test", "A", "+dnssec"),
    ("www.bogus.test", "AAAA", "+dnssec"), ("www.bogus.test", "A", "+dnssec +cd"), ("bogus.test", "A", "+dnssec"),
    ("bogus.test", "A", "+nocookie"), ("mid.rsa.test", "TXT", "+nocookie +bufsize=1232"),
    ("big.rsa.test", "TXT", "+dnssec +bufsize=4096 +ignore"), ("big.rsa.test", "TXT", "+dnssec +bufsize=1232"),
    ("www.example.test", "A", "+nocookie"), ("big.rsa.test", "TXT", "+bufsize=4096 +ignore"),
    ("big.rsa.test", "TXT", PLAIN), ("www.example.test", "A", "+tcp +nocookie"),
    ("www.example.test", "A", "+tcp +dnssec"),
    ("example.test", "MX", "+tcp +noedns +nocookie"), ("nothere.example.test", "A", "+tcp +dnssec"),
    ("example.test", "SOA", "+nocookie"), ("example.test", "NS", "+dnssec"), ("example.test", "ANY", "+tcp +dnssec"),
    (".", "DNSKEY", "+dnssec"), ("test", "DS", "+dnssec"), ("80.2.0.192.in-addr.arpa", "PTR", "+nocookie"),
    ("WwW.ExAmPlE.tEsT", "A", "+nocookie +dnssec"), ("www.example.test", "A", "+nocookie +norec"),
    ("www.example.test", "A", "+nocookie +subnet=192.0.2.0/24"), ("www.example.test", "A", "+nocookie +nsid"),
]
PIPELINED = "www.example.test A www.example.test AAAA example.test MX www.p256.test A nothere.example.test A".split()
KDIG = [
    ("www.example.test", "A", "+padding=128 +dnssec"), ("www.example.test", "AAAA", "+tcp +keepopen +dnssec"),
    ("example.test", "TXT", "+noedns"), ("www.bogus.test", "A", "+dnssec"),
]
DOT = [("www.example.test", "A", "+dnssec"), ("www.example.test", "AAAA", ""), ("example.test", "MX", "+padding=128")]

HEADER = re.compile(r"->>HEADER<<- opcode: QUERY[;,] status: (\w+)[;,] id: \d+\n;; [Ff]lags: ([a-z ]+);")


def answers(said):
    """What dig or kdig printed of the responses it got: rcode, flags, Extended DNS Errors, one row a response."""
    out = []
    parts = re.split(r"(?=->>HEADER<<-)", said)
    for part in parts:
        found = HEADER.search(part)
        if found:
            ede = [int(code) for code in re.findall(r"EDE: (\d+)", part)]
            out.append({"rcode": found[1], "flags": found[2].split(), "ede": ede})
    return out


def ask(net, tool, server, name, rrtype, options, host="client"):
    words = options.split()
    said = net.run(host, tool, f"@{server}", *words, "+tries=1" if tool == "dig" else "+retry=0", "+time=5",
                   "-q", name, "-t", rrtype, check=False)
    if not answers(said):
        raise RuntimeError(f"{tool} {name} {rrtype}: no response: {said}")
    return {"tool": tool, "server": server, "name": name, "type": rrtype, "options": options,
            "responses": answers(said)}


def counters(net, host, *words):
    said = net.run(host, *words)
    rows = (line.split("=", 1) for line in said.splitlines() if "=" in line)
    return {k: int(v) for k, v in rows if v.isdigit() and int(v)
            and not k.startswith(("mem.", "time.", "size.", "histogram"))}


def serve(net, folder):
    """Starts nsd and unbound with fresh keys; both answer when this returns."""
    files, anchor = zones.make(folder)
    (folder / "anchor").write_text(anchor)
    (folder / "hints").write_text(
        f". 3600 NS ns.test.\nns.test. 3600 A {zones.ROOT4}\nns.test. 3600 AAAA {zones.ROOT6}\n")
    net.run("resolver", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "resolver.key", "-out", folder / "resolver.pem", "-subj", "/CN=resolver.test",
            "-days", "3650")
    (folder / "unbound.conf").write_text(UNBOUND.format(
        folder=folder, r4=RESOLVER4, r6=RESOLVER6, u4=UP4, u6=UP6))
    text = NSD.format(folder=folder, a4=zones.ROOT4, a6=zones.ROOT6)
    for zone, path in files.items():
        text += f'zone:\n  name: "{zone}"\n  zonefile: "{path.name}"\n'
    (folder / "nsd.conf").write_text(text)
    net.start("authority", "nsd", "-d", "-c", folder / "nsd.conf", log=folder / "nsd.out")
    net.listening("authority", 53, "udp")
    net.start("resolver", "unbound", "-d", "-c", folder / "unbound.conf", log=folder / "unbound.log")
    net.listening("resolver", 853)


def topology():
    return Network("client", "resolver", "authority")


def link(net):
    net.join("client", "c0", [f"{CLIENT4}/24", f"{CLIENT6}/64"], "resolver", "r0",
             [f"{RESOLVER4}/24", f"{RESOLVER6}/64"])
    net.join("resolver", "r1", [f"{UP4}/24", f"{UP6}/64"], "authority", "a0",
             [f"{zones.ROOT4}/24", f"{zones.ROOT6}/64"],
             mtu=UPSTREAM_MTU)


# The resolver's own dig at the authority: fragments over both families, and truncation with the retry over TCP.
DIRECT = [
    (zones.ROOT4, "big.rsa.test", "TXT", "+norec +nocookie +dnssec +bufsize=4096 +ignore"),
    (zones.ROOT6, "big.rsa.test", "TXT", "+norec +cookie +dnssec +bufsize=4096 +ignore"),
    (zones.ROOT4, "big.rsa.test", "TXT", "+norec +nocookie +dnssec +bufsize=1232"),
    (zones.ROOT6, "mid.rsa.test", "TXT", "+norec +nocookie +dnssec +bufsize=512"),
    (zones.ROOT4, "www.plain.test", "A", "+norec +nocookie +noedns"),
    (zones.ROOT6, "nothere.p256.test", "A", "+norec +nocookie +dnssec"),
    (zones.ROOT4, "p256.test", "NSEC3PARAM", "+norec +nocookie +dnssec"),
]


def ask_all(net):
    asked = []
    for i, (name, rrtype, options) in enumerate(STUB):
        asked.append(ask(net, "dig", (RESOLVER4, RESOLVER6)[i % 2], name, rrtype, options))
    said = net.run("client", "dig", f"@{RESOLVER6}", "+tcp", "+keepopen", "+dnssec", *PIPELINED, check=False)
    asked.append({"tool": "dig", "server": RESOLVER6, "name": "several", "type": "several",
                  "options": "+tcp +keepopen +dnssec",
                  "queries": len(PIPELINED) // 2, "responses": answers(said)})
    for i, (name, rrtype, options) in enumerate(KDIG):
        asked.append(ask(net, "kdig", (RESOLVER6, RESOLVER4)[i % 2], name, rrtype, options))
    return asked


def record(out, scratch):
    """Records dns-stub, dns-auth and dot below `out`; returns {case: truth}."""
    folder = pathlib.Path(scratch)
    with topology() as net:
        link(net)
        serve(net, folder)
        with net.capture("client", "c0", str(out / "dns-stub" / "capture.pcap"),
                         "port 53 or ip[6:2] & 0x3fff != 0 or ip6 proto 44"):
            with net.capture("authority", "a0", str(out / "dns-auth" / "capture.pcap"),
                             "ip or ip6 proto 17 or ip6 proto 6 or ip6 proto 44",
                             precision="nano"):
                asked = ask_all(net)
                direct = [ask(net, "dig", *words, host="resolver") for words in DIRECT]
        stub = {"asked": asked, "resolver": counters(net, "resolver", "unbound-control", "-c",
                                                     folder / "unbound.conf", "stats_noreset")}
        auth = {"asked": direct, "authority": counters(net, "authority", "nsd-control", "-c", folder / "nsd.conf",
                                                       "stats_noreset")}
        with net.capture("client", "c0", str(out / "dot" / "capture.pcap"), "port 853"):
            dot = {"asked": [ask(net, "kdig", (RESOLVER4, RESOLVER6)[i % 2], name, rrtype, f"+tls {options}")
                             for i, (name, rrtype, options) in enumerate(DOT)]}
    return {"dns-stub": stub, "dns-auth": auth, "dot": dot}
