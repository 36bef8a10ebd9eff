"""Servers that say at which address and port they were reached, and from which address."""

import contextlib
import ipaddress
import selectors
import socket

from connections import written

IP_PKTINFO = 8  # Python before 3.14 does not name it.


def listen(family, kind, port):
    server = socket.socket(family, kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        server.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    server.bind(("", port))
    if kind == socket.SOCK_STREAM:
        server.listen()
    return server


def answer_for_ever(sockets):
    selector = selectors.DefaultSelector()
    for each in sockets:
        selector.register(each, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            answer_stream(key.fileobj) if key.fileobj.type == socket.SOCK_STREAM \
                else answer_datagram(key.fileobj)


def answer_stream(server):
    with contextlib.suppress(OSError):
        connection, peer = server.accept()
        with connection:
            connection.send(f"{written(*connection.getsockname()[:2])} from {peer[0]}".encode())


def answer_datagram(server):
    """Answers from the address at which the datagram arrived, as its sender expects."""
    with contextlib.suppress(OSError):
        _, control, _, peer = server.recvmsg(128, 128)
        level, kind, info = control[0]
        # An in_pktinfo is: device, address to answer from, destination. An in6_pktinfo is:
        # destination, device. Sent back without the device, it sets where the answer comes from.
        if server.family == socket.AF_INET:
            address, info = info[8:12], bytes(4) + info[8:12] + bytes(4)
        else:
            address, info = info[:16], info[:16] + bytes(4)
        text = written(ipaddress.ip_address(address), server.getsockname()[1])
        server.sendmsg([f"{text} from {peer[0]}".encode()], [(level, kind, info)], 0, peer)
