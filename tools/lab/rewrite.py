#!/usr/bin/env python3
"""Rewrites a capture as mirror ports, tunnels and losses would show it. Deterministic: same input, same bytes out.

usage: rewrite.py VARIANT IN OUT      (rewrite.py --list prints the variants)

Reads pcap or pcapng of link type Ethernet and writes pcap, times in nanoseconds. What each variant means for the
figures stands in VARIANTS: `same` - every TLS session is seen as before; `hides` - sessions may become unobservable,
never different.
"""
import random
import struct
import sys

CLIENT_END, SERVER_END = bytes([10, 9, 0, 1]), bytes([10, 9, 0, 2])  # the outer addresses of tunnels
ETHERNET = bytes.fromhex("020000000001020000000002")
IPV4, IPV6 = 0x0800, 0x86DD


class Frame:
    """One frame: time in ns, captured bytes, length on the wire."""

    def __init__(self, time_ns, data, wire=None):
        self.time_ns, self.data, self.wire = time_ns, data, len(data) if wire is None else wire

    def but(self, data, time_ns=None):
        return Frame(self.time_ns if time_ns is None else time_ns, data)

    @property
    def ethertype(self):
        return struct.unpack_from("!H", self.data, 12)[0]

    @property
    def packet(self):
        return self.data[14:]

    def ends(self):
        """(address, port) of sender and receiver; ports are 0 in what is not TCP or UDP over plain IP."""
        p = self.packet
        if self.ethertype == IPV4:
            head, protocol, a, b = (p[0] & 15) * 4, p[9], p[12:16], p[16:20]
        elif self.ethertype == IPV6:
            head, protocol, a, b = 40, p[6], p[8:24], p[24:40]
        else:
            return (b"", 0), (b"", 0)
        ports = struct.unpack_from("!HH", p, head) if protocol in (6, 17) and len(p) >= head + 4 else (0, 0)
        return (a, ports[0]), (b, ports[1])


def resolution(options):
    """Ticks of a second that an Interface Description Block states in if_tsresol (option 9), microseconds else."""
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from("<HH", options, at)
        if code == 9:
            return 10 ** options[at + 4]
        at += 4 + (size + 3 & ~3)
    return 10**6


def read_pcapng(blob):
    """Enhanced Packet Blocks of one little-endian section with one interface: what editcap writes."""
    frames, at, ticks = [], 0, 10**6
    while at < len(blob):
        kind, size = struct.unpack_from("<II", blob, at)
        if kind == 1:
            ticks = resolution(blob[at + 16:at + size - 4])
        elif kind == 6:
            high, low, captured, wire = struct.unpack_from("<IIII", blob, at + 12)
            time_ns = (high << 32 | low) * (10**9 // ticks)
            frames.append(Frame(time_ns, blob[at + 28:at + 28 + captured], wire))
        at += size
    return frames


def read(path):
    with open(path, "rb") as f:
        blob = f.read()
    if blob[:4] == b"\x0a\x0d\x0d\x0a":
        return read_pcapng(blob)
    magic = struct.unpack_from("<I", blob)[0]
    scale = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    link = struct.unpack_from("<I", blob, 20)[0]
    if link != 1:
        raise ValueError(f"{path}: link type {link}, not Ethernet")
    frames, at = [], 24
    while at < len(blob):
        seconds, fraction, captured, wire = struct.unpack_from("<IIII", blob, at)
        frames.append(Frame(seconds * 10**9 + fraction * scale, blob[at + 16:at + 16 + captured], wire))
        at += 16 + captured
    return frames


def write(path, frames, snaplen=262144):
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, snaplen, 1)]
    for f in frames:
        data = f.data[:snaplen]
        out.append(struct.pack("<IIII", f.time_ns // 10**9, f.time_ns % 10**9, len(data), f.wire) + data)
    with open(path, "wb") as f:
        f.write(b"".join(out))


def checksum(data):
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, payload, a=CLIENT_END, b=SERVER_END):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, a, b)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def udp(port, payload):
    return ipv4(17, struct.pack("!HHHH", port, port, 8 + len(payload), 0) + payload)


