"""The connections of a policy's `tests:`, opened for real."""

import contextlib
import ipaddress
import os
import pwd
import socket
import time

PATIENCE = 10  # Seconds; a kernel under software emulation is slow.
CGROUPS = "/sys/fs/cgroup"
NAMED_CLASSES = {"ef": 46, "cs6": 48}


class Connection:
    """A connection of a policy's `tests:`, such as `outbound tcp 198.51.100.7:443 user=1000`."""

    def __init__(self, text):
        self.text = text
        self.direction, self.transport, target, *details = text.split()
        self.address, self.port = endpoint(target)
        if self.address == "local":
            self.address = "10.3.0.1"
        self.user = self.source = self.cgroup = self.dscp = None
        for detail in details:
            key, value = detail.split("=")
            if detail == "interface=client0":
                continue  # What the client opens comes in there.
            if key not in ("user", "source", "cgroup", "dscp"):
                raise ValueError(f"{text}: `{key}` is not known here")
            setattr(self, key, value)

    @property
    def target(self):
        return written(self.address, self.port)

    def arrival(self, outcome):
        """Where it arrives if the outcome is the expected one."""
        if outcome == "unchanged":
            return self.target
        address, port = endpoint(outcome)
        if address == "local":
            own = {"inbound": ("10.3.0.1", "fd03::1"), "outbound": ("127.0.0.1", "::1")}
            address = own[self.direction][":" in self.address]
        return written(address, port)

    def open(self):
        """Opens it from here. Returns where it arrived and from where, or what became of it."""
        if self.cgroup:
            return in_control_group(self.cgroup, self._open)
        return self._open()

    def _open(self):
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        with acting_as(self.user), socket.socket(family, kind) as client:
            client.settimeout(PATIENCE)
            try:
                if self.dscp:
                    code_point = NAMED_CLASSES.get(self.dscp) or int(self.dscp)
                    level, option = (socket.IPPROTO_IPV6, socket.IPV6_TCLASS) \
                        if family == socket.AF_INET6 else (socket.IPPROTO_IP, socket.IP_TOS)
                    client.setsockopt(level, option, code_point << 2)
                if self.source:
                    client.bind((self.source, 0))
                client.connect((self.address, self.port))
                if self.transport == "udp":
                    client.send(b"?")
                return client.recv(128).decode() or "closed without an answer"
            except OSError as error:
                return f"no answer: {error}"


@contextlib.contextmanager
def acting_as(user):
    """The sockets that are opened here belong to this user, by name or number."""
    if user is None:
        yield
        return
    os.seteuid(int(user) if user.isdigit() else pwd.getpwnam(user).pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def in_control_group(group, body):
    """Calls a function in a process of a control group. Returns the text that it returns."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with open(f"{CGROUPS}/{group}/cgroup.procs", "w") as file:
                file.write("0")
            os.write(writer, body().encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text or "no answer: the process of the control group failed"


def make_control_groups(groups, text):
    """Makes control groups, and returns the policy's text and a list of what it names instead.

    Control groups belong to the whole machine, so each run has names of its own.
    """
    for top in {group.split("/")[0] for group in groups}:
        own = f"redirctl-{time.monotonic_ns()}-{top}"
        text = text.replace(top, own)
        groups = {group.replace(top, own) for group in groups}
    made = set()
    for group in groups:
        parts = group.split("/")
        made |= {"/".join(parts[:index + 1]) for index in range(len(parts))}
    made = sorted(made)
    for group in made:
        os.mkdir(f"{CGROUPS}/{group}")
    return text, made


def remove_control_groups(groups):
    for group in reversed(groups):
        os.rmdir(f"{CGROUPS}/{group}")


def endpoint(text):
    """Takes `192.0.2.1:80`, `[2001:db8::1]:80` or `local:80` apart."""
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


def written(address, port):
    address = ipaddress.ip_address(address)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
