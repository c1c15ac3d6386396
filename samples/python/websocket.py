"""The little of RFC 6455 that a client needs: text frames, pings, the close."""
import base64
import os
import socket
import ssl
import struct
import urllib.parse


class Closed(Exception):
    def __init__(self, code, reason=""):
        super().__init__(f"closed: {code} {reason}")
        self.code = code


class WebSocket:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        secure = parts.scheme == "wss"
        host = parts.netloc
        self.origin, self.data = f"{parts.scheme}://{host}", b""
        self.socket = socket.create_connection((parts.hostname, parts.port or (443 if secure else 80)), 20)
        if secure:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=parts.hostname)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.data:
            self.read()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0] + b" ":
            raise Closed(1006, head.split(b"\r\n")[0].decode())

    def read(self):
        more = self.socket.recv(65536)
        if not more:
            raise Closed(1006, "the connection is gone")
        self.data += more

    def send(self, data, kind=1):
        length = len(data)
        size = bytes([128 | length]) if length < 126 else (
            struct.pack(">BH", 254, length) if length < 65536 else struct.pack(">BQ", 255, length))
        mask = os.urandom(4)
        whole = int.from_bytes((mask * (length // 4 + 1))[:length], "big") ^ int.from_bytes(data, "big")
        self.socket.sendall(bytes([128 | kind]) + size + mask + whole.to_bytes(length, "big"))

    def frame(self):
        """The first frame of what has come, or None: more must come."""
        if len(self.data) < 2:
            return None
        start, length = 2, self.data[1] & 127
        if length > 125:
            start = 4 if length == 126 else 10
            if len(self.data) < start:
                return None
            length = int.from_bytes(self.data[2:start], "big")
        if len(self.data) < start + length:
            return None
        head, data, self.data = self.data[0], self.data[start:start + length], self.data[start + length:]
        return head & 15, head & 128, data

    def receive(self, seconds):
        """The next text, or None where none comes in time."""
        self.socket.settimeout(seconds)
        message = b""
        while True:
            frame = self.frame()
            if frame is None:
                try:
                    self.read()
                except TimeoutError:
                    return None
                continue
            kind, last, data = frame
            if kind == 9:
                self.send(data, 10)
            elif kind == 8:
                self.send(data[:2], 8)
                raise Closed(int.from_bytes(data[:2], "big") if data else 1005, data[2:].decode())
            elif kind != 10:
                message += data
                if last:
                    return message.decode()

    def close(self):
        try:
            self.send((1000).to_bytes(2, "big"), 8)
        except OSError:
            pass  # it is gone already
        self.socket.close()
