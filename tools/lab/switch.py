"""One switch with a mirror port: hosts plug in, and each frame that enters a port is seen once on the mirror.

The ports stay down until the capture has begun and go down before it ends, so that two watchers of the mirror see
exactly the same frames. A marker frame (IEEE 802 local experimental EtherType) ends what belongs to a run.
"""
import contextlib
import time

import rewrite
from network import Capture, Network, OFFLOADS, until

MARKER_ETHERTYPE = 0x88B5
MARKER = (bytes.fromhex("ffffffffffff0200000000fe") + MARKER_ETHERTYPE.to_bytes(2, "big") +
          b"uptake lab: end".ljust(46))
SEND = ("import socket,sys; s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW);"
        "s.bind((sys.argv[1],0)); s.send(bytes.fromhex(sys.argv[2]))")
PREFIX4, PREFIX6 = 15, 32  # of the one network, 198.18.0.0/15 (RFC 2544) and 2001:db8::/32 (RFC 3849)


class Switch(Network):
    """`with Switch() as lab: lab.host("client", "198.18.1.10", "2001:db8:1::10"); with lab.mirrored(path): ...`"""

    def __enter__(self):
        self.ports = []
        self.watchers = []  # callables: start watching the mirror's link, return a callable that stops
        self.names = {h: self.names.get(h) or f"uptake-{self.tag}-{h}" for h in ("switch", "mirror", "marker")}
        super().__enter__()
        try:
            self.run("switch", "ip", "link", "add", "br0", "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
            self.quiet("switch")
            self.quiet("mirror")
            self.run("switch", "ip", "link", "set", "br0", "up")
            self.join("switch", "span0", [], "mirror", "span1", [], mtu=9000)
            self.quiet("marker")
            self._plug("marker", 9000)
        except BaseException:
            self.close()
            raise
        return self

    def quiet(self, host):
        """A namespace whose kernel sends nothing of its own."""
        for scope in ("all", "default"):
            self.run(host, "sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1")

    def add(self, host):
        """One more namespace."""
        name = f"uptake-{self.tag}-{host}"
        self.run_here("ip", "netns", "add", name)
        self.names[host] = name
        self.made.append(name)
        self.run_here("ip", "-n", name, "link", "set", "lo", "up")

    def host(self, name, *addresses, mtu=1500, eui64=False):
        """A host at the switch, on link eth0. Router advertisements are not taken; without `eui64` the kernel makes
        no address but the link-local one."""
        self.add(name)
        for key, value in (("accept_dad", 0), ("accept_ra", 0), ("router_solicitations", 0)):
            for scope in ("all", "default"):
                self.run(name, "sysctl", "-qw", f"net.ipv6.conf.{scope}.{key}={value}")
        if not eui64:
            self.run(name, "sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1")
        self._plug(name, mtu)
        for address in addresses:
            more = [f"{address}/{PREFIX6}", "nodad"] if ":" in address else [f"{address}/{PREFIX4}"]
            self.run(name, "ip", "addr", "add", more[0], "dev", "eth0", *more[1:])

    def _plug(self, host, mtu):
        port = f"p{len(self.ports)}"
        self.run_here("ip", "-n", self.names["switch"], "link", "add", port, "type", "veth", "peer", "name", "eth0",
                      "netns", self.names[host])
        self.run(host, "ethtool", "-K", "eth0", *OFFLOADS)
        self.run(host, "ip", "link", "set", "eth0", "mtu", str(mtu), "up")
        self.run("switch", "ethtool", "-K", port, *OFFLOADS)
        self.run("switch", "ip", "link", "set", port, "mtu", "9000", "master", "br0")
        self.run("switch", "tc", "qdisc", "add", "dev", port, "ingress")
        self.run("switch", "tc", "filter", "add", "dev", port, "parent", "ffff:", "protocol", "all", "prio", "1",
                 "u32", "match", "u32", "0", "0", "action", "mirred", "egress", "mirror", "dev", "span0")
        self.ports.append((host, port))

    def _set_ports(self, state):
        for host, port in self.ports:
            if host != "marker":
                self.run("switch", "ip", "link", "set", port, state)

    @contextlib.contextmanager
    def mirrored(self, path, *filters):
        """Captures what the mirror shows while the block runs; the file ends with the marker frame."""
        with contextlib.ExitStack() as stack:
            for watch in self.watchers:
                stack.callback(watch(self))
            stack.enter_context(Capture(self, "mirror", "span1", str(path), filters, "nano", settle=0))
            self.run("switch", "ip", "link", "set", "p0", "up")
            self._set_ports("up")
            time.sleep(0.1)  # the bridge's ports begin to forward
            yield
            time.sleep(0.3)  # what is on its way arrives
            self._set_ports("down")
            self.run("marker", "python3", "-c", SEND, "eth0", MARKER.hex())
            self._await_marker(path)

    @staticmethod
    def _await_marker(path):
        def shown():
            with open(path, "rb") as file:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - 4096))
                return MARKER in file.read()
        until("the marker frame in the capture", shown, 10)


def marker_in(frames):
    """Where the marker stands. Raises StopIteration when there is none."""
    return next(i for i, frame in enumerate(frames) if frame.data[:14] == MARKER[:14])


def trimmed(source, target):
    """The capture without its marker and what follows it."""
    frames = rewrite.read(source)
    rewrite.write(target, frames[:marker_in(frames)])
