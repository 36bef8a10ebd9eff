"""Hosts in network namespaces of their own, and real connections between them.

The machine under test stands between a client and a host that has every other address. The same
layout, with the same addresses, is `Lab.withInternetAndClient()` in `Tests/TestSupport`.
"""

import contextlib
import ctypes
import os
import socket
import subprocess
import time

import servers

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PATIENCE = 10  # Seconds; a kernel under software emulation is slow.

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    """Calls a C function that returns 0 or sets errno."""
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def new_mounts():
    """Gives this process mounts of its own; the machine's stay as they are."""
    call("unshare", CLONE_NEWNS)
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def mount_tmpfs(directory):
    call("mount", b"tmpfs", directory.encode(), b"tmpfs", 0, b"mode=755")


class Host:
    """A network namespace."""

    def __init__(self):
        call("unshare", CLONE_NEWNET)
        self.namespace = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.path = f"/proc/{os.getpid()}/fd/{self.namespace}"
        self.set("net/ipv6/conf/default/accept_dad", 0)  # It would delay every address.
        self.ip("link set lo up")

    @contextlib.contextmanager
    def entered(self):
        """Sockets that are opened and commands that are started here belong to the host."""
        before = os.open("/proc/self/ns/net", os.O_RDONLY)
        call("setns", self.namespace, CLONE_NEWNET)
        try:
            yield
        finally:
            call("setns", before, CLONE_NEWNET)
            os.close(before)

    def ip(self, *commands):
        """Runs commands of ip(8)."""
        with self.entered():
            subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True,
                           check=True)

    def set(self, parameter, value):
        with self.entered(), open(f"/proc/sys/{parameter}", "w") as file:
            file.write(str(value))

    def await_device(self, device):
        """Waits until a device has a link-local address, and no address is tentative."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self.entered(), open("/proc/self/net/if_inet6") as file:
                # Each line is: address, device number, prefix length, scope, flags, device.
                lines = [line.split() for line in file]
            lines = [line for line in lines if line[5] == device]
            tentative = any(int(line[4], 16) & 0x40 for line in lines)
            if any(line[3] == "20" for line in lines) and not tentative:
                return
            time.sleep(0.01)
        raise TimeoutError(f"{device} has no usable address after {PATIENCE} s")


class Network:
    """The machine, the client and the internet. The calling process ends up in the machine."""

    def __init__(self, sources):
        """Creates them. The client has these addresses, too."""
        self.internet, self.client, self.machine = Host(), Host(), Host()
        # With equal device numbers at both ends, the kernel notices a new link a second later.
        self.machine.ip(
            f"link add internet0 index 100 type veth peer name machine0 index 101"
            f" netns {self.internet.path}",
            f"link add client0 index 102 type veth peer name machine0 index 103"
            f" netns {self.client.path}",
            *device("internet0", "10.1.0.1/24", "fd01::1/64", "10.1.0.77/32"),
            *device("client0", "10.3.0.1/24", "fd03::1/64"),
        )
        self.internet.ip(
            *device("machine0", "10.1.0.2/24", "fd01::2/64"),
            # In the table `main`, so that neighbours are still found on the link.
            "route add local 0.0.0.0/0 dev lo table main",
            "route add local ::/0 dev lo table main",
        )
        self.client.ip(
            *device("machine0", "10.3.0.2/24", "fd03::2/64"),
            "route add 0.0.0.0/0 via 10.3.0.1", "route add ::/0 via fd03::1",
            *(f"addr add {source} dev machine0" for source in sources if source != "10.3.0.2"),
        )
        self.internet.set("net/ipv6/ip_nonlocal_bind", 1)  # To answer from any address.
        self.machine.set("net/ipv4/ip_forward", 1)
        self.machine.set("net/ipv6/conf/all/forwarding", 1)
        self.machine.await_device("internet0")
        self.machine.await_device("client0")
        self.internet.await_device("machine0")
        self.client.await_device("machine0")
        far = [source for source in sources if not source.startswith("10.3.0.")]
        self.internet.ip("route add 10.3.0.0/24 via 10.1.0.1", "route add fd03::/64 via fd01::1",
                         *(f"route add {source} via 10.1.0.1" for source in far))
        self.machine.ip("route add 0.0.0.0/0 via 10.1.0.2", "route add ::/0 via fd01::2",
                        *(f"route add {source} via 10.3.0.2" for source in far))

    def serve(self, ports):
        """Starts servers at these ports of the machine and the internet. Returns their process.

        They say at which address and port they were reached, and from which address.
        """
        sockets = []
        for host in (self.machine, self.internet):
            with host.entered():
                sockets += [servers.listen(family, kind, port) for port in ports
                            for family in (socket.AF_INET, socket.AF_INET6)
                            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        child = os.fork()
        if child == 0:
            servers.answer_for_ever(sockets)
        for each in sockets:
            each.close()
        return child

    def open(self, connection):
        """Opens a connection. Returns where it arrived and from where, or what became of it."""
        host = self.client if connection.direction == "inbound" else self.machine
        with host.entered():
            return connection.open()


def device(name, *addresses):
    return [*(f"addr add {address} dev {name}" for address in addresses), f"link set {name} up"]
