#!/usr/bin/python3
"""A middlebox that passes SMTP on and changes it; one JSON line a change goes to its standard output.

usage: smtp_relay.py MODE,ADDRESS,TARGET...

ADDRESS may be TARGET itself and not of this host; its packets are then brought here by tproxy.

MODE is mask (STARTTLS becomes XXXXXXXA, as some firewalls do), cut (the line is taken out), reply (a reply in clear
follows the server's 220 to STARTTLS) or command (a command in clear follows the client's STARTTLS). Port 25.
"""
import asyncio
import json
import socket
import sys

REPLY, COMMAND = b"250 2.0.0 injected\r\n", b"NOOP injected\r\n"


class Session:
    def __init__(self, mode, address):
        self.mode, self.address = mode, address
        self.asked = self.clear = False  # clear: lines are no longer looked at

    def told(self, change):
        print(json.dumps({"mode": self.mode, "address": self.address, "change": change}), flush=True)

    def from_client(self, data):
        if not self.clear and data.upper().startswith(b"STARTTLS"):
            self.asked = True
            if self.mode == "command":
                self.told("command after STARTTLS")
                return data + COMMAND
        return data

    def from_server(self, data):
        if self.clear:
            return data
        if self.asked:
            self.clear = True
            if self.mode == "reply" and data.startswith(b"220"):
                self.told("reply after 220")
                return data + REPLY
        elif self.mode == "mask" and b"250-STARTTLS" in data:
            self.told("STARTTLS masked")
            return data.replace(b"250-STARTTLS", b"250-XXXXXXXA")
        elif self.mode == "cut" and b"250-STARTTLS\r\n" in data:
            self.told("STARTTLS taken out")
            return data.replace(b"250-STARTTLS\r\n", b"")
        return data


async def pump(reader, writer, change):
    try:
        while data := await reader.read(65536):
            writer.write(change(data))
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        writer.close()


def listener(address):
    six = ":" in address
    made = socket.socket(socket.AF_INET6 if six else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    level, option = (socket.IPPROTO_IPV6, 75) if six else (socket.IPPROTO_IP, 19)
    made.setsockopt(level, option, 1)  # IPV6_TRANSPARENT, IP_TRANSPARENT: an address of others may be listened at
    made.bind((address, 25))
    return made


async def serve(mode, address, target):
    async def session(reader, writer):
        state = Session(mode, address)
        onward = await asyncio.open_connection(target, 25)
        await asyncio.gather(pump(reader, onward[1], state.from_client), pump(onward[0], writer, state.from_server))
        writer.close()
        onward[1].close()
    return await asyncio.start_server(session, sock=listener(address))


async def main():
    servers = [await serve(*word.split(",")) for word in sys.argv[1:]]
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
