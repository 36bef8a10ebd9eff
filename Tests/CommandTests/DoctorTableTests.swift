import TestSupport
import Testing

/// What `doctor` says of tables that another program made.
@Suite(.networkNamespace) struct DoctorTableTests {
    /// A redirect of connections from the client to a host.
    private static let forwarded = """
          - name: web
            direction: inbound
            match: {protocol: tcp, destination: {address: 10.3.0.1, port: 80}}
            to: {address: 10.1.0.2, port: 8080}
        """

    /// A redirect of connections from the client to this machine.
    private static let local = """
          - name: web
            direction: inbound
            match: {interface: machine2, protocol: tcp, destination: {port: 80}}
            to: {local: 8080}
        """

    /// A redirect of connections of this machine.
    private static let outbound = """
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {address: 10.1.0.2, port: 8080}
        """

    private func table(_ chains: String, _ family: String = "inet") -> String {
        "table \(family) other {\n\(chains)\n}\n"
    }

    private func chain(_ hook: String, _ priority: Int, _ rules: String, policy: String = "accept")
        -> String
    {
        "chain \(hook)s {\ntype filter hook \(hook) priority \(priority); policy \(policy);\n\(rules)\n}\n"
    }

    @Test(arguments: [
        ("ct state established,related accept", "drop"),
        ("ip daddr 10.1.0.0/24 tcp dport 8000-8090 reject", "accept"),
        ("tcp dport vmap { 8080 : drop, 9090 : accept }", "accept"),
        (
            "ct state established,related accept\niifname \"machine2\" oifname \"machine1\" reject",
            "accept"
        ),
    ])
    func `forwarded connections are dropped`(rules: String, policy: String) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(table(chain("forward", 0, rules, policy: policy)))
        try withExtendedLifetime(server) {
            // What arrives on the other interface gets through.
            let isCertain = !rules.contains("iifname")
            let finding = try doctor.expectMended(
                "blocked-by-table",
                of: "web",
                isCertain: isCertain
            ) {
                try client.reaches("10.3.0.1:80")
            }
            #expect(
                finding.command
                    == "nft insert rule inet other forwards ip daddr 10.1.0.2 tcp dport 8080 ct status dnat accept"
            )
            #expect(finding.sentence.contains("that arrive on machine2 are rejected") == !isCertain)
        }
    }

    @Test func `both directions of forwarded connections are dropped`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(table(chain("forward", 0, "", policy: "drop")))
        try withExtendedLifetime(server) {
            let before = try doctor.findings()
            #expect(before.map(\.code) == ["blocked-by-table", "blocked-by-table"])
            for finding in before {
                #expect(try !client.reaches("10.3.0.1:80"))
                try DoctorLab.shell(try #require(finding.command))
            }
            #expect(try client.reaches("10.3.0.1:80"))
            #expect(try doctor.findings().isEmpty)
        }
    }

    @Test(arguments: ["ip", "inet"])
    func `connections to this machine are dropped`(family: String) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.machine.serve(ports: [8080])
        try doctor.apply(Self.local)
        let rules = """
            ct state established,related accept
            iifname "lo" accept
            tcp dport { 22, 80, 443 } accept
            """
        try doctor.lab.machine.nft(table(chain("input", 0, rules, policy: "drop"), family))
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("blocked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
            #expect(
                finding.sentence
                    == "connections to tcp 10.3.0.1:8080 are dropped by the policy of chain `inputs` in "
                    + "table `\(family) other`"
            )
        }
    }

    @Test(arguments: [
        (-150, "tcp dport 80 drop", "tcp dport 80"), (-90, "tcp dport 8080 drop", "ct status dnat"),
    ])
    func `connections are dropped before and after they are redirected`(
        priority: Int,
        rule: String,
        match: String
    ) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(table(chain("prerouting", priority, rule)))
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("blocked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
            #expect(finding.command?.contains(match) == true)
        }
    }

    @Test func `connections of this machine are dropped`() throws {
        let doctor = try DoctorLab(.withInternet())
        let machine = doctor.lab.machine
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.outbound)
        try machine.nft(table(chain("output", 0, "ip daddr 10.1.0.2 tcp dport 8080 reject")))
        try withExtendedLifetime(server) {
            _ = try doctor.expectMended("blocked-by-table", of: "web") {
                try machine.reaches("198.51.100.7:80")
            }
        }
    }

    @Test func `answers are dropped`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        let rule = "iifname \"machine1\" tcp sport 8080 drop"
        try doctor.lab.machine.nft(table(chain("forward", 0, rule)))
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("blocked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
            #expect(finding.sentence.hasPrefix("the answers to connections to tcp 10.1.0.2:8080"))
        }
    }

    @Test func `later packets are dropped`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.machine.serve(ports: [8080])
        try doctor.apply(Self.local)
        let rule = "tcp dport 8080 ct state new accept"
        try doctor.lab.machine.nft(table(chain("input", 0, rule, policy: "drop")))
        try withExtendedLifetime(server) {
            _ = try doctor.expectMended("blocked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
        }
    }

    @Test func `connections are exempted from connection tracking`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(table(chain("prerouting", -300, "tcp dport 80 notrack")))
        try withExtendedLifetime(server) {
            _ = try doctor.expectMended("untracked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
        }
    }

    @Test func `another chain chooses the destination first`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(
            """
            table ip other {
                chain early {
                    type nat hook prerouting priority -110;
                    fib daddr type local tcp dport 80 dnat to 10.1.0.77:9090
                }
            }
            """
        )
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended(
                "translated-first",
                of: "web",
                by: { finding in
                    #expect(finding.advice?.contains("`priority: -115`") == true)
                    let text =
                        "version: 1\nsettings: {priority: -115}\nredirects:\n\(Self.forwarded)\n"
                    let path = try doctor.scratch.file("policy.yaml", text)
                    #expect(try doctor.scratch.redirctl("apply", path).status == 0)
                }
            ) {
                try client.reaches("10.3.0.1:80")
            }
            #expect(
                finding.sentence.contains(
                    "are sent to 10.1.0.77:9090 first by the rule with handle"
                )
            )
        }
    }

    @Test func `of equal priorities, nobody can tell which chain decides`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(
            """
            table ip other {
                chain same {
                    type nat hook prerouting priority -105;
                    tcp dport 80 redirect to :9090
                }
            }
            """
        )
        let findings = try doctor.findings()
        #expect(findings.map(\.code) == ["translated-first"])
        #expect(findings.first?.isCertain == false)
    }

    @Test func `iptables drops forwarded connections`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.run("iptables-nft", "-P", "FORWARD", "DROP")
        try doctor.lab.machine.run(
            "iptables-nft",
            "-A",
            "FORWARD",
            "-m",
            "conntrack",
            "--ctstate",
            "RELATED,ESTABLISHED",
            "-j",
            "ACCEPT"
        )
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("blocked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
            #expect(
                finding.command
                    == "iptables -I FORWARD -d 10.1.0.2 -p tcp --dport 8080 -m conntrack --ctstate DNAT -j ACCEPT"
            )
        }
    }

    @Test func `iptables chooses the destination first`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let text = "version: 1\nsettings: {priority: -90}\nredirects:\n\(Self.forwarded)\n"
        let path = try doctor.scratch.file("policy.yaml", text)
        #expect(try doctor.scratch.redirctl("apply", path).status == 0)
        try doctor.lab.machine.run(
            "iptables-nft",
            "-t",
            "nat",
            "-A",
            "PREROUTING",
            "-m",
            "addrtype",
            "--dst-type",
            "LOCAL",
            "-p",
            "tcp",
            "-m",
            "multiport",
            "--dports",
            "79:81,443",
            "-j",
            "DNAT",
            "--to-destination",
            "10.1.0.77:9090"
        )
        let findings = try doctor.findings()
        #expect(findings.map(\.code) == ["translated-first"])
        #expect(findings.first?.isCertain == true)
        #expect(findings.first?.sentence.contains("10.1.0.77:9090") == true)
    }

    @Test func `a port that another table publishes is not published to redirected connections`()
        throws
    {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [9090])
        try doctor.apply(Self.local)
        try doctor.lab.machine.run(
            "iptables-nft",
            "-t",
            "nat",
            "-A",
            "PREROUTING",
            "-m",
            "addrtype",
            "--dst-type",
            "LOCAL",
            "-p",
            "tcp",
            "--dport",
            "8080",
            "-j",
            "DNAT",
            "--to-destination",
            "10.1.0.2:9090"
        )
        try withExtendedLifetime(server) {
            #expect(try client.reaches("10.3.0.1:8080"))
            #expect(try !client.reaches("10.3.0.1:80"))
            let findings = try doctor.findings()
            #expect(Set(findings.map(\.code)) == ["no-listener", "published-by-table"])
            let finding = try #require(findings.first { $0.code == "published-by-table" })
            #expect(finding.advice == "redirect to 10.1.0.2:9090 itself")
            try doctor.apply(
                Self.local.replacing("{local: 8080}", with: "{address: 10.1.0.2, port: 9090}")
            )
            #expect(try client.reaches("10.3.0.1:80"))
            #expect(try doctor.findings().isEmpty)
        }
    }

    /// Each is a firewall beside which redirects work.
    @Test(arguments: [
        """
        chain input {
            type filter hook input priority 0; policy drop;
            ct state vmap { established : accept, related : accept, invalid : drop }
            iifname "lo" accept
            ip saddr @banned drop
            ct status dnat accept
            tcp dport 22 accept
        }
        chain forward {
            type filter hook forward priority 0; policy drop;
            ct state established,related accept
            ct status dnat accept
        }
        """,
        """
        chain input {
            type filter hook input priority 0; policy accept;
            ip saddr @banned reject
            ip saddr { 10.9.0.0/16, 192.0.2.0/24 } tcp dport 8080 drop
            tcp dport 23 drop
            limit rate 5/second log prefix "seen "
        }
        chain raw {
            type filter hook prerouting priority raw;
            fib saddr . iif oif missing drop
            udp dport 53 notrack
        }
        chain nat {
            type nat hook prerouting priority -100;
            tcp dport 80 dnat ip to 10.1.0.77:9090
        }
        """,
    ])
    func `beside an innocent firewall, nothing is found`(chains: String) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let servers = [
            try doctor.lab.internet.serve(ports: [8080]),
            try doctor.lab.machine.serve(ports: [8080]),
        ]
        let sets = "set banned { type ipv4_addr; flags timeout; elements = { 192.0.2.9 } }\n"
        try doctor.lab.machine.nft(table(sets + chains))
        try withExtendedLifetime(servers) {
            for redirect in [Self.forwarded, Self.local] {
                try doctor.apply(redirect)
                #expect(try client.reaches("10.3.0.1:80"))
                #expect(try doctor.findings().isEmpty)
            }
        }
    }

    @Test func `the tables that were read are named, and nothing else is`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft("table ip6 six { }\n" + table(chain("input", 0, "")))
        let ending = try doctor.scratch.redirctl("doctor")
        #expect(
            ending.output == """
                Tables of other programs that were read: inet other, ip6 six
                No problems found: 1 redirect examined

                """
        )
    }
}
