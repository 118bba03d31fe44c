#!/usr/bin/env python3
"""Compares what the join of certificates says of chains with what `openssl verify` and `openssl x509` say.

usage: certificates.py CHAIN_VERDICTS [--captures FOLDER]

Every chain below TLS 1.3 of the golden captures, and of those below FOLDER when it is there, as tshark finds them, at
its packet time and under the name that its client asked for.
"""
import concurrent.futures
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden")]
import harness  # noqa: E402

FIELDS = ("frame.time_epoch", "tcp.stream", "tcp.srcport", "tls.handshake.certificate",
          "tls.handshake.extensions_server_name")
SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
KEYS = {"rsaEncryption": 1, "rsassaPss": 1, "dsaEncryption": 2, "id-ecPublicKey": 3, "ED25519": 4, "ED448": 5}
HASHES = {"md5": 1, "sha1": 2, "sha224": 3, "sha256": 4, "sha384": 5, "sha512": 6, "ed25519": 8, "ed448": 8}


# What stands before a name's attribute or an extension (id-at, id-ce), in every certificate.
ATTRIBUTE = b"\x06\x03\x55"
COMPRESSED = (b"\x1f\x8b", b"\xfd7zX", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")


def may_hold_certificates(capture):
    blob = capture.read_bytes()
    return ATTRIBUTE in blob or blob.startswith(COMPRESSED)


def run(*words, data=None):
    done = subprocess.run(words, input=data, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def chains_of(capture):
    """[(seconds, name or "-", [DER])] of the servers' Certificate messages."""
    words = ["tshark", "-n", "-r", str(capture), "-o", "tcp.reassemble_out_of_order:TRUE", "-T", "fields"]
    for field in FIELDS:
        words += ["-e", field]
    words += ["-Y", "tls.handshake.type == 1 || tls.handshake.certificate"]
    with tempfile.TemporaryDirectory(prefix="uptake-oracle-") as home:
        done = subprocess.run(words, capture_output=True, check=False, env=dict(os.environ, HOME=home))
    names, clients, found = {}, {}, []
    for line in done.stdout.decode().splitlines():
        time, stream, port, chain, name = line.split("\t")
        if chain and clients.get(stream) != port:
            found.append((int(float(time)), names.get(stream, "-"), [bytes.fromhex(c) for c in chain.split(",")]))
        elif not chain:
            clients[stream], names[stream] = port, name.lower() or "-"
    return found


def body(chain):
    """The chain as the body of a Certificate message."""
    whole = b"".join(len(c).to_bytes(3, "big") + c for c in chain)
    return (len(whole).to_bytes(3, "big") + whole).hex()


@functools.lru_cache(maxsize=None)
def pem(der):
    """As OpenSSL writes it, or what it says instead."""
    return run("openssl", "x509", "-inform", "DER", data=der)[1]


def in_files(chain, folder):
    """The chain's certificates as PEM: the first one, and the others."""
    texts = [pem(c) for c in chain]
    (folder / "leaf").write_text(texts[0])
    (folder / "others").write_text("".join(texts[1:]))
    return folder / "leaf", folder / "others"


@functools.lru_cache(maxsize=None)
def described(der):
    """(key, bits, hash, timestamps, signs itself) of one certificate."""
    text = run("openssl", "x509", "-inform", "DER", "-noout", "-text", data=der)[1]
    kind = re.search(r"Public Key Algorithm: (\S+)", text).group(1)
    bits = re.search(r"Public-Key: \((\d+) bit", text)
    signed = re.search(r"Signature Algorithm: (\S+)", text).group(1).lower()
    hashes = [n for word, n in HASHES.items() if word in signed]
    if signed == "rsassapss":
        hashes = [HASHES[re.search(r"Hash Algorithm: (\S+)", text).group(1).lower()]]
    subject, issuer = (re.search(rf"{word}: ?(.*)", text).group(1) for word in ("Subject", "Issuer"))
    size = {4: 253, 5: 456}.get(KEYS.get(kind), int(bits.group(1)) if bits else 0)
    timestamps = text.count("Signed Certificate Timestamp:")
    # Of a key that OpenSSL cannot read the algorithm's name says nothing.
    return KEYS.get(kind, 0) if size else 0, size, max(hashes, default=0), timestamps, subject == issuer


def wanted(chain, seconds, name, anchors):
    """The line of chain_verdicts as OpenSSL's commands have it."""
    with tempfile.TemporaryDirectory(prefix="uptake-oracle-") as scratch:
        leaf, others = in_files(chain, pathlib.Path(scratch))
        if not leaf.read_text().startswith("-----BEGIN"):
            return "malformed"
        between = ("-untrusted", others) if len(chain) > 1 else ()
        _, said = run("openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", anchors, "-purpose", "sslserver",
                      "-attime", str(seconds), *between, leaf)
        code = re.search(r"^error (\d+) at", said, re.M)
        _, checked = run("openssl", "x509", "-in", leaf, "-noout", "-checkhost", name)
    parts = [described(c) for c in chain]
    key, bits, _, timestamps, _ = parts[0]
    weakest = min([parts[0][2]] + [p[2] for p in parts[1:] if not p[4]])
    # -checkhost falls back on the common name, which is no name any more (RFC 9525): only where there is no dNSName.
    named = run("openssl", "x509", "-inform", "DER", "-noout", "-ext", "subjectAltName", data=chain[0])[1]
    matches = name != "-" and "does match" in checked and "DNS:" in named
    return f"{int(code.group(1)) if code else 0} {key} {bits} {weakest} {min(timestamps, 7)} {int(matches)}"


def compare(program, name, capture, anchors):
    """(chains, [what differs]) of one capture; each chain once for a name, when it came first."""
    if not may_hold_certificates(capture):
        return 0, []
    chains = {}
    for seconds, host, chain in chains_of(capture):
        chains.setdefault((host, tuple(chain)), seconds)
    lines = "".join(f"{seconds} {host} {body(chain)}\n" for (host, chain), seconds in chains.items())
    found = run(str(program), str(anchors), data=lines.encode())[1].splitlines()
    faults = []
    for ((host, chain), seconds), line in zip(chains.items(), found, strict=True):
        right = wanted(chain, seconds, host, str(anchors))
        if right != line:
            faults.append(f"{name}: at {seconds}, {host}: openssl {right}, uptake {line}")
    return len(chains), faults


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--captures", type=pathlib.Path,
                        default=os.environ.get("UPTAKE_CAPTURES", harness.REPOSITORY.parent / "shared" / "captures"))
    options = parser.parse_args()
    options.captures = pathlib.Path(options.captures)
    for program in ("tshark", "openssl"):
        if not shutil.which(program):
            harness.skip(f"{program} is not installed")
    jobs = [(case, path, path.parent / "trust.pem" if (path.parent / "trust.pem").exists() else SYSTEM)
            for case, path in harness.cases().items()]
    if (options.captures / "MANIFEST.tsv").exists():
        jobs += [(name, path, SYSTEM) for name, path in harness.manifest(options.captures)]
    else:
        print(f"no captures at {options.captures}: only the golden cases are compared")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: compare(options.uptake, *job), jobs))
    return harness.report([fault for _, faults in results for fault in faults],
                          f"{len(jobs)} captures, {sum(n for n, _ in results)} chains compared")


if __name__ == "__main__":
    sys.exit(main())
