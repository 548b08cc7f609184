"""A server whose first folders are mirrors, for the tests of what is fetched."""

import gzip
import random
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

CONTENT = random.Random(0).randbytes(200_000)
PACKED = gzip.compress(CONTENT, mtime=0)
BODIES = {
    "whole": PACKED,
    "truncated": PACKED[: len(PACKED) // 2],
    "wrong": gzip.compress(b"another file"),
    "page": b"<html>Sign in to the network</html>",
    "bomb": gzip.compress(CONTENT + bytes(10_000_000)),
}
ERRORS = {"missing": 404, "broken": 500}


REDIRECTS = {"crooked": "http://[::bad", "strange": "file:///etc/hostname", "circle": "/circle/a"}


class Handler(BaseHTTPRequestHandler):
    """Each first folder of the path is a mirror that misbehaves in its own way."""

    def do_GET(self):
        how, asked = self.path.split("/")[1], self.headers.get("Range")
        self.server.asked.append((how, asked))
        if how in ERRORS:
            self.send_error(ERRORS[how])
        elif how in BODIES:
            self.answer(BODIES[how])
        elif how in REDIRECTS:
            self.redirect(REDIRECTS[how])
        else:
            getattr(self, how)(int(asked[6:-1]) if asked else 0)

    def log_message(self, *_):
        pass

    def answer(self, body, start=0, length=None):
        """The body, which is PACKED from `start` on; or less than the length that it announces."""
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(PACKED) - 1}/{len(PACKED)}")
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, to):
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def flood(self, start=b""):
        """The end of the header, `start` and zeros, until nobody listens any more."""
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(start)
            while not self.server.stop.is_set():
                self.server.sent += self.wfile.write(bytes(1 << 16))

    def endless(self, _):
        self.send_response(200)
        self.flood()

    def padded(self, _):
        """The file, and after it zeros without an end."""
        self.send_response(200)
        self.flood(PACKED)

    def away(self, _):
        """A redirect whose own body never ends."""
        self.send_response(302)
        self.send_header("Location", "/whole/file.gz")
        self.flood()

    def uncounted(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "abc")
        self.end_headers()
        self.wfile.write(PACKED)
        self.close_connection = True

    def miscounted(self, _):
        self.send_response(200)
        for length in ("10", "20"):
            self.send_header("Content-Length", length)
        self.end_headers()

    def unasked(self, _):
        self.send_error(416)

    def hanging(self, _):
        self.server.stop.wait(5)

    def dripping(self, _):
        """A header that never ends."""
        self.send_response(200)
        self.flush_headers()
        self.drip(b"X-More: 1\r\n")

    def framed(self, _):
        """The file in one chunk, and a trailer that never ends."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%b\r\n0\r\n" % (len(PACKED), PACKED))
        self.drip(b"X-More: 1\r\n")

    def waiting(self, _):
        """Always about to answer."""
        self.drip(b"HTTP/1.1 100 Continue\r\n\r\n")

    def drip(self, line):
        self.close_connection = True
        with suppress(OSError):
            while not self.server.stop.wait(0.1):
                self.wfile.write(line)

    def slow(self, _):
        self.answer(b"", length=len(PACKED))
        for byte in PACKED[:40]:
            self.wfile.write(bytes([byte]))
            if self.server.stop.wait(0.1):
                return

    def cut(self, start):
        """Drops the line after a third, but resumes."""
        rest = PACKED[start:]
        self.answer(rest[: len(PACKED) // 3 + 1], start, length=len(rest))
        self.close_connection = True

    def elsewhere(self, _):
        self.answer(PACKED[10:], 10)

    def ranged(self, start):
        if start >= len(PACKED):
            self.send_error(416)
        else:
            self.answer(PACKED[start:], start)