def ethernet(ethertype, payload):
    return ETHERNET + struct.pack("!H", ethertype) + payload


def ppp(frame):
    return struct.pack("!H", 0x0021 if frame.ethertype == IPV4 else 0x0057) + frame.packet


# ---- one frame in, one frame out

def tagged(f, *tags):
    """VLAN tags between the addresses and the type: (TPID, VLAN id), outermost first (IEEE 802.1Q)."""
    return f.data[:12] + b"".join(struct.pack("!HH", tpid, vid) for tpid, vid in tags) + f.data[12:]


def mpls(f):
    labels = struct.pack("!II", 16001 << 12 | 64, 17 << 12 | 1 << 8 | 64)
    return ethernet(0x8847, labels + f.packet)


def pppoe(f):
    body = ppp(f)
    return ethernet(0x8864, struct.pack("!BBHH", 0x11, 0, 0x2A, len(body)) + body)


def gre(f):
    return ethernet(IPV4, ipv4(47, struct.pack("!HHI", 0x2000, f.ethertype, 7) + f.packet))


def ip_in_ip(f):
    return ethernet(IPV4, ipv4(4 if f.ethertype == IPV4 else 41, f.packet))


def six_in_four(f):
    return ethernet(IPV4, ipv4(41, f.packet)) if f.ethertype == IPV6 else f.data


def vxlan(f):
    return ethernet(IPV4, udp(4789, struct.pack("!II", 0x08000000, 42 << 8) + f.data))


def geneve(f):
    return ethernet(IPV4, udp(6081, struct.pack("!HHI", 0, 0x6558, 42 << 8) + f.data))


def gtp_u(f):
    return ethernet(IPV4, udp(2152, struct.pack("!BBHI", 0x30, 255, len(f.packet), 0x1234) + f.packet))


def erspan(f):
    head = struct.pack("!HHI", 0x1000, 0x88BE, 1) + struct.pack("!II", 0x1001 << 16 | 5, 0)
    return ethernet(IPV4, ipv4(47, head + f.data))


def l2tp(f):
    return ethernet(IPV4, udp(1701, struct.pack("!HHH", 0x0002, 3, 4) + b"\xff\x03" + ppp(f)))


def each(change):
    return lambda frames: [f.but(change(f)) for f in frames]


def each_packet(change):
    """Tunnels carry the IP packets; what else is on the link (ARP) stays outside. In an Ethernet tunnel it would be
    one IP packet more, the outer one, in a figure that counts packets."""
    return each(lambda f: change(f) if f.ethertype in (IPV4, IPV6) else f.data)


# ---- all frames in, all frames out

def one_side(of_client):
    def select(frames):
        opener, out = {}, []
        for f in frames:
            a, b = f.ends()
            first = opener.setdefault(frozenset((a, b)), a)
            if (a == first) == of_client:
                out.append(f)
        return out
    return select


def aged(data):
    """The frame one router later: hop limit less one, IPv4 header checksum made again."""
    out = bytearray(data)
    if data[12:14] == b"\x08\x00":
        out[22] -= 1
        out[24:26] = b"\0\0"
        out[24:26] = struct.pack("!H", checksum(bytes(out[14:34])))
    elif data[12:14] == b"\x86\xdd":
        out[21] -= 1
    return bytes(out)


def duplicated(frames):
    """Each frame again, as a mirror port behind a router shows it: aged, tagged, 5 us later."""
    out = []
    for f in frames:
        out += [f, f.but(tagged(f.but(aged(f.data)), (0x8100, 9)), f.time_ns + 5_000)]
    return sorted(out, key=lambda f: f.time_ns)


def lossy(frames):
    draw = random.Random(1)
    return [f for f in frames if draw.random() >= 0.05]


