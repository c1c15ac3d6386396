"""Bytes, entries, trees and the way into a main chain, as docs/protocol.md has them."""
import base64
import hashlib
import json
import os
import time

import ed25519

ZERO = "0" * 64


def H(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return (n % 2**64).to_bytes(8, "big")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("not base64url")
    return data


class Key:
    def __init__(self, seed):
        self.seed, self.public = seed, ed25519.public_key(seed)
        self.hex, self.id = self.public.hex(), H(self.public).hex()

    def sign(self, *parts):
        return ed25519.sign(self.seed, b"".join(parts))

    def request(self, tag, *parts, number=0):
        """What is signed beside entries."""
        return {"key": self.hex, "signature": b64(self.sign(tag.encode(), *parts, u64(number)))}


def keep(path, data):
    """Where a crash does not lose it."""
    with open(path + ".new", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def key_in(directory, name):
    path = os.path.join(directory, name)
    if not os.path.exists(path):
        os.makedirs(directory, 0o700, exist_ok=True)
        keep(path, os.urandom(32))
        os.chmod(path, 0o600)
    with open(path, "rb") as file:
        return Key(file.read())


def text_of(claims):
    return json.dumps(claims, separators=(",", ":"), ensure_ascii=False)


def sign_entry(key, claims):
    signed = b64(b'{"alg":"EdDSA"}') + "." + b64(text_of(claims).encode())
    return signed + "." + b64(key.sign(signed.encode()))


def claims_of(entry):
    return json.loads(unb64(entry.split(".")[1]))


def hash_of(entry):
    return H(entry.encode()).hex()


def leaf(data):
    return H(b"\0", data)


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else H()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return H(b"\1", root(leaves[:left]), root(leaves[left:]))


def worked(claims, bits, alive):
    """A first declaration with its proof of work. `alive` is called now and then: the gateway hears nothing else meanwhile."""
    challenge = H(b"akkacompute/pow/1", text_of(claims).split(',"pow":')[0].encode())
    while int.from_bytes(H(challenge, u64(claims["pow"])), "big") >> 256 - bits:
        claims["pow"] += 1
        if claims["pow"] % 65536 == 0:
            alive()
    return claims


class MainChain:
    """Signs each place of the main chain once, whatever ends in between: what was signed is in a file before anybody sees it."""

    def __init__(self, key, following, directory, ask, alive=lambda: None):
        self.key, self.next, self.ask, self.alive, self.turn, self.signed = key, H(following.public).hex(), ask, alive, 0, 0
        self.holder, self.path, self.open = os.urandom(32), os.path.join(directory, "main"), []
        if os.path.exists(self.path):
            with open(self.path, encoding="ascii") as file:
                self.open = file.read().split()

    def append(self, roles, caps, bits, claims):
        """Appends entries, behind a declaration where there is none, and gives them when they have receipts. `claims(epoch)` lists them."""
        while True:
            asked, reserved = time.monotonic(), self.reserve()
            if reserved is None:
                time.sleep(0.5)
                continue
            seq, author = reserved["seq"], reserved.get("author")
            if author and author["key"] != self.key.hex:
                raise SystemExit("The key of this c-node was replaced.")
            first = claims_of(self.open[0]) if self.open else None
            mine = not first or (first["seq"], first["prev"]) != (seq, reserved["previous"] if seq else ZERO)
            if mine:
                if 0 < seq <= max(self.signed, first["seq"] if first else 0):
                    raise SystemExit("The gateway lies: something is signed at that place.")
                declared = [] if author else [
                    {"typ": "declare", "key": self.key.hex, "roles": roles, "caps": sorted(caps), "next": self.next, "pow": 0}]
                if not declared + claims(0):
                    return []
                self.sign(reserved, declared + claims(reserved["checkpoint"]["epoch"]), bits)
            entries = self.open
            if self.bring_in(asked + reserved["forMs"] / 2000) and mine:
                return entries

    def sign(self, reserved, claims, bits):
        seq, previous, entries = reserved["seq"], reserved["previous"] if reserved["seq"] else ZERO, []
        for one in claims:
            place = {"iss": self.key.id, "sub": "0", "seq": seq, "prev": previous, "cp": reserved["checkpoint"]}
            entries.append(sign_entry(self.key, {**place, **one} if seq else worked({**place, **one}, bits, self.alive)))
            seq, previous = seq + 1, hash_of(entries[-1])
        keep(self.path, "\n".join(entries).encode())
        self.open = entries

    def reserve(self):
        for _ in range(3):
            signed = self.key.request("akkacompute/reserve/1", bytes.fromhex(self.key.id), self.holder, number=self.turn)
            answer = self.ask("reserve", {"holder": self.holder.hex(), "turn": self.turn, **signed}) or {}
            known = answer.get("reserved") or answer.get("place")
            if not known:
                return None
            self.turn = known["turn"]
            if "reserved" in answer:
                return known
        return None

    def bring_in(self, until):
        """True: all are in. Else the place is another's, or the time is over, and what becomes of them is not known."""
        missing = {hash_of(entry) for entry in self.open}
        while time.monotonic() < until:
            answer = self.ask("append", {"entries": self.open, "named": []}) or {}
            missing -= {claims_of(receipt)["receipt"] for receipt in answer.get("receipts", [])}
            reason = answer.get("notAppended", {}).get("reason")
            if not missing or reason in ("OtherHistory", "Fork", "StaleWork"):
                self.signed, self.open = claims_of(self.open[0 if missing else -1])["seq"], []
                return not missing
            if reason not in (None, "Gap", "BadCheckpoint", "TooManyOpenings"):
                raise SystemExit(f"An entry was refused: {answer['notAppended']}")
            time.sleep(0.1)
        return False
