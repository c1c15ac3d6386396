"""A boss: python3 boss.py http://HOST:PORT DIRECTORY KERNEL@VERSION [POLICY] < lines. Each line is a task, each outcome a line."""
import json
import math
import os
import sys
import time
import urllib.error
import urllib.request

from protocol import H, MainChain, b64, hash_of, key_in, leaf, root, sign_entry, u32, u64, unb64

LIMITS = {"fuel": 10**9, "memoryBytes": 2**26, "outputBytes": 48 * 1024, "stderrBytes": 4096, "wallClockTicks": 600_000_000}


def text(value):
    return u32(len(value.encode())) + value.encode()


def spec_digest(spec, payload):
    limits = spec["limits"]
    return H(
        b"akkacompute/spec/1", bytes.fromhex(spec["id"]), bytes.fromhex(spec["boss"]), text(spec["label"]),
        text(payload), text(spec["policy"]), u64(limits["fuel"]), u64(limits["memoryBytes"]),
        u32(limits["outputBytes"]), u32(limits["stderrBytes"]), u64(limits["wallClockTicks"]), u32({"next": 1, "now": 2}[spec["draw"]]),
        u32(spec["bundleSize"]), u64(spec["price"]), u64(spec["budget"]), u64(limits["fileBytes"]) if limits.get("fileBytes") else b"")


class Refused(Exception):
    def __init__(self, problem):
        super().__init__(f"{problem.get('reason')}: {problem.get('detail')} {problem.get('field', '')}")
        self.problem = problem


class Boss:
    def __init__(self, network, directory):
        self.network, self.key = network.rstrip("/") + "/v1/", key_in(directory, "key")
        self.main = MainChain(self.key, key_in(directory, "next"), directory, self.ask)

    def http(self, path, body=None):
        """Every request may be sent again."""
        until = time.monotonic() + 120
        while True:
            request = urllib.request.Request(
                self.network + path, body and json.dumps(body).encode(), {"Content-Type": "application/json"} if body else {})
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return response.read().decode()
            except urllib.error.HTTPError as error:
                problem = json.loads(error.read())
                if problem["reason"] not in ("Unavailable", "NoCredit") or time.monotonic() > until:
                    raise Refused(problem)
                time.sleep(float(error.headers.get("Retry-After", 0.1)))
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def ask(self, what, body):
        try:
            return json.loads(self.http(f"c-nodes/{self.key.id}/{'reservation' if what == 'reserve' else 'entries'}", body))
        except Refused as refused:
            if refused.problem["reason"] != "EntryRefused":
                raise
            return {"notAppended": refused.problem["entry"]}

    def map(self, name, version, inputs, policy):
        job = H(b"akkacompute/job", bytes.fromhex(self.key.id), os.urandom(16)).hex()
        spec = {
            "id": job, "boss": self.key.id, "label": "", "payload": {"kind": "kernel", "name": name, "version": version}, "limits": LIMITS,
            "policy": policy, "draw": "next", "bundleSize": 0, "price": 0, "budget": 0}
        digest = spec_digest(spec, f"kernel:{name}@{version}")
        submit = {"spec": spec, **self.key.request("akkacompute/submit-job/1", digest)}
        bits = json.loads(self.http("roster"))["admissionBits"]
        try:
            accepted = json.loads(self.http("jobs", submit))
        except Refused as refused:
            if refused.problem["reason"] != "NotDeclared":
                raise
            self.main.append(["boss"], [], bits, lambda _: [])
            accepted = json.loads(self.http("jobs", submit))
        opening, delegate = self.main.append(["boss"], [], bits, lambda epoch: [
            {"typ": "open", "job": job},
            {"typ": "delegate", "key": accepted["delegate"], "job": job, "policy": policy, "budget": 0, "last": epoch + 2**24}])[-2:]
        pages = json.loads(self.http(f"jobs/{job}/authorization", {**submit, "opening": opening, "delegate": delegate}))["pages"]
        self.hand_in(spec, digest, pages, inputs, accepted["bundle"])
        return self.outcomes(job)

    def hand_in(self, spec, digest, pages, inputs, bundle):
        head, tasks, bundles, job = pages["head"], pages["tasks"], pages["bundles"], spec["id"]
        payload = spec["payload"]
        for start in range(0, len(inputs) or 1, 64):
            page = inputs[start:start + 64]
            entry = sign_entry(self.key, {
                "iss": head["author"], "sub": str(head["sub"]), "seq": head["seq"] + 1, "prev": head["hash"], "cp": pages["seen"],
                "typ": "submit", "job": job, "spec": digest.hex(), "cap": f"kernel:{payload['name']}@{payload['version']}",
                "policy": spec["policy"], "draw": spec["draw"], "lease": 1200, "page": head["seq"], "first": tasks, "bundle0": bundles,
                "tasks": len(page), "bundle": bundle, "inputs": root([leaf(data) for data in page]).hex(),
                "escrow": spec["budget"] if head["seq"] == 0 else 0})
            answer = json.loads(self.http(f"jobs/{job}/pages", {
                "page": head["seq"], "inputs": [b64(data) for data in page], "last": start + 64 >= len(inputs), "submit": entry}))
            head = {**head, "seq": head["seq"] + 1, "hash": hash_of(entry)}
            tasks, bundles, bundle = tasks + len(page), bundles + math.ceil(len(page) / bundle), answer["bundle"]

    def outcomes(self, job):
        cursor, end = {"position": 0, "offset": 0}, False
        while not end:
            page = self.http(f"jobs/{job}/outcomes?position={cursor['position']}&offset={cursor['offset']}&ordered=true")
            for line in map(json.loads, page.splitlines()):
                if "next" in line:
                    cursor, end = line["next"], line["end"]
                else:
                    yield line["task"], line["status"], unb64(line["output"])


if __name__ == "__main__":
    name, version = sys.argv[3].split("@")
    lines = sys.stdin.buffer.read().splitlines()
    for task, status, output in Boss(*sys.argv[1:3]).map(name, int(version), lines, (sys.argv[4:] or ["quorum(3, 5)"])[0]):
        print(task, status, output.decode(errors="replace"), flush=True)
