"""The lab's name service: an authority (nsd) with the signed zones, and a validating resolver (unbound)."""
from hosts import pki, zones
from network import with_files

AUTHORITY = (zones.ROOT4, zones.ROOT6)
RESOLVER = ("198.18.0.2", "2001:db8:0:2::2")
HINTS = f". 3600 NS ns.test.\nns.test. 3600 A {AUTHORITY[0]}\nns.test. 3600 AAAA {AUTHORITY[1]}\n"

UNBOUND = """server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  logfile: "{folder}/unbound.log"
  interface: {address4}
  interface: {address6}
  interface: {address4}@853
  interface: {address6}@853
  interface: {address4}@443
  interface: {address6}@443
  tls-service-key: "{folder}/resolver.key"
  tls-service-pem: "{folder}/resolver.pem"
  access-control: 0.0.0.0/0 allow_snoop
  access-control: ::/0 allow_snoop
  root-hints: "{folder}/hints"
  trust-anchor-file: "{folder}/anchor"
  local-zone: "test." nodefault
  edns-buffer-size: 4096
  max-udp-size: 4096
  ede: yes
  val-log-level: 2
  extended-statistics: yes
  statistics-cumulative: yes
  num-threads: 1
{server}
remote-control:
  control-enable: yes
  control-interface: "{folder}/unbound.sock"
{more}
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
  ip-address: {address4}
  ip-address: {address6}
  server-count: 1
  ipv4-edns-size: 4096
  ipv6-edns-size: 4096
  answer-cookie: yes
remote-control:
  control-enable: yes
  control-interface: "{folder}/nsd.sock"
"""


def authority(lab, folder, extra=None, mtu=1500, more="", wanted=None):
    """Host `authority` with the zones of zones.py that are wanted (None: all), and `extra` records by zone; returns
    the root's DS records."""
    files, anchor = zones.make(folder, extra, wanted)
    nsd(lab, folder, files, mtu, more)
    return anchor


def nsd(lab, folder, files, mtu=1500, more=""):
    """Host `authority` with zones of files in a folder. `more`: clauses of the configuration."""
    text = NSD.format(folder=folder, address4=AUTHORITY[0], address6=AUTHORITY[1]) + more
    for zone, path in files.items():
        text += f'zone:\n  name: "{zone}"\n  zonefile: "{path.name}"\n'
    (folder / "nsd.conf").write_text(text)
    lab.host("authority", *AUTHORITY, mtu=mtu)
    lab.start("authority", "nsd", "-d", "-c", folder / "nsd.conf", log=folder / "nsd.out")
    lab.listening("authority", 53, "udp")
    wrong = [line for line in (folder / "nsd.log").read_text().splitlines() if " error: " in line]
    if wrong:
        raise RuntimeError("\n".join(wrong))


def resolver(lab, folder, anchor, name="resolver", addresses=RESOLVER, modules="iterator", server="", more=""):
    """A host with unbound: DNS, DoT and DoH. Validates below `anchor`; when that is empty not at all, and
    `modules` work. `server`: more lines of the server clause; `more`: more clauses."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "anchor").write_text(anchor)
    (folder / "hints").write_text(HINTS)
    pki.authority(folder, "resolver")
    text = UNBOUND.format(folder=folder, address4=addresses[0], address6=addresses[1], server=server, more=more)
    if not anchor:
        text = text.replace(f'  trust-anchor-file: "{folder}/anchor"\n', f'  module-config: "{modules}"\n')
    (folder / "unbound.conf").write_text(text)
    lab.host(name, *addresses)
    lab.start(name, "unbound", "-d", "-c", folder / "unbound.conf", log=folder / "unbound.out")
    lab.listening(name, 853)


def serve(lab, folder, extra=None):
    """Authority and validating resolver, in folder/authority and folder/resolver."""
    resolver(lab, folder / "resolver", authority(lab, folder / "authority", extra))


def use_resolver(lab, host, folder, addresses=RESOLVER, options="trust-ad edns0"):
    """Words that run a program on a host with this resolver in /etc/resolv.conf, in a mount namespace of its own."""
    path = folder / f"resolv-{host}.conf"
    path.write_text("".join(f"nameserver {a}\n" for a in addresses) + f"options {options}\n")
    return with_files(**{"resolv.conf": path})
