"""Name servers beside the lab's nsd, in the same namespace at addresses of their own: Knot DNS and BIND."""
from network import until

KNOT = """server:
  rundir: "{folder}"
  user: root
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  listen: [ {listen} ]
database:
  storage: "{folder}"
log:
  - target: stdout
    any: info
mod-dnstap:
  - id: tap
    sink: "unix:{tap}"
    log-queries: on
    log-responses: on
template:
  - id: default
    global-module: mod-dnstap/tap
zone:
"""

BIND = """options {{
  directory "{folder}";
  listen-on {{ {address4}; }};
  listen-on-v6 {{ {address6}; }};
  recursion no;
  dnssec-validation no;
  pid-file none;
  session-keyfile none;
  dnstap {{ auth; }};
  dnstap-output unix "{tap}";
}};
controls {{ }};
"""


def started(lab, folder, log, what, *words):
    """Starts a server on the host `authority`; returns when its log says `what`."""
    process = lab.start("authority", *words, log=log)

    def said():
        if process.poll() is not None:
            raise RuntimeError(f"{words[0]}: exit {process.returncode}: {log.read_text()}")
        return what in log.read_text()
    until(f"{words[0]}, {what!r} in {folder}", said)


def addressed(lab, addresses):
    for address, length in zip(addresses, (15, 32)):
        more = ["nodad"] if ":" in address else []
        lab.run("authority", "ip", "addr", "add", f"{address}/{length}", "dev", "eth0", *more)


def knot(lab, folder, addresses, files, tap):
    """knotd with zones of files; it tells of its messages at a dnstap socket."""
    folder.mkdir()
    addressed(lab, addresses)
    text = KNOT.format(folder=folder, tap=tap, listen=", ".join(f"{address}@53" for address in addresses))
    text += "".join(f'  - domain: {zone}\n    file: "{path}"\n' for zone, path in files.items())
    (folder / "knot.conf").write_text(text)
    started(lab, folder, folder / "knotd.log", "server started", "knotd", "-c", folder / "knot.conf")


def bind(lab, folder, addresses, files, tap):
    """named, likewise."""
    folder.mkdir()
    addressed(lab, addresses)
    text = BIND.format(folder=folder, tap=tap, address4=addresses[0], address6=addresses[1])
    text += "".join(f'zone "{zone}" {{ type primary; file "{path}"; }};\n' for zone, path in files.items())
    (folder / "named.conf").write_text(text)
    started(lab, folder, folder / "named.log", "all zones loaded", "named", "-g", "-c", folder / "named.conf")
