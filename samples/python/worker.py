"""A worker: python3 worker.py ws://HOST:PORT/v1/worker DIRECTORY. The directory has its keys; two workers never share one."""
import hmac
import itertools
import json
import random
import sys
import time

from protocol import H, MainChain, b64, claims_of, hash_of, key_in, leaf, root, sign_entry, u32, u64, unb64
from websocket import Closed, WebSocket

KERNELS = {"echo@1": lambda data: data, "count-words@1": lambda data: str(len(data.split())).encode()}
FINAL = (1009, 4400, 4401, 4403, 4409)


def run_digest(output):
    return H(b"\1", u32(0), H(output))


class Worker:
    def __init__(self, url, directory):
        self.url, self.key = url, key_in(directory, "key")
        self.main = MainChain(self.key, key_in(directory, "next"), directory, self.ask, lambda: self.say({"t": "ping"}))
        self.secret = H(self.key.sign(b"akkacompute/salt-secret/1"))
        self.chain, self.waiting, self.asked = None, [], 0  # another chain at each start

    def once(self):
        self.socket, self.later, self.sent, self.seen, self.unsaid, self.bundles, self.settled = WebSocket(self.url), [], 0, 0, 0, {}, {}
        try:
            challenge = self.hear(10, True)
            origin = self.socket.origin.encode()
            signed = self.key.request(
                "akkacompute/worker-hello/1", bytes.fromhex(self.key.id), H(bytes.fromhex(challenge["node"])),
                bytes.fromhex(challenge["nonce"]), H(origin), number=1)
            self.say({"t": "hello", "id": self.key.id, "version": 1, "origin": origin.decode(), **signed})
            self.cp = self.hear(10, True)["cp"]
            if self.chain is None:
                caps = [f"kernel:{name}" for name in KERNELS]
                opening = self.main.append(["worker"], caps, challenge["bits"], lambda _: [{"typ": "open"}])[-1]
                self.chain = {"sub": str(claims_of(opening)["seq"]), "seq": 0, "prev": hash_of(opening), "cp": claims_of(opening)["cp"]}
            self.say({"t": "join", "credit": 2})
            while True:
                frame = self.later.pop(0) if self.later else self.hear(challenge["heartbeatMs"] / 2000)
                if frame is None:
                    self.say({"t": "ping"})
                    self.flush()
                elif self.is_new(frame):
                    getattr(self, "on_" + frame["t"], lambda _: None)(frame)
                    if self.unsaid >= 16:
                        self.say({"t": "heard"})
        finally:
            self.socket.close()

    def hear(self, seconds, needed=False):
        text = self.socket.receive(seconds)
        if needed and text is None:
            raise Closed(4408, "nothing came")
        return text and json.loads(text)

    def say(self, frame):
        self.unsaid = 0
        self.socket.send(json.dumps({**frame, **({"ack": self.seen} if self.seen else {})}).encode())

    def say_next(self, frame):
        self.sent += 1
        self.say({**frame, "seq": self.sent})

    def is_new(self, frame):
        if frame.get("cp", self.cp)["epoch"] > self.cp["epoch"]:
            self.cp = frame["cp"]
        if "seq" not in frame:
            return True
        if frame["seq"] <= self.seen:
            return False
        self.seen, self.unsaid = frame["seq"], self.unsaid + 1
        return True

    def ask(self, what, body):
        """The answer, or None where none comes; what else comes meanwhile waits."""
        self.asked += 1
        self.say({"t": "ask", "id": self.asked, "what": what, "body": body})
        until = time.monotonic() + 10
        while (left := until - time.monotonic()) > 0:
            frame = self.hear(left)
            if frame and frame.get("re") == self.asked:
                if frame["body"].get("refused", {}).get("reason", "Unavailable") != "Unavailable":
                    raise SystemExit(f"Refused: {frame['body']['refused']}")
                return frame["body"]
            if frame:
                self.later.append(frame)
        return None

    def sign(self, claims, named=None):
        chain = self.chain
        chain["seq"] += 1
        chain["cp"] = max(chain["cp"], self.cp, key=lambda cp: cp["epoch"])
        entry = sign_entry(self.key, {"iss": self.key.id, **{name: chain[name] for name in ("sub", "seq", "prev", "cp")}, **claims})
        chain["prev"] = hash_of(entry)
        self.waiting.append((entry, named))
        return entry

    def flush(self):
        """Sends what has no receipt, the same bytes each time, in their order."""
        while self.waiting:
            sizes = itertools.accumulate(len(entry) + len(named or "") for entry, named in self.waiting)
            batch = self.waiting[:max(1, sum(size < 65536 for size in sizes))][:512]
            answer = self.ask("append", {"entries": [entry for entry, _ in batch], "named": [named for _, named in batch if named]}) or {}
            got = {claims_of(receipt)["receipt"] for receipt in answer.get("receipts", [])}
            self.waiting = [one for one in self.waiting if hash_of(one[0]) not in got]
            refused = answer.get("notAppended")
            if refused and refused["reason"] not in ("Gap", "BadCheckpoint"):
                self.chain, self.waiting = None, []
                raise Closed(1006, f"the chain ends: {refused}")
            if not got:
                return

    def on_joined(self, frame):
        print("joined", self.key.id, flush=True)

    def on_offer(self, frame):
        name = "{name}@{version}".format(**{"name": "", "version": "", **frame["payload"]})
        if name not in KERNELS or len(self.waiting) > 1000:
            return self.say_next({"t": "pass", "lease": frame["lease"], "why": "not now, or not here"})
        self.bundles[frame["lease"]] = (frame, [])
        self.say_next({"t": "accept", "lease": frame["lease"]})

    def on_cancel(self, frame):
        self.bundles.pop(frame["lease"], None)

    def on_inputs(self, frame):
        if frame["lease"] not in self.bundles:
            return
        offer, inputs = self.bundles[frame["lease"]]
        inputs += [unb64(item) for item in frame["items"]]
        if frame["last"]:
            del self.bundles[frame["lease"]]
            self.work(offer, inputs)

    def work(self, offer, inputs):
        kernel, outputs, items = KERNELS["{name}@{version}".format(**offer["payload"])], [], []
        for data in inputs:
            began = time.monotonic()
            outputs.append(kernel(data))
            items.append({"end": "exited", "output": b64(outputs[-1]), "fuel": 0, "ms": int(1000 * (time.monotonic() - began))})
        bundle = bytes.fromhex(offer["job"]) + u64(offer["bundle"]) + u32(offer["attempt"])
        salt = hmac.digest(self.secret, b"akkacompute/bundle-salt/1" + bundle, "sha256")
        tasks = range(offer["first"], offer["first"] + offer["tasks"])
        commitment = root([
            leaf(bytes.fromhex(self.key.id) + u64(task) + u32(offer["attempt"]) + H(b"akkacompute/task-salt/1", salt, u64(task)) + run_digest(output))
            for task, output in zip(tasks, outputs)])
        said = {name: offer[name] for name in ("job", "bundle", "attempt", "epoch", "first", "tasks")}
        entry = self.sign({"typ": "result", **said, "root": commitment.hex()})
        parts = [items[i:i + 8] for i in range(0, len(items), 8)] if sum(len(o) for o in outputs) > 60_000 else [items]
        for part in parts:
            last = {"entry": entry, "salt": salt.hex()} if part is parts[-1] else {}
            self.say_next({"t": "results", "lease": offer["lease"], "items": part, **last})
        self.flush()

    def on_settle(self, frame):
        place = (frame["job"], frame["number"])
        mine = [(text, claims_of(text)) for text in frame["entries"] if claims_of(text).get("worker") == self.key.id]
        if place not in self.settled:
            self.settled[place] = [
                self.sign({"typ": "reward", "job": frame["job"], "boss": frame["boss"], "verdict": "paid", "entry": hash_of(text), "pay": claims["pay"]}, text)
                for text, claims in mine if claims["typ"] == "accept" and claims["iss"] == frame["boss"]]
        self.flush()
        if not self.waiting:  # else it is asked again
            self.say_next({"t": "rewards", "job": frame["job"], "number": frame["number"], "entries": self.settled[place]})


def main(url, directory):
    worker, wait = Worker(url, directory), 0.5
    while True:
        began = time.monotonic()
        try:
            worker.once()
        except (Closed, OSError) as ended:
            print(ended, file=sys.stderr, flush=True)
            if getattr(ended, "code", 0) in FINAL:
                raise SystemExit(1)
        wait = 0.5 if time.monotonic() - began > 60 else min(30, 2 * wait)
        time.sleep(wait * (0.5 + random.random()))


if __name__ == "__main__":
    main(*sys.argv[1:])
