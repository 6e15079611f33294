"""Bytes on the wire for each call, between the caller and whom it is connected to."""

import concurrent.futures
import re
import selectors
import socket
import subprocess
import threading
import time

import programs

RATE = 500  # calls a second: few enough that each travels alone
FEW, MORE = 0.2, 1.2  # seconds; the difference takes out what a connection costs


class Proxy:
    """Hands on what it gets, both ways, and counts it."""

    def __init__(self, port):
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._wake, self._waker = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self.sent = self.received = 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self):
        self._waker.send(b"!")
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._waker.close()
        self._selector.close()

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake:
                    return
                if key.fileobj.fileno() < 0:
                    continue  # closed with its other end, in this turn
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    self._move(key.fileobj, *key.data)

    def _accept(self):
        caller, _ = self._listener.accept()
        called = socket.create_connection(self._target)
        for one in (caller, called):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(caller, selectors.EVENT_READ, (called, True))
        self._selector.register(called, selectors.EVENT_READ, (caller, False))

    def _move(self, source, target, from_caller):
        try:
            data = source.recv(1 << 16)
            target.sendall(data)
        except OSError:
            data = b""
        if not data:
            for one in (source, target):
                self._selector.unregister(one)
                one.close()
        elif from_caller:
            self.sent += len(data)
        else:
            self.received += len(data)


def bytes_per_call(contestant, nats_url):
    """(sent, received) by the caller."""
    counts = []
    with programs.services(contestant, nats_url) as (service,):
        scheme, _, place = service.address.rpartition("://")
        if ":" not in place:
            raise programs.Failure("it has a network of its own, in which no proxy is")
        for seconds in (FEW, MORE):
            proxy = Proxy(int(place.rsplit(":", 1)[1]))
            try:
                address = (scheme + "://" if scheme else "") + f"127.0.0.1:{proxy.port}"
                found = programs.load(contestant, address, "average", 64, seconds, RATE)
            finally:
                proxy.stop()
            if found["failed"]:
                raise programs.Failure("calls through the counting proxy failed")
            counts.append((proxy.sent, proxy.received))
    # A load calls for a tenth longer than it measures.
    calls = RATE * 1.1 * (MORE - FEW)
    return tuple((more - few) / calls for few, more in zip(*counts))


def counted_by_kernel(listing, pid, nats_port):
    """(sent, received) by a process over its TCP connections but that to the nats-server, from what ss lists."""
    sent = received = 0
    for line in listing.splitlines():
        if f"pid={pid}," not in line or line.split()[3].endswith(f":{nats_port}"):
            continue
        counts = dict(re.findall(r"\b(bytes_sent|bytes_received):(\d+)", line))
        sent += int(counts.get("bytes_sent", 0))
        received += int(counts.get("bytes_received", 0))
    return sent, received


def bytes_per_call_of_link(contestant, nats_url):
    """The same for a link that finds its own way, past a proxy: what the kernel counts between two moments."""
    nats_port = nats_url.rsplit(":", 1)[1]

    def look(pid):
        listing = subprocess.run(["ss", "-HtinOp", "state", "established"], capture_output=True, text=True, check=True).stdout
        return time.monotonic(), *counted_by_kernel(listing, pid, nats_port)

    with programs.services(contestant, nats_url) as (service,):
        with concurrent.futures.ThreadPoolExecutor(1) as loader:
            load = loader.submit(programs.load, contestant, service.address, "average", 64, 3, RATE)
            time.sleep(1)
            start, sent_before, received_before = look(service.pid)
            time.sleep(1.5)
            end, sent, received = look(service.pid)
        if load.result()["failed"]:
            raise programs.Failure("calls over the link failed")
    if not sent_before:
        raise programs.Failure("ss shows no link of the service")
    calls = RATE * (end - start)
    # What the service has sent, the caller has received.
    return (received - received_before) / calls, (sent - sent_before) / calls


def measure(results, contestants, nats_url):
    programs.tell("bytes on the wire")
    for contestant in contestants:
        if not contestant.serves:
            results.miss(contestant.name, "nothing of it is on a wire", "wire")
        elif contestant.name == "fairlead_unix":
            results.miss(contestant.name, "nobody counts the bytes of a unix socket", "wire")
        elif not contestant.open_loop:
            results.miss(contestant.name, "it has no open loop", "wire")
        else:
            count = bytes_per_call if contestant.through_nats or not contestant.ours else bytes_per_call_of_link
            try:
                sent, received = count(contestant, nats_url)
            except (programs.Failure, OSError, ValueError, KeyError) as failure:
                results.miss(contestant.name, str(failure), "wire")
            else:
                results.add(contestant.name, "wire", "sent_bytes", sent)
                results.add(contestant.name, "wire", "received_bytes", received)
