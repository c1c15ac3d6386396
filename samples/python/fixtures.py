"""Holds this code against sdk/fixtures: python3 fixtures.py."""
import hmac
import json
import pathlib

import ed25519
from boss import spec_digest
from protocol import H, Key, claims_of, hash_of, leaf, root, text_of, u32, u64, unb64

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "sdk" / "fixtures"


def read(name):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def check(name, got, wanted):
    if got != wanted:
        raise SystemExit(f"{name}: {got}, and not {wanted}")


def is_signed(key, text):
    signed, signature = text.rsplit(".", 1)
    return ed25519.verify(bytes.fromhex(key), signed.encode(), unb64(signature))


for case in read("signatures.json"):
    parts = [bytes.fromhex(case[name]) for name in ("key", "data", "signature")]
    check(case["what"], ed25519.verify(*parts), case["holds"])
for case in read("entries.json")["taken"]:
    check("claims", text_of(claims_of(case["text"])), case["claims"])
    check("hash", hash_of(case["text"]), case["hash"])
    check("signature", is_signed(case["key"], case["text"]), True)
for case in read("receipts.json"):
    check("receipt", (claims_of(case["text"])["receipt"], is_signed(case["key"], case["text"])), (case["entry"], True))
for case in read("merkle.json"):
    check("root", root([leaf(bytes.fromhex(data)) for data in case["data"]]).hex(), case["root"])
case = read("results.json")
salts = [H(b"akkacompute/task-salt/1", bytes.fromhex(case["secret"]), u64(case["first"] + i)) for i in range(len(case["digests"]))]
leaves = [
    leaf(bytes.fromhex(case["worker"]) + u64(case["first"] + i) + u32(case["attempt"]) + salts[i] + bytes.fromhex(digest or "00" * 32))
    for i, digest in enumerate(case["digests"])]
check("root of results", root(leaves).hex(), case["root"])
for run in case["runs"]:
    listing = bytes.fromhex(run["listing"])
    digest = H(bytes([run["kind"]]), u32(run["code"]), H(bytes.fromhex(run["output"])), H(listing) if listing else b"")
    check("digest", digest.hex(), run["digest"])
case = read("worker.json")
key, secret, job = Key(bytes.fromhex(case["seed"])), bytes.fromhex(case["saltSecret"]), bytes.fromhex(case["job"])
check("key and id", (key.hex, key.id), (case["key"], case["id"]))
hello = key.request(
    "akkacompute/worker-hello/1", bytes.fromhex(key.id), H(bytes.fromhex(case["node"])), bytes.fromhex(case["nonce"]), H(case["origin"].encode()), number=1)
check("hello", hello["signature"], case["hello"])
for one in case["reserves"]:
    signed = key.request("akkacompute/reserve/1", bytes.fromhex(key.id), bytes.fromhex(case["holder"]), number=one["turn"])
    check("reserve", signed["signature"], one["signature"])
check("salt secret", H(key.sign(b"akkacompute/salt-secret/1")), secret)
salt = hmac.digest(secret, b"akkacompute/bundle-salt/1" + job + u64(case["bundle"]) + u32(case["attempt"]), "sha256")
check("salt", salt.hex(), case["salt"])
check("seed of a task", H(b"akkacompute/seed", job, u64(case["task"])).hex(), case["taskSeed"])

case = read("boss.json")
check("id of a job", H(b"akkacompute/job", bytes.fromhex(case["boss"]), bytes.fromhex(case["nonce"])).hex(), case["specs"][0]["spec"]["id"])
for one in case["specs"]:
    digest = spec_digest(one["spec"], one["payload"])
    check("digest of a specification", digest.hex(), one["digest"])
    check("submit", key.request("akkacompute/submit-job/1", digest)["signature"], one["submit"])
cancel = key.request("akkacompute/cancel-job/1", bytes.fromhex(case["boss"]), bytes.fromhex(case["specs"][0]["spec"]["id"]))
check("cancel", cancel["signature"], case["cancel"])

case = read("letters.json")
reader, box = Key(bytes.fromhex(case["readerSeed"])), unb64(case["box"])
digest, ids = H(unb64(case["sealed"])), [bytes.fromhex(case[name]) for name in ("sender", "reader")]
check("letter", key.request("akkacompute/letter/1", *ids, digest, number=case["number"])["signature"], case["signature"])
check("address", reader.request("akkacompute/address/1", ids[1], box, number=case["addressNumber"])["signature"], case["address"])
known = H(*[bytes.fromhex(one) for one in case["known"]])
reading = reader.request("akkacompute/read-letters/1", ids[1], bytes.fromhex(case["mailbox"]), known, number=case["after"])
check("reading", reading["signature"], case["reading"])
print("all fixtures hold")
