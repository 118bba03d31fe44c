"""What GnuTLS calls suites of TLS 1.3 and groups, as uptake's events write them."""
SUITES = {"AES-128-GCM": "0x1301", "AES-256-GCM": "0x1302", "CHACHA20-POLY1305": "0x1303"}
GROUPS = {"X25519": "0x001d", "SECP256R1": "0x0017", "SECP384R1": "0x0018", "X448": "0x001e"}
