"""An authority that answers DNS over QUIC (RFC 9250): knotd, which reads QUIC only where it takes the packets from
the link itself (AF_XDP); the veth pair of a namespace will do."""
from network import until

KNOT = """server:
  rundir: "{folder}"
  user: root
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  listen: [ {listen} ]
xdp:
  listen: eth0@5353
  quic: on
  quic-port: 853
database:
  storage: "{folder}"
log:
  - target: stdout
    any: info
zone:
  - domain: {zone}
    file: "{file}"
"""


class Refused(Exception):
    """The kernel gives a program no packets from its link (AF_XDP)."""


def start(lab, folder, name, addresses, zone, file):
    """Host `name` with one zone of a file, at port 53 and, over QUIC, at port 853. May raise Refused."""
    folder.mkdir(parents=True, exist_ok=True)
    listen = ", ".join(f"{address}@53" for address in addresses)
    (folder / "knot.conf").write_text(KNOT.format(folder=folder, listen=listen, zone=zone, file=file))
    lab.host(name, *addresses)
    # XDP on a veth wants whatever the other end may send to fit into a page.
    lab.run("switch", "ip", "link", "set", dict(lab.ports)[name], "mtu", 1500)
    log = folder / "knotd.log"
    process = lab.start(name, "knotd", "-c", folder / "knot.conf", log=log)
    until("knotd", lambda: process.poll() is not None or "server started" in log.read_text())
    if process.poll() is not None or "QUIC port 853" not in log.read_text():
        raise Refused(f"knotd takes no packets from its link: {log.read_text()[-500:]}")
