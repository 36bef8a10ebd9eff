"""Programs that filter. What they are told lets the redirected connections through."""

import os
import signal
import subprocess

from machine import WEB


class Neighbour:
    flushes = False  # Whether it empties the whole ruleset, redirctl's table as well.
    redirects = True  # Whether it can redirect port 80 itself.
    target = "10.3.0.1:8082"  # Where to, then.

    def __init__(self, machine):
        self.machine, self.do = machine, machine.do

    def stage(self):
        """Stages what makes a redirect useless, and mends it."""


class Nftables(Neighbour):
    """The commands of Debian's nftables.service."""

    flushes = True
    filter = """flush ruleset
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        meta l4proto ipv6-icmp accept
        tcp dport { %s } accept
        udp dport 5353 accept
    }
    chain forward {
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        ct status dnat accept
    }
}
"""
    nat = """table ip nat {
    chain prerouting {
        type nat hook prerouting priority %s; policy accept;
        tcp dport 80 redirect to :8082
    }
}
"""

    def start(self, text=filter % "8080, 8082"):
        with open("/etc/nftables.conf", "w") as file:
            file.write(text)
        self.reload()

    def reload(self):
        self.do("nft -f /etc/nftables.conf")

    def stop(self):
        self.do("nft flush ruleset")

    def redirect(self):
        self.start(self.filter % "8080, 8082" + self.nat % "dstnat")

    def stage(self):
        self.start(self.filter % "8080, 8082" + self.nat % "-110")
        self.machine.redirctl("an earlier priority", "apply", "--restore")
        self.machine.arrives("an earlier priority", WEB, self.target)
        self.machine.diagnose("an earlier priority", "translated-first")
        self.start(self.filter % "80")
        self.machine.redirctl("the filter sees the new port", "apply", "--restore")
        self.machine.is_lost("the filter sees the new port", WEB, "blocked-by-table")
        self.start()
        self.machine.redirctl("mended", "apply", "--restore")
        self.machine.agrees("mended")


class Iptables(Neighbour):
    """iptables-restore with saved rules, as netfilter-persistent runs it."""

    rules = """*filter
:INPUT DROP
:FORWARD DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A INPUT -p tcp -m multiport --dports 8080,8082 -j ACCEPT
-A INPUT -p udp --dport 5353 -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
COMMIT
"""
    nothing = "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\nCOMMIT\n"

    def start(self, rules=rules):
        self.do("iptables-restore", text=rules.replace("-A INPUT -p ipv6-icmp -j ACCEPT\n", ""))
        self.do("ip6tables-restore", text=rules)

    def reload(self):
        self.start()

    def stop(self):
        self.start(self.nothing)

    def redirect(self):
        self.do("iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8082")

    def stage(self):
        self.start(self.rules.replace("8080,8082", "80,8082"))
        self.machine.is_lost("the filter sees the new port", WEB, "blocked-by-table")
        self.start()
        self.machine.agrees("mended")


class Ufw(Neighbour):
    nat = "*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8082\nCOMMIT\n"

    def start(self):
        self.do("ufw allow 8080/tcp", "ufw allow 8082/tcp", "ufw allow 5353/udp",
                "ufw route allow proto tcp to any port 8081", "ufw --force enable")

    def reload(self):
        self.do("ufw reload")

    def stop(self):
        self.do("ufw --force disable")

    def redirect(self):
        with open("/etc/ufw/before.rules", "a") as file:
            file.write(self.nat)
        self.reload()

    def stage(self):
        self.do("ufw delete allow 8080/tcp", "ufw allow 80/tcp")
        self.machine.is_lost("the filter sees the new port", WEB, "blocked-by-table")
        self.do("ufw allow 8080/tcp", "ufw route delete allow proto tcp to any port 8081")
        self.machine.is_lost("forwarding is denied", "inbound tcp local:81", "blocked-by-table")
        self.do("ufw route allow proto tcp to any port 8081")
        self.machine.agrees("mended")


class Firewalld(Neighbour):
    daemon = None

    def start(self):
        if not os.path.exists("/run/dbus"):
            os.mkdir("/run/dbus")
            self.do("dbus-daemon --system --fork")
        self.daemon = subprocess.Popen(["firewalld", "--nofork", "--nopid"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        self.machine.wait("firewall-cmd", "--state")

    def reload(self):
        self.do("firewall-cmd --reload")

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(30)

    def redirect(self):
        self.do("firewall-cmd --add-forward-port=port=80:proto=tcp:toport=8082")

    def stage(self):
        """Whatever was redirected is let through, though the port after the change is closed."""
        self.machine.is_lost("a closed port", "inbound tcp local:8080")
        self.machine.agrees("a closed port")
        self.do("firewall-cmd --complete-reload")
        self.machine.agrees("firewall-cmd --complete-reload")
