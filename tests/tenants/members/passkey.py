"""A passkey in software: what a browser and an authenticator do together, after the WebAuthn specification."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
NO_MODEL = bytes(16)


class Passkey:
    """A key for one host, with the handle of its owner once it is registered."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.origin = f"https://{host}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.handle = ""

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the credential that answers the options of a registration."""
        self.handle = options["publicKey"]["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = NO_MODEL + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(PRESENT | VERIFIED | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._credential({"clientDataJSON": b64(client), "attestationObject": b64(attestation)}, {"rk": True})

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the credential that answers the options of a sign-in."""
        client = self._client("webauthn.get", options)
        data = self._data(PRESENT | VERIFIED)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": self.handle,
            },
            {},
        )

    def _data(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + (0).to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        assert urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4))
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": properties} if properties else {},
        }


def b64(data: bytes) -> str:
    """Return bytes as WebAuthn writes them."""
    return urlsafe_b64encode(data).decode().rstrip("=")