def shuffled(frames, alike):
    """Frames mixed within groups of eight, each among those that are alike; the times stay where they were."""
    draw, out = random.Random(2), []
    for at in range(0, len(frames), 8):
        group = frames[at:at + 8]
        kinds = [alike(f) for f in group]
        mixed = {kind: [f for f, k in zip(group, kinds) if k == kind] for kind in kinds}
        for same in mixed.values():
            draw.shuffle(same)
        out += [old.but(mixed[kind].pop().data, old.time_ns) for old, kind in zip(group, kinds)]
    return out


def segment(f):
    """One direction of a connection for its data segments; every other frame for itself: it stays in place."""
    if f.ethertype not in (IPV4, IPV6) or f.packet[9 if f.ethertype == IPV4 else 6] != 6:
        return id(f)
    head = 14 + ((f.packet[0] & 15) * 4 if f.ethertype == IPV4 else 40)
    holds_data = f.wire > head + (f.data[head + 12] >> 4) * 4
    return f.ends() if holds_data else id(f)


def defragmented(frames):
    """IPv4 fragments joined, in the place of the last: as Linux gives them to sockets of a packet fanout group."""
    parts, out = {}, []
    for f in frames:
        p = f.packet
        field = struct.unpack_from("!H", p, 6)[0] if f.ethertype == IPV4 else 0
        if not field & 0x3FFF:
            out.append(f)
            continue
        key, length = (p[12:20], p[9], p[4:6]), struct.unpack_from("!H", p, 2)[0]
        pieces = parts.setdefault(key, {})
        pieces[(field & 0x1FFF) * 8] = p[20:length]
        if field & 0x2000:
            continue
        payload = b"".join(pieces[at] for at in sorted(parts.pop(key)))
        out.append(f.but(f.data[:14] + ipv4(p[9], payload, p[12:16], p[16:20])))
    return out


def time_backwards(frames):
    """A clock that is set back by two seconds in the middle of the capture."""
    half = len(frames) // 2
    return frames[:half] + [f.but(f.data, f.time_ns - 2 * 10**9) for f in frames[half:]]


def midstream(frames):
    return frames[len(frames) // 3 + 2:]


# name: (rewriting, snaplen, what it does to the sessions)
VARIANTS = {
    "vlan": (each(lambda f: tagged(f, (0x8100, 100))), 0, "same"),
    "qinq": (each(lambda f: tagged(f, (0x88A8, 100), (0x8100, 200))), 0, "same"),
    "mpls": (each_packet(mpls), 0, "same"),
    "pppoe": (each_packet(pppoe), 0, "same"),
    "gre": (each_packet(gre), 0, "same"),
    "ip-in-ip": (each_packet(ip_in_ip), 0, "same"),
    "6in4": (each(six_in_four), 0, "same"),
    "vxlan": (each_packet(vxlan), 0, "same"),
    "geneve": (each_packet(geneve), 0, "same"),
    "gtp-u": (each_packet(gtp_u), 0, "same"),
    "erspan": (each_packet(erspan), 0, "same"),
    "l2tp": (each_packet(l2tp), 0, "same"),
    "duplicated": (duplicated, 0, "same"),
    "segments-reordered": (lambda frames: shuffled(frames, segment), 0, "same"),
    "time-backwards": (time_backwards, 0, "same"),
    "client-only": (one_side(True), 0, "hides"),
    "server-only": (one_side(False), 0, "hides"),
    "all-reordered": (lambda frames: shuffled(frames, lambda f: 0), 0, "hides"),
    "lossy": (lossy, 0, "hides"),
    "snaplen-96": (lambda frames: frames, 96, "hides"),
    "midstream": (midstream, 0, "hides"),
}


def rewrite(variant, source, target):
    change, snaplen, _ = VARIANTS[variant]
    write(target, change(read(source)), snaplen or 262144)


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(VARIANTS))
        return 0
    if len(sys.argv) != 4 or sys.argv[1] not in VARIANTS:
        print(__doc__, file=sys.stderr)
        return 64
    rewrite(*sys.argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
