"""Name servers beside the lab's nsd, in the same namespace at addresses of their own: Knot DNS and BIND."""
from network import run, until

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
policy:
  - id: online
    algorithm: ecdsap256sha256
    single-type-signing: on
mod-onlinesign:
  - id: online
    policy: online
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


class Knot:
    """knotd with zones of files; it tells of its messages at a dnstap socket. Some zones it signs itself, as it
    answers, and denies a name by an NSEC for that name alone (compact denial, RFC 9824)."""

    def __init__(self, folder, addresses, tap):
        folder.mkdir(parents=True)
        self.folder, self.addresses, self.online = folder, addresses, {}
        listen = ", ".join(f"{address}@53" for address in addresses)
        self.text = KNOT.format(folder=folder, tap=tap, listen=listen)
        (folder / "knot.conf").write_text(self.text)

    def _key(self, zone, *words):
        return run("keymgr", "-c", self.folder / "knot.conf", zone, *words)

    def sign_online(self, zone, file):
        """Makes a key for a zone, and returns the data of its DS records."""
        self.online[zone] = file
        self._key(zone, "generate", "algorithm=ecdsap256sha256", "ksk=true", "zsk=true")
        return [line.split(" DS ", 1)[1] for line in self._key(zone, "ds").splitlines()]

    def start(self, lab, files):
        addressed(lab, self.addresses)
        text = self.text + "".join(f'  - domain: {zone}\n    file: "{path}"\n' for zone, path in files.items())
        text += "".join(f'  - domain: {zone}\n    file: "{path}"\n    module: mod-onlinesign/online\n'
                        for zone, path in self.online.items())
        (self.folder / "knot.conf").write_text(text)
        started(lab, self.folder, self.folder / "knotd.log", "server started", "knotd", "-c",
                self.folder / "knot.conf")


def bind(lab, folder, addresses, files, tap):
    """named with zones of files, likewise."""
    folder.mkdir()
    addressed(lab, addresses)
    text = BIND.format(folder=folder, tap=tap, address4=addresses[0], address6=addresses[1])
    text += "".join(f'zone "{zone}" {{ type primary; file "{path}"; }};\n' for zone, path in files.items())
    (folder / "named.conf").write_text(text)
    started(lab, folder, folder / "named.log", "all zones loaded", "named", "-g", "-c", folder / "named.conf")
