"""The machine that redirctl shares with another program, and what is expected of it."""

import json
import os
import subprocess
import time

import connections
from connections import Connection
from network import Network

POLICY, CHANGED, LATE = (f"/root/{name}.yaml" for name in ("policy", "changed", "late"))
REDIRECTS = """version: 1
settings: {priority: %s}
redirects:
  - name: web
    direction: inbound
    match: {protocol: tcp, destination: {address: local, port: 80}}
    to: {local: %s}
  - name: dns
    direction: inbound
    match: {protocol: udp, destination: {address: local, port: 53}}
    to: {local: 5353}
  - name: another-host
    direction: inbound
    match: {family: ipv4, protocol: tcp, destination: {address: local, port: 81}}
    to: {address: 10.1.0.2, port: 8081}
  - name: own-clients
    direction: outbound
    match: {protocol: tcp, destination: {port: 80}}
    to: {port: 8080}
"""
WEB = "inbound tcp local:80"
ARRIVALS = {
    WEB: "10.3.0.1:8080",
    "inbound tcp [fd03::1]:80": "[fd03::1]:8080",
    "inbound udp local:53": "10.3.0.1:5353",
    "inbound tcp local:81": "10.1.0.2:8081",
    "outbound tcp 198.51.100.7:80": "198.51.100.7:8080",
}
# The other program's answer to port 80 is port 8082. 8090 is nobody's.
PORTS = (53, 80, 81, 5353, 8080, 8081, 8082)


class Machine:
    def __init__(self):
        self.passed, self.failures = 0, []
        self.network = Network(set())
        self.network.serve(PORTS)
        for path, priority, port in ((POLICY, -105, 8080), (CHANGED, -105, 8082),
                                     (LATE, -50, 8080)):
            with open(path, "w") as file:
                file.write(REDIRECTS % (priority, port))
        os.environ["REDIRCTL_SYSLOG"] = "0"

    def case(self, what, expected, came):
        if expected == came:
            self.passed += 1
        else:
            self.failures.append(f"{what}\n    expected: {expected}\n    came:     {came}")

    # Commands

    def run(self, *words, text=None):
        """Runs a command. Returns its exit status, output and errors."""
        done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def do(self, *commands, text=None):
        """Runs commands of the other program, which have to succeed."""
        for command in commands:
            ending = self.run(*command.split(), text=text)
            if ending[0] != 0:
                raise RuntimeError(f"{command}: {ending}")

    def redirctl(self, what, *words, status=0):
        """Runs redirctl. It leaves the rules of others as they are, with their handles."""
        before = self.others()
        ending = self.run("redirctl", *words)
        self.case(f"{what}: redirctl {' '.join(words)} {ending[1:]}", status, ending[0])
        self.case(f"{what}: redirctl {words[0]} and the rules of others", before, self.others())
        return ending[1] + ending[2]

    def others(self):
        listing = self.run("nft", "-a", "-s", "list", "ruleset")[1]
        tables = ("\n" + listing).split("\ntable ")
        return [each.strip() for each in tables if not each.startswith("inet redirctl ")]

    # What is expected

    def open(self, text, patience=10):
        """Opens a connection. Returns where it arrived, or what became of it."""
        connections.PATIENCE = patience
        return self.network.open(Connection(text)).partition(" from ")[0]

    def arrives(self, what, text, place):
        self.case(f"{what}: {text}", place, self.open(text))

    def is_lost(self, what, text, *codes):
        """It arrives nowhere: it is dropped or refused. `doctor` says why, if it can know."""
        self.case(f"{what}: {text}", "no answer", self.open(text, patience=1).partition(":")[0])
        self.diagnose(what, *codes)

    def diagnose(self, what, *codes):
        """`doctor` finds these, and is certain of nothing else."""
        _, output, errors = self.run("redirctl", "doctor", "--format", "json")
        findings = json.loads(output).get("findings", []) if output else errors
        found = {finding["code"] for finding in findings
                 if finding["certain"] or finding["code"] in codes}
        self.case(f"{what}: redirctl doctor: {findings}", sorted(codes), sorted(found))

    def agrees(self, what):
        """The kernel has what was applied, and every connection goes where the policy says."""
        self.case(f"{what}: redirctl check", (0, "", ""), self.run("redirctl", "check"))
        for text, place in ARRIVALS.items():
            self.arrives(what, text, place)
        self.diagnose(what)

    def wait(self, *words):
        """Waits until a command succeeds."""
        end = time.monotonic() + 30
        while (ending := self.run(*words))[0] != 0:
            if time.monotonic() > end:
                raise TimeoutError(f"{' '.join(words)}: {ending}")
            time.sleep(0.1)
