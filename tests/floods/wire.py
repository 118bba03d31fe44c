"""Frames of floods, made to measure: Ethernet, IPv4 and IPv6, UDP and TCP. Nobody checks the checksums."""
import ipaddress
import struct

MSS = 1400


def mac_and_ip(source, target, protocol, size):
    """Ethernet and IP in front of `size` octets. Addresses as octets."""
    if len(source) == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + size, 0, 0, 64, protocol, 0)
        return b"\x02" * 12 + b"\x08\x00" + head + source + target
    return b"\x02" * 12 + b"\x86\xdd" + struct.pack("!IHBB", 0x60000000, size, protocol, 64) + source + target


def address(text):
    return ipaddress.ip_address(text).packed


def spoofed(number):
    """An address of the documentation's, of its own for each of 2^24 numbers."""
    return b"\x20\x01\x0d\xb8\xf0\x0d" + bytes(6) + struct.pack("!I", number + 1)


def udp(source, source_port, target, target_port, payload):
    size = 8 + len(payload)
    return (mac_and_ip(source, target, 17, size)
            + struct.pack("!HHHH", source_port, target_port, size, 0) + payload)


class Tcp:
    """One conversation: a list of frames, in order."""

    SYN, ACK, PUSH, FIN = 2, 16, 8, 1

    def __init__(self, client, client_port, server, server_port):
        self.ends = (client, client_port), (server, server_port)
        self.sent = [1000, 5000]

    def segment(self, side, flags, payload=b""):
        (source, source_port), (target, target_port) = self.ends[side], self.ends[1 - side]
        head = struct.pack("!HHIIBBHHH", source_port, target_port, self.sent[side] & 0xffffffff,
                           self.sent[1 - side] & 0xffffffff if flags & self.ACK else 0, 0x50, flags, 0x2000, 0, 0)
        self.sent[side] += len(payload) + (1 if flags & (self.SYN | self.FIN) else 0)
        return mac_and_ip(source, target, 6, len(head) + len(payload)) + head + payload

    def open(self):
        return [self.segment(0, self.SYN), self.segment(1, self.SYN | self.ACK), self.segment(0, self.ACK)]

    def say(self, side, octets):
        for at in range(0, len(octets), MSS):
            yield self.segment(side, self.ACK | self.PUSH, octets[at:at + MSS])

    def ask(self, octets):
        return self.say(0, octets)

    def tell(self, octets):
        return self.say(1, octets)

    def close(self):
        return [self.segment(0, self.FIN | self.ACK), self.segment(1, self.FIN | self.ACK), self.segment(0, self.ACK)]
