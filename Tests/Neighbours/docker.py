"""Rules like those of Docker for a container whose port 80 is published as 8082, later also as 80."""

import os
import socket

import servers
from firewalls import Neighbour
from network import Host, device

PUBLISHED = "inbound tcp local:8082"
CONTAINER = "172.17.0.2:80"
AGAIN = """version: 1
redirects:
  - name: web
    direction: inbound
    match: {protocol: tcp, destination: {address: local, port: 8888}}
    to: {%s}
"""

IPTABLES = """iptables -P FORWARD DROP
iptables -N DOCKER
iptables -N DOCKER-USER
iptables -A DOCKER-USER -j RETURN
iptables -A DOCKER -d 172.17.0.2 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT
iptables -A FORWARD -j DOCKER-USER
iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables -A FORWARD -o docker0 -j DOCKER
iptables -A FORWARD -i docker0 -j ACCEPT
iptables -t nat -N DOCKER
iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
iptables -t nat -A DOCKER -i docker0 -j RETURN""".splitlines()


class Docker(Neighbour):
    """The backend `iptables`, by iptables-nft."""

    target = CONTAINER
    container = None

    def start(self):
        if not self.container:
            self.make_container()
        self.rules()
        self.publish(8082)
        self.forward()
        self.machine.arrives("start", PUBLISHED, CONTAINER)

    def make_container(self):
        """A container's network: a namespace behind a bridge, with a server."""
        machine = self.machine.network.machine
        with machine.entered():
            self.container = Host()
        machine.ip("link add docker0 type bridge", *device("docker0", "172.17.0.1/16"),
                   f"link add veth0 type veth peer name eth0 netns {self.container.path}",
                   "link set veth0 master docker0 up")
        self.container.ip(*device("eth0", "172.17.0.2/16"), "route add default via 172.17.0.1")
        with self.container.entered():
            server = servers.listen(socket.AF_INET, socket.SOCK_STREAM, 80)
        if os.fork() == 0:
            servers.answer_for_ever([server])
        server.close()

    def rules(self):
        self.do(*IPTABLES)

    def publish(self, port):
        self.do(f"iptables -t nat -A DOCKER ! -i docker0 -p tcp --dport {port}"
                f" -j DNAT --to-destination {CONTAINER}")

    def reload(self):
        """A restart of the daemon, during which the container goes on."""
        self.stop()
        self.start()

    def stop(self):
        self.do("iptables -t nat -F", "iptables -t nat -X DOCKER", "iptables -F",
                *(f"iptables -X {chain}" for chain in ("DOCKER", "DOCKER-USER")),
                "iptables -P FORWARD ACCEPT")

    def redirect(self):
        self.publish(80)

    # What is redirected to another machine has to be let through: Docker denies forwarding.
    def forward(self):
        self.do("iptables -I DOCKER-USER -m conntrack --ctstate DNAT -j ACCEPT")

    def hold(self):
        self.do("iptables -D DOCKER-USER -m conntrack --ctstate DNAT -j ACCEPT")

    def stage(self):
        self.hold()
        self.machine.is_lost("forwarding is denied", "inbound tcp local:81", "blocked-by-table")
        self.forward()
        self.machine.agrees("mended")
        self.lead_to_container()

    def lead_to_container(self):
        """Nobody translates the port again; the container's own address is no problem."""
        for target, place in (("local: 8090", None), ("address: 172.17.0.2, port: 80", CONTAINER)):
            with open("/root/again.yaml", "w") as file:
                file.write(AGAIN % target)
            self.machine.redirctl("again", "apply", "/root/again.yaml")
            if place:
                self.machine.arrives("again", "inbound tcp local:8888", place)
            else:
                self.publish(8090)
                self.machine.arrives("again", "inbound tcp local:8090", CONTAINER)
                self.machine.is_lost("again", "inbound tcp local:8888",
                                     "no-listener", "published-by-table")


class DockerNftables(Docker):
    """The backend `nftables` of Docker 29."""

    def rules(self):
        self.do("nft -f /neighbours/docker.nft")

    def publish(self, port):
        self.do(f"nft add rule ip docker-bridges nat-prerouting-and-output"
                f" iifname != docker0 tcp dport {port} counter dnat to {CONTAINER}")

    def forward(self):
        """Forwarding is not denied with this backend."""

    def stage(self):
        self.lead_to_container()

    def stop(self):
        self.do("nft delete table ip docker-bridges")
