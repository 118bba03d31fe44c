"""Cuts a capture file into pieces of so many packets, each a capture file of its own."""
import struct

CLASSIC = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}
SECTION, PACKETS = 0x0A0D0D0A, (2, 3, 6)  # block types of pcapng


def classic(blob, order):
    """File header and packet records of classic pcap."""
    records, at = [], 24
    while at + 16 <= len(blob):
        size = 16 + struct.unpack_from(order + "I", blob, at + 8)[0]
        records.append(blob[at:at + size])
        at += size
    return blob[:24], records


def blocks(blob):
    """What stands before the first packet, and the packet blocks, of a pcapng file of one section."""
    order = "<" if blob[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    head, packets, at = b"", [], 0
    while at + 12 <= len(blob):
        kind, size = struct.unpack_from(order + "II", blob, at)
        block = blob[at:at + size]
        at += size
        if kind in PACKETS:
            packets.append(block)
        elif not packets:
            head += block
        elif kind == SECTION:
            raise ValueError("a pcapng file of several sections")
    return head, packets


def cut(source, folder, packets):
    """Writes the pieces and returns their paths, in order."""
    blob = source.read_bytes()
    order = CLASSIC.get(blob[:4])
    head, records = classic(blob, order) if order else blocks(blob)
    made = []
    for at in range(0, len(records), packets):
        piece = folder / f"piece-{len(made):04d}{source.suffix}"
        piece.write_bytes(head + b"".join(records[at:at + packets]))
        made.append(piece)
    return made
