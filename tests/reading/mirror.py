"""A server whose first folders are mirrors, for the tests of what is fetched."""

import gzip
import random
from http.server import BaseHTTPRequestHandler

CONTENT = random.Random(0).randbytes(200_000)
PACKED = gzip.compress(CONTENT, mtime=0)
BOMB = gzip.compress(CONTENT + bytes(10_000_000))


class Handler(BaseHTTPRequestHandler):
    """Each first folder of the path is a mirror that misbehaves in its own way."""

    def do_GET(self):
        how = self.path.split("/")[1]
        self.server.asked.append((how, self.headers.get("Range")))
        getattr(self, how)()

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def whole(self):
        self.answer(PACKED)

    def truncated(self):
        self.answer(PACKED[: len(PACKED) // 2])

    def wrong(self):
        self.answer(gzip.compress(b"another file"))

    def page(self):
        self.answer(b"<html>Sign in to the network</html>")

    def bomb(self):
        self.answer(BOMB)

    def missing(self):
        self.send_error(404)

    def broken(self):
        self.send_error(500)

    def hanging(self):
        self.server.stop.wait(5)

    def slow(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(PACKED)))
        self.end_headers()
        for byte in PACKED[:40]:
            self.wfile.write(bytes([byte]))
            if self.server.stop.wait(0.1):
                return

    def cut(self):
        """Drops the line after a third, but resumes."""
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        rest = PACKED[start:]
        range_ = f"bytes {start}-{len(PACKED) - 1}/{len(PACKED)}"
        headers = {"Content_Range": range_} if start else {}
        self.answer(
            rest[: len(PACKED) // 3 + 1], 206 if start else 200, length=len(rest), **headers
        )
        self.close_connection = True

    def elsewhere(self):
        self.answer(PACKED[10:], 206, Content_Range=f"bytes 10-{len(PACKED) - 1}/{len(PACKED)}")

    def ranged(self):
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if start >= len(PACKED):
            return self.send_error(416)
        range_ = f"bytes {start}-{len(PACKED) - 1}/{len(PACKED)}"
        self.answer(PACKED[start:], 206, Content_Range=range_)
