"""exim as a mail server of the lab, unpacked beside postfix since Debian installs one of the two."""
import pathlib
import re

import unpacked
from hosts import mail
from hosts.gnutls import GROUPS
from network import with_files

PROGRAM = unpacked.program("exim4-daemon-light", "usr/sbin/exim4")
USER = "Debian-exim"  # built into it: it ends with "failed to find uid for user name" where there is no such user

CONFIGURATION = """exim_path = {program}
exim_user = root
exim_group = root
keep_environment =
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
log_selector = +tls_cipher +incoming_interface +smtp_connection
primary_hostname = {name}
local_interfaces = <; {addresses}
daemon_smtp_ports = 25
tls_advertise_hosts = *
tls_certificate = {cert}
tls_privatekey = {key}
smtputf8_advertise_hosts = *
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = accept
queue_only = true
"""
CIPHERS = {("TLS1.3", "AES_128_GCM"): 0x1301, ("TLS1.3", "AES_256_GCM"): 0x1302,
           ("TLS1.3", "CHACHA20_POLY1305"): 0x1303, ("TLS1.2", "AES_128_GCM"): 0xC02B,
           ("TLS1.2", "AES_256_GCM"): 0xC02C, ("TLS1.2", "CHACHA20_POLY1305"): 0xCCA9}  # ECDHE with ECDSA


class Exim(mail.Log):
    """An exim on a host that is there already: takes every mail at port 25 and keeps it in its queue."""

    def __init__(self, lab, host, folder, name, addresses, cert, key):
        super().__init__(folder / "mainlog")
        (folder / "spool").mkdir(parents=True)
        (folder / "exim.conf").write_text(CONFIGURATION.format(
            program=PROGRAM, folder=folder, name=name, addresses=" ; ".join(addresses), cert=cert, key=key))
        files = {"passwd": f"{USER}:x:9125:9125::/:/usr/sbin/nologin\n", "group": f"{USER}:x:9125:\n"}
        for file, line in files.items():
            (folder / file).write_text(pathlib.Path("/etc", file).read_text() + line)
        lab.start(host, *with_files(**{file: folder / file for file in files}), PROGRAM, "-C", folder / "exim.conf",
                  "-bdf", log=folder / "exim.out")
        lab.listening(host, 25, patience=20)

    def await_session(self):
        """Waits for the end of a session in which a mail was taken."""
        self.await_text("closed by QUIT")

    @staticmethod
    def heard(text):
        """The mail.Heard of one session."""
        row = re.search(r" <= .* P=(?:utf8)?(e?)smtp(s?)a? (?:X=(TLS[\d.]+):(\S+?):\d+ )?", text)
        tls = None
        if row[3]:
            exchange, _, cipher = row[4].split("__")
            tls = {"version": "TLS " + row[3][3:], "suite": f"0x{CIPHERS[row[3], cipher]:04x}",
                   "group": GROUPS[exchange.removeprefix("ECDHE_")]}
        return mail.Heard(bool(row[1]), "used" if row[2] else "unused", tls, 1, None)
