"""fail2ban, which refuses packets of clients that it has banned."""

from firewalls import Neighbour
from machine import CHANGED, WEB

JAILS = """[DEFAULT]
banaction = nftables
backend = polling
logpath = /var/log/web.log
filter = web

[before]
enabled = true
port = 80

[after]
enabled = true
port = 8080

[sshd]
enabled = false
"""


class Fail2ban(Neighbour):
    redirects = False

    def start(self):
        open("/var/log/web.log", "a").close()
        with open("/etc/fail2ban/jail.d/web.local", "w") as file:
            file.write(JAILS)
        with open("/etc/fail2ban/filter.d/web.conf", "w") as file:
            file.write("[Definition]\nfailregex = ^ refused <HOST>$\n")
        self.do("fail2ban-client start")
        self.machine.wait("fail2ban-client", "ping")

    def reload(self):
        self.do("fail2ban-client reload")

    def stop(self):
        self.do("fail2ban-client stop")

    def stage(self):
        """A ban counts for the port after the change."""
        self.do("fail2ban-client set before banip 10.3.0.2")
        self.machine.agrees("the port before the change is banned")
        self.do("fail2ban-client set after banip 10.3.0.2")
        self.machine.is_lost("the port after the change is banned", WEB)
        self.machine.case("a ban: redirctl check", (0, "", ""),
                          self.machine.run("redirctl", "check"))
        self.machine.redirctl("a ban", "apply", CHANGED)
        self.machine.redirctl("a ban", "rollback")
        self.machine.is_lost("a ban after a rollback", WEB)
        self.do("fail2ban-client reload")
        self.machine.is_lost("a ban after a reload", WEB)
        self.do("fail2ban-client set after unbanip 10.3.0.2")
        self.machine.agrees("no ban")
