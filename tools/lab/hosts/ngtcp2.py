"""ngtcp2's QUIC server and client (gtlsserver, gtlsclient), and what the two print of their connections."""
import re

from hosts.gnutls import SUITES
from network import with_files

ECH = 65037  # the extension encrypted_client_hello (RFC 9849)


class Server:
    """A gtlsserver on a host, at port 443 of all its addresses; `flags`: --validate-addr makes it send Retry."""

    def __init__(self, lab, folder, host, cert, key, *flags):
        (folder / "www").mkdir(parents=True)
        (folder / "www" / "index.html").write_text("uptake\n")
        self.log = folder / "server.log"
        lab.start(host, "gtlsserver", "--htdocs", folder / "www", "--no-quic-dump", "--no-http-dump", *flags, "*",
                  "443", key, cert, log=self.log)
        lab.listening(host, 443, "udp")

    def retried(self):
        """{(client, port)} that were sent a Retry and came back with its token."""
        taken = r"Verifying Retry token from \[(.*?)\]:(\d+)\n(?:[0-9a-f]{8}.*\n)*Token was successfully validated"
        return {(address, int(port)) for address, port in re.findall(taken, self.log.read_text(errors="replace"))}


def visit(lab, folder, host, address, name, *flags):
    """One page by gtlsclient; the connection by what it and its GnuTLS printed, in the words of quic events."""
    (folder / "hosts").write_text(f"{address} {name}\n")  # 0.12.1 takes --sni and sends another name all the same
    said = lab.run(host, *with_files(hosts=folder / "hosts"), "gtlsclient", "--no-quic-dump", "--no-http-dump",
                   "--exit-on-all-streams-close", *flags, name, "443", f"https://{name}/", check=False,
                   env={"GNUTLS_DEBUG_LEVEL": "4"})
    before = said[:said.index("Received packet:")]
    sent = re.search(r"pkt tx pkn=0 dcid=0x(\w+) .*? version=(0x\w+) type=Initial", before)
    local = re.search(r"Sent packet: local=\[(.*?)\]:(\d+)", before)
    frames = [(int(at), int(size)) for at, size in
              re.findall(r"frm tx \d+ Initial CRYPTO\(0x06\) offset=(\d+) len=(\d+)", before)]
    extensions = {int(number) for number in re.findall(r"Sending extension .*?/(\d+) \(", before)}
    asked = re.search(r"sent server name: '(.*?)'", before)
    agreed = {"negotiated_version": re.search(r"the negotiated version is (0x\w+)", said),
              "alpn": re.search(r"Negotiated ALPN is (\S+)", said)}
    suite = re.search(r"Negotiated cipher suite is (\S+)", said)
    return {"client": local[1], "client_port": int(local[2]), "server": address, "server_port": 443,
            "version": sent[2], "destination_id": sent[1], "name": asked[1] if asked else None,
            "retry": " type=Retry " in said, "version_negotiation": " type=VN " in said,
            "handshake": "complete" if "QUIC handshake has completed" in said else "broken_off",
            "ech": ECH in extensions,
            "hello_octets": max(at + size for at, size in frames), "hello_initials": len(frames),
            "hello_shuffled": frames != sorted(frames),
            **{key: found[1] for key, found in agreed.items() if found},
            **({"suite": SUITES[suite[1]]} if suite else {})}
