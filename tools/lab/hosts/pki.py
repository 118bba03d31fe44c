"""Certificates of the lab: an authority, and leaves that differ in what is wrong with them."""
import base64

from network import run

KEYS = {"rsa": ["-newkey", "rsa:2048"], "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "ed25519": ["-newkey", "ed25519"]}


def authority(folder, name="ca", kind="ec"):
    """Writes NAME.key and NAME.pem, self-signed."""
    folder.mkdir(parents=True, exist_ok=True)
    run("openssl", "req", "-x509", "-nodes", *KEYS[kind], "-keyout", f"{name}.key", "-out", f"{name}.pem",
        "-days", 3650, "-subj", f"/CN=uptake lab {name}", "-addext", "basicConstraints=critical,CA:TRUE", cwd=folder)


def leaf(folder, name, *hosts, kind="ec", issuer="ca", days=365, dates=()):
    """Writes NAME.key, NAME.pem and NAME.chain.pem (leaf, then issuer). `dates`: (not before, not after) as
    YYYYMMDDHHMMSSZ, for certificates that are no longer valid."""
    run("openssl", "req", "-new", "-nodes", *KEYS[kind], "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
        f"/CN={hosts[0]}", cwd=folder)
    (folder / f"{name}.ext").write_text("subjectAltName=" + ",".join(f"DNS:{h}" for h in hosts) + "\n")
    if dates:
        for file, text in (("index.txt", ""), ("serial", "1000\n")):
            (folder / file).write_text(text)
        (folder / "ca.conf").write_text(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n"
            "policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
        run("openssl", "ca", "-batch", "-config", "ca.conf", "-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key",
            "-in", f"{name}.csr", "-out", f"{name}.pem", "-notext", "-startdate", dates[0], "-enddate", dates[1],
            "-extfile", f"{name}.ext", cwd=folder)
    else:
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key",
            "-CAcreateserial", "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem", cwd=folder)
    chain = (folder / f"{name}.pem").read_text() + (folder / f"{issuer}.pem").read_text()
    (folder / f"{name}.chain.pem").write_text(chain)


def public_key(folder, name):
    """Writes the SubjectPublicKeyInfo of NAME.pem to NAME.der and returns it."""
    run("sh", "-c", f"openssl x509 -in {name}.pem -noout -pubkey | openssl pkey -pubin -outform DER > {name}.der",
        cwd=folder)
    return (folder / f"{name}.der").read_bytes()


def ech_config(key, public_name):
    """An ECHConfigList (RFC 9849, section 4) in base64: one X25519 key, HKDF-SHA256 and AES-128-GCM."""
    name = public_name.encode()
    body = (b"\x07" + b"\x00\x20" + b"\x00\x20" + key + b"\x00\x04" + b"\x00\x01\x00\x01" + b"\x00" +
            bytes([len(name)]) + name + b"\x00\x00")
    config = b"\xfe\x0d" + len(body).to_bytes(2, "big") + body
    return base64.b64encode(len(config).to_bytes(2, "big") + config).decode()


def tlsa(folder, name, usage, selector, matching=1):
    """The TLSA record data of NAME.pem (RFC 6698): selector 0 the certificate, 1 its key; matching 1 SHA-256."""
    if selector == 0:
        run("openssl", "x509", "-in", f"{name}.pem", "-outform", "DER", "-out", f"{name}.der", cwd=folder)
    else:
        public_key(folder, name)
    digest = run("openssl", "dgst", {1: "-sha256", 2: "-sha512"}[matching], f"{name}.der", cwd=folder)
    return f"{usage} {selector} {matching} {digest.split()[-1]}"
