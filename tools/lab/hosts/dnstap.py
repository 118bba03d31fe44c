"""What name servers themselves say of every message: dnstap (Protocol Buffers in Frame Streams) on a socket."""
import contextlib
import ipaddress
import socket
import threading
import time

import dns.flags
import dns.message
import dns.rdatatype
import dns.rcode

CONTENT = b"protobuf:dnstap.Dnstap"
ACCEPT, START, STOP, READY, FINISH = 1, 2, 3, 4, 5
KINDS = {1: ("authority", "query"), 2: ("authority", "response"), 3: ("upstream", "query"),
         4: ("upstream", "response"), 5: ("client", "query"), 6: ("client", "response")}
TRANSPORTS = {1: "udp", 2: "tcp", 3: "dot", 4: "doh"}

UNBOUND = """dnstap:
  dnstap-enable: yes
  dnstap-bidirectional: no
  dnstap-socket-path: "{path}"
  dnstap-log-client-query-messages: yes
  dnstap-log-client-response-messages: yes
  dnstap-log-resolver-query-messages: yes
  dnstap-log-resolver-response-messages: yes
"""
NSD = """dnstap:
  dnstap-enable: yes
  dnstap-socket-path: "{path}"
  dnstap-log-auth-query-messages: yes
  dnstap-log-auth-response-messages: yes
"""


def number(octets, at):
    """A base-128 number and where it ends."""
    value = shift = 0
    while True:
        octet = octets[at]
        value |= (octet & 127) << shift
        at, shift = at + 1, shift + 7
        if octet < 128:
            return value, at


def fields(octets):
    """{number: value} of one protocol buffer; what is repeated keeps its last value."""
    found, at = {}, 0
    while at < len(octets):
        key, at = number(octets, at)
        kind = key & 7
        if kind == 0:
            value, at = number(octets, at)
        else:
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                size, at = number(octets, at)
            value, at = octets[at:at + size], at + size
            if kind in (1, 5):
                value = int.from_bytes(value, "little")
        found[key >> 3] = value
    return found


def row(frame):
    """One message: who, when, over what, and its octets."""
    part = fields(fields(frame)[14])
    side, message = KINDS[part[1]]
    asked = message == "query"
    address = [str(ipaddress.ip_address(part[n])) if n in part else None for n in (4, 5)]
    return {"side": side, "message": message, "transport": TRANSPORTS[part.get(3, 1)], "client": address[0],
            "server": address[1], "client_port": part.get(6), "server_port": part.get(7),
            "time": (part.get(8 if asked else 12, 0), part.get(9 if asked else 13, 0)),
            "wire": part[10 if asked else 14]}


class Collector:
    """Listens on a socket in the file system, which reaches every namespace; `rows` grows while servers speak."""

    def __init__(self, path):
        self.path, self.rows = path, []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen(8)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        """A sender that is stopped may end its connection in any way."""
        with contextlib.suppress(ConnectionError), peer, peer.makefile("rb") as stream:
            while head := stream.read(4):
                size = int.from_bytes(head, "big")
                if size:
                    self.rows.append(row(stream.read(size)))
                    continue
                control = stream.read(int.from_bytes(stream.read(4), "big"))
                answer = {READY: ACCEPT, STOP: FINISH}.get(int.from_bytes(control[:4], "big"))
                if answer:
                    body = answer.to_bytes(4, "big")
                    if answer == ACCEPT:
                        body += (1).to_bytes(4, "big") + len(CONTENT).to_bytes(4, "big") + CONTENT
                    peer.sendall(bytes(4) + len(body).to_bytes(4, "big") + body)

    def settle(self):
        """Waits until the servers have told all."""
        end, seen = time.monotonic() + 6, -1
        while time.monotonic() < end and seen != len(self.rows):
            seen = len(self.rows)
            time.sleep(1.2)  # the senders flush once a second

    def close(self):
        self.socket.close()


def read(row):
    """The message itself, and its parts under names."""
    message = dns.message.from_wire(row["wire"])
    options = {int(o.otype): o.to_wire() for o in message.options}
    question = message.question[0]
    return {**row, "dns": message, "options": options, "name": str(question.name).rstrip(".").lower() or ".",
            "qtype": dns.rdatatype.to_text(question.rdtype), "edns": message.edns >= 0,
            "do": bool(message.ednsflags & dns.flags.DO), "ad": bool(message.flags & dns.flags.AD),
            "cd": bool(message.flags & dns.flags.CD), "rd": bool(message.flags & dns.flags.RD),
            "tcp": row["transport"] == "tcp", "rcode": dns.rcode.to_text(message.rcode())}
