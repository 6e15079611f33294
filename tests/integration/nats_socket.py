"""A nats-server for tests, and NATS spoken over a plain socket: nothing that the tests test."""

import itertools
import os
import re
import shutil
import socket
import subprocess
import tempfile

TIMEOUT = 20  # seconds; nothing in these tests takes long, unless it hangs


def find_server():
    """The nats-server of the environment, else that of PATH or of Debian, which is for root only."""
    return (os.environ.get("FAIRLEAD_NATS_SERVER") or shutil.which("nats-server")
            or "/usr/sbin/nats-server")


class NatsServer:
    """A nats-server on loopback, on a free port or on that of one that has ended."""

    def __init__(self, *arguments, port=-1):
        self.directory = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [find_server(), "-a", "127.0.0.1", "-p", str(port), "--ports_file_dir",
             self.directory.name, *arguments],
            stderr=subprocess.PIPE, text=True)
        self.port = 0
        for line in self.process.stderr:
            found = re.search(r"Listening for client connections on [^ ]*:(\d+)", line)
            if found:
                self.port = int(found.group(1))
            if "Server is ready" in line:
                break
        if not self.port:
            self.stop()
            raise RuntimeError("nats-server did not start")

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(TIMEOUT)
        self.process.stderr.close()
        self.directory.cleanup()


class Message:
    def __init__(self, subject, reply, headers, payload):
        self.subject, self.reply, self.headers, self.payload = subject, reply, headers, payload


class Connection:
    """One client. Everything blocks, with a limit."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.stream = self.socket.makefile("rb")
        self.numbers = itertools.count(1)
        self.pending = []
        assert self.stream.readline().startswith(b"INFO ")
        self.send(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n')
        self.flush()

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def subscribe(self, subject):
        self.send(f"SUB {subject} {next(self.numbers)}\r\n".encode())
        self.flush()

    def publish(self, subject, payload=b"", reply="", headers=None):
        if headers:
            block = "NATS/1.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
            block = block.encode()
            head = f"HPUB {subject} {reply} {len(block)} {len(block) + len(payload)}\r\n".encode()
            self.send(head + block + payload + b"\r\n")
        else:
            self.send(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")

    def flush(self):
        """Waits until the server has seen all that was sent; keeps the messages that come first."""
        self.send(b"PING\r\n")
        while True:
            message = self.read()
            if message is None:
                return
            self.pending.append(message)

    def next(self):
        if self.pending:
            return self.pending.pop(0)
        while True:
            message = self.read()
            if message is not None:
                return message

    def start_request(self, subject, payload=b"", headers=None):
        """Sends a request; next() has its reply, on the subject that is returned."""
        inbox = f"_INBOX.{id(self)}.{next(self.numbers)}"
        self.subscribe(inbox)
        self.publish(subject, payload, inbox, headers)
        return inbox

    def request(self, subject, payload=b"", headers=None):
        inbox = self.start_request(subject, payload, headers)
        message = self.next()
        assert message.subject == inbox, message.subject
        return message

    def read(self):
        """The next message, or None for a PONG."""
        while True:
            words = self.stream.readline().split()
            if not words:
                raise ConnectionError("the server closed the connection")
            kind = words[0]
            if kind == b"PONG":
                return None
            if kind == b"PING":
                self.send(b"PONG\r\n")
            elif kind == b"-ERR":
                raise ConnectionError(b" ".join(words).decode())
            elif kind in (b"MSG", b"HMSG"):
                return self.read_message(words)

    def read_message(self, words):
        total = int(words[-1])
        size = int(words[-2]) if words[0] == b"HMSG" else 0
        fixed = 4 if words[0] == b"MSG" else 5
        reply = words[3].decode() if len(words) > fixed else ""
        data = self.stream.read(total + 2)[:-2]
        headers = {}
        lines = data[:size].decode().split("\r\n")
        if size:
            headers[""] = lines[0]
        for line in lines[1:]:
            if line:
                key, _, value = line.partition(":")
                headers[key.lower()] = value.strip()
        return Message(words[1].decode(), reply, headers, data[size:])
