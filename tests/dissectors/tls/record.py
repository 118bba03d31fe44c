#!/usr/bin/env python3
"""Records TLS handshakes of OpenSSL with itself, in memory, as C++: the source of recordings.h.

Usage: record.py > recordings.h   (keys and parameters are made afresh in a temporary directory; then clang-format)
"""

import pathlib
import ssl
import subprocess
import tempfile
import warnings

HEAD = """#pragma once

// Handshakes of %s with itself, recorded in memory by record.py beside this file. Keys and names are made up.

#include <array>
#include <string_view>

namespace uptake::tls::test {

/// Recording: the flights of one handshake in their order, in hexadecimal, the client's first; then in turn.
struct Recording {
  std::string_view name;
  std::array<std::string_view, 4> flights;
};

"""


def keys(folder):
    def run(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    make = ["req", "-x509", "-nodes", "-days", "3650"]
    run(*make, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-keyout", "ec.key", "-out", "ec.crt", "-subj", "/CN=a")
    run(*make, "-newkey", "rsa:1024", "-keyout", "rsa.key", "-out", "rsa.crt", "-subj", "/CN=a")
    run("dhparam", "-out", "own.pem", "1024")
    run("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "ffdhe2048.pem")


def contexts(folder, version, cipher="", curve="", dh="", alpn=(), ticket=True, server_key="ec"):
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    for one in (client, server):
        one.set_ciphers((cipher or "ALL") + ":@SECLEVEL=0")
        one.minimum_version = ssl.TLSVersion.TLSv1
        if not ticket:
            one.options |= ssl.OP_NO_TICKET
        if alpn:
            one.set_alpn_protocols(list(alpn))
    server.load_cert_chain(folder / f"{server_key}.crt", folder / f"{server_key}.key")
    server.maximum_version = version
    if curve:
        server.set_ecdh_curve(curve)
    if dh:
        server.load_dh_params(folder / f"{dh}.pem")
    return client, server


def handshake(client, server, session=None, name="Www.Example.ORG"):
    """The flights of one handshake in order, and the session for another, None when it was refused."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(to_client, sent[0], server_hostname=name, session=session),
            server.wrap_bio(to_server, sent[1], server_side=True)]
    flights, turn, refused, quiet = [], 0, False, 0
    while quiet < 2:
        try:
            ends[turn].do_handshake()
            if turn == 0:
                ends[turn].read(1)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            refused = True
        octets = sent[turn].read()
        if octets:
            flights.append(octets)
            (to_server if turn == 0 else to_client).write(octets)
        quiet = 0 if octets else quiet + 1
        turn = 1 - turn
    if refused:
        return flights, None
    # Freed without a close, a server's session would not be resumable.
    for end in ends:
        try:
            end.unwrap()
        except ssl.SSLError:
            pass
    return flights, ends[0].session


def literal(octets):
    text = octets.hex()
    return "\n    ".join(f'"{text[i:i + 108]}"' for i in range(0, len(text), 108)) or '""'


def emit(name, flights, kept=3):
    flights = [*flights[:kept], *[b""] * 4][:4]
    body = ",\n    ".join(literal(one) for one in flights)
    print(f"inline constexpr Recording k{name}{{\"{name}\", {{\n    {body}}}}};\n")


def main():
    version = ssl.TLSVersion
    warnings.simplefilter("ignore")  # old versions are the point
    with tempfile.TemporaryDirectory() as path:
        folder = pathlib.Path(path)
        keys(folder)
        print(HEAD % " ".join(ssl.OPENSSL_VERSION.split()[:2]), end="")
        plain = {
            "Tls10Ecdhe": dict(version=version.TLSv1, cipher="ECDHE-ECDSA-AES128-SHA"),
            "Tls11Rsa": dict(version=version.TLSv1_1, cipher="AES256-SHA", server_key="rsa"),
            "Tls12Ecdhe": dict(version=version.TLSv1_2, cipher="ECDHE-ECDSA-AES128-GCM-SHA256",
                               alpn=("h2", "http/1.1")),
            "Tls12Rsa": dict(version=version.TLSv1_2, cipher="AES128-GCM-SHA256", server_key="rsa"),
            "Tls12OwnDhe": dict(version=version.TLSv1_2, cipher="DHE-RSA-AES128-GCM-SHA256", server_key="rsa",
                                dh="own"),
            "Tls12Ffdhe": dict(version=version.TLSv1_2, cipher="DHE-RSA-AES256-GCM-SHA384", server_key="rsa",
                               dh="ffdhe2048"),
            "Tls12Anonymous": dict(version=version.TLSv1_2, cipher="ADH-AES128-SHA256", dh="own"),
            "Tls13": dict(version=version.TLSv1_3, alpn=("dot",)),
            "Tls13Retry": dict(version=version.TLSv1_3, curve="secp384r1"),
        }
        for name, how in plain.items():
            emit(name, handshake(*contexts(folder, **how))[0], 4 if name == "Tls13Retry" else 3)
        for name, how in {
            "Tls12ById": dict(version=version.TLSv1_2, cipher="ECDHE-ECDSA-AES128-GCM-SHA256", ticket=False),
            "Tls12ByTicket": dict(version=version.TLSv1_2, cipher="ECDHE-ECDSA-AES128-GCM-SHA256"),
            "Tls13ByPsk": dict(version=version.TLSv1_3),
        }.items():
            client, server = contexts(folder, **how)
            _, session = handshake(client, server)
            emit(name, handshake(client, server, session)[0])
        client, server = contexts(folder, version.TLSv1_2)
        client.maximum_version = version.TLSv1_1
        server.minimum_version = version.TLSv1_2
        emit("Refused", handshake(client, server)[0])
        print("}  // namespace uptake::tls::test")


if __name__ == "__main__":
    main()
