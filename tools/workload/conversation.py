"""Cuts conversations out of a recorded capture and writes them as templates for the generator.

A template file, all numbers little-endian: "UTW1", u16 pieces, u16 marks; pieces: u8 sender (0 client, 1 server), u8 0,
u16 length; marks: u8 stream, u8 what, u16 offset, u16 length; then the bytes of the client's stream and the server's.
A mark is where the generator writes a fresh value: see MARKS. Offsets count from the start of a stream.
"""
import struct

MARKS = {"name": 1, "random": 2, "id": 3}
MSS = 1448  # what a segment holds beside the timestamp option, on a path of MTU 1500
LABEL = b"w0000000"  # the label that stands for every name


class Conversation:
    """Both streams, the pieces in the order in which they were sent, and the marks in them."""

    def __init__(self, pieces):
        self.pieces = list(pieces)  # (sender, bytes)
        self.marks = []  # (stream, what, offset, length)

    def stream(self, sender):
        return b"".join(data for who, data in self.pieces if who == sender)

    def mark(self, stream, what, offset, length):
        self.marks.append((stream, MARKS[what], offset, length))

    def mark_label(self):
        """Marks each place where the label stands."""
        for sender in (0, 1):
            at = self.stream(sender).find(LABEL)
            while at >= 0:
                self.mark(sender, "name", at, len(LABEL))
                at = self.stream(sender).find(LABEL, at + 1)

    def write(self, path):
        out = struct.pack("<4sHH", b"UTW1", len(self.pieces), len(self.marks))
        out += b"".join(struct.pack("<BBH", who, 0, len(data)) for who, data in self.pieces)
        out += b"".join(struct.pack("<BBHH", *mark) for mark in self.marks)
        path.write_bytes(out + self.stream(0) + self.stream(1))


def packets(path):
    """(addresses with ports, protocol, flags, sequence number, payload) of each IPv4 packet of a classic capture."""
    blob = path.read_bytes()
    at = 24
    while at < len(blob):
        captured = struct.unpack_from("<I", blob, at + 8)[0]
        ip = blob[at + 16 + 14:at + 16 + captured]
        at += 16 + captured
        head, total, protocol = (ip[0] & 15) * 4, struct.unpack_from("!H", ip, 2)[0], ip[9]
        body = ip[head:total]
        ports = struct.unpack_from("!HH", body)
        ends = ((ip[12:16], ports[0]), (ip[16:20], ports[1]))
        if protocol == 17:
            yield ends, 17, 0, 0, body[8:]
        elif protocol == 6:
            yield ends, 6, body[13], struct.unpack_from("!I", body, 4)[0], body[(body[12] >> 4) * 4:]


def conversations(path):
    """The conversations of a capture in the order of their first packet. TCP must be complete and in order."""
    found = {}
    for (source, target), protocol, flags, sequence, payload in packets(path):
        key = frozenset((source, target))
        if protocol == 6 and flags & 2 and not flags & 16:
            found[key] = (source, {}, [])
        elif protocol == 17 and key not in found:
            found[key] = (source, None, [])
        client, expected, pieces = found[key]
        if protocol == 6:
            due = expected.get(source, sequence)
            if payload and sequence != due:
                raise ValueError(f"{path}: a segment is lost or out of order")
            expected[source] = (sequence + len(payload) + bool(flags & 2) + (flags & 1)) & 0xFFFFFFFF
        if payload:
            pieces.append((int(source != client), payload))
    return [Conversation(pieces) for _, _, pieces in found.values()]


def mark_hellos(conversation, start=(0, 0)):
    """Marks the randoms of the ClientHello and ServerHello (RFC 8446 4.1) that stand at `start` of each stream."""
    for sender, kind in ((0, 1), (1, 2)):
        at, stream = start[sender], conversation.stream(sender)
        if len(stream) < at + 43 or stream[at] != 22 or stream[at + 5] != kind:
            raise ValueError(f"no hello of kind {kind} at {at}")
        retry = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
        # The end of a server's random can be the sign of a downgrade (RFC 8446 4.1.3), so it stays.
        if stream[at + 11:at + 43] != retry:
            conversation.mark(sender, "random", at + 11, 32 if sender == 0 else 24)
    return conversation


# ---- X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem), which OpenSSL 3.0 cannot speak: a real hello with one share more

HYBRID, CLIENT_SHARE, SERVER_SHARE = 0x11EC, 1216, 1120
KEY_SHARE, GROUPS = 51, 10


def extensions_of(hello, server):
    """Offset of the extensions block in a hello that starts with its record."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]  # session id
    if server:
        return at + 3  # suite, compression
    at += 2 + struct.unpack_from("!H", hello, at)[0]
    return at + 1 + hello[at]


def with_extensions(hello, server, change):
    """The hello with each extension's body passed through change(type, body), and all lengths made again."""
    at = extensions_of(hello, server)
    end = at + 2 + struct.unpack_from("!H", hello, at)[0]
    fields, out = at + 2, b""
    while fields < end:
        kind, length = struct.unpack_from("!HH", hello, fields)
        body = change(kind, hello[fields + 4:fields + 4 + length])
        out += struct.pack("!HH", kind, len(body)) + body
        fields += 4 + length
    message = hello[9:at] + struct.pack("!H", len(out)) + out
    handshake = hello[5:6] + len(message).to_bytes(3, "big") + message
    return hello[:3] + struct.pack("!H", len(handshake)) + handshake


def offer_hybrid(kind, body):
    if kind == GROUPS:
        rest = body[2:]
        return struct.pack("!HH", len(rest) + 2, HYBRID) + rest
    if kind == KEY_SHARE:
        rest = body[2:]
        share = struct.pack("!HH", HYBRID, CLIENT_SHARE) + bytes(i * 73 & 255 for i in range(CLIENT_SHARE))
        return struct.pack("!H", len(share) + len(rest)) + share + rest
    return body


def take_hybrid(kind, body):
    if kind == KEY_SHARE:
        return struct.pack("!HH", HYBRID, SERVER_SHARE) + bytes(i * 151 & 255 for i in range(SERVER_SHARE))
    return body


def record_end(stream):
    return 5 + struct.unpack_from("!H", stream, 3)[0]


def hybrid(conversation, accepted):
    """The conversation with X25519MLKEM768 offered first, and taken by the server when `accepted`."""
    out, whole = [], {}
    for sender in (0, 1):
        stream = conversation.stream(sender)
        end = record_end(stream)
        hello = stream[:end]
        if sender == 0:
            hello = with_extensions(hello, False, offer_hybrid)
        elif accepted:
            hello = with_extensions(hello, True, take_hybrid)
        whole[sender] = [hello, end]
    for sender, data in conversation.pieces:
        if whole[sender]:
            hello, end = whole[sender]
            data, whole[sender] = hello + data[end:], None
        out += [(sender, data[at:at + MSS]) for at in range(0, len(data), MSS)]
    return Conversation(out)
