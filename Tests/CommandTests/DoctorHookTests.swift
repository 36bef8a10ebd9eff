import TestSupport
import Testing

/// What `doctor` says of other programs' chains by the hook and the priority at which the kernel calls them.
@Suite(.networkNamespace) struct DoctorHookTests {
    private static let forwarded = """
          - name: web
            direction: inbound
            match: {protocol: tcp, destination: {address: 10.3.0.1, port: 80}}
            to: {address: 10.1.0.2, port: 8080}
        """

    private static let outbound = """
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {address: 198.51.100.7, port: 80}}
            to: {address: 10.1.0.2, port: 8080}
        """

    /// From any interface to this machine.
    private static let local = """
          - name: web
            direction: inbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {local: 8080}
        """

    private func table(_ hook: String, _ priority: Int, _ rules: String) -> String {
        "table inet other {\nchain c {\ntype filter hook \(hook) priority \(priority);\n\(rules)\n}\n}\n"
    }

    private func apply(_ redirects: String, priority: Int, with doctor: DoctorLab) throws {
        let text = "version: 1\nsettings: {priority: \(priority)}\nredirects:\n\(redirects)\n"
        let path = try doctor.scratch.file("policy.yaml", text)
        #expect(try doctor.scratch.redirctl("apply", path).status == 0)
    }

    /// Whatever the priority of the policy, the kernel translates at -100.
    @Test(arguments: [
        (-160, -150, "tcp dport 80 drop", "ip daddr 10.3.0.1 tcp dport 80 accept"),
        (-60, -90, "tcp dport 8080 drop", "ip daddr 10.1.0.2 tcp dport 8080 ct status dnat accept"),
        (-105, -102, "tcp dport 80 drop", "ip daddr 10.3.0.1 tcp dport 80 accept"),
        (
            -105, -150, "ct state established tcp dport 80 drop",
            "ip daddr 10.3.0.1 tcp dport 80 ct status dnat accept"
        ),
    ])
    func `filters see the old destination below -100`(
        policy: Int,
        priority: Int,
        rule: String,
        remedy: String
    ) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try apply(Self.forwarded, priority: policy, with: doctor)
        try doctor.lab.machine.nft(table("prerouting", priority, rule))
        try withExtendedLifetime(server) {
            let finding = try doctor.expectMended("blocked-by-table", of: "web") {
                try client.reaches("10.3.0.1:80")
            }
            #expect(finding.command == "nft insert rule inet other c \(remedy)")
            #expect(finding.sentence.contains("by the rule with handle "))
        }
    }

    @Test(arguments: [(-160, -150, 80), (-60, -90, 8080)])
    func `filters of this machine's packets see the old destination below -100`(
        policy: Int,
        priority: Int,
        port: Int
    ) throws {
        let doctor = try DoctorLab(.withInternet())
        let machine = doctor.lab.machine
        let server = try doctor.lab.internet.serve(ports: [8080])
        try apply(Self.outbound, priority: policy, with: doctor)
        try machine.nft(table("output", priority, "tcp dport \(port) drop"))
        try withExtendedLifetime(server) {
            _ = try doctor.expectMended("blocked-by-table", of: "web") {
                try machine.reaches("198.51.100.7:80")
            }
        }
    }

    @Test(arguments: [
        ("prerouting", -150, "tcp dport 80 notrack"), ("prerouting", -90, "tcp dport 80 drop"),
        ("prerouting", -102, "tcp dport 8080 drop"), ("input", -300, "ct state invalid drop"),
        ("forward", -300, "ct state != { new, established } drop"),
    ])
    func `what does not meet the connections is not found`(
        hook: String,
        priority: Int,
        rule: String
    ) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(table(hook, priority, rule))
        try withExtendedLifetime(server) {
            let isReached = try client.reaches("10.3.0.1:80")
            #expect(isReached)
            #expect(try doctor.findings().isEmpty)
        }
    }

    @Test(arguments: [
        ("ingress", "lo", false), ("egress", "lo", false), ("egress", "machine1", true),
    ])
    func `chains of devices see what passes their devices`(
        hook: String,
        device: String,
        isMet: Bool
    ) throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [8080])
        try doctor.apply(Self.forwarded)
        try doctor.lab.machine.nft(
            "table netdev other {\nchain c {\ntype filter hook \(hook) device \(device) priority 0; "
                + "policy drop;\nmeta protocol arp accept\n}\n}\n"
        )
        try withExtendedLifetime(server) {
            let isReached = try client.reaches("10.3.0.1:80")
            #expect(isReached == !isMet)
            let findings = try doctor.findings()
            // The answers to what arrives on that device leave by it.
            #expect(findings.first?.isCertain == (isMet ? true : nil))
            #expect(findings.allSatisfy { $0.code == "blocked-by-table" && $0.command == nil })
        }
    }

    @Test func `a port is published to other interfaces than the first`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let client = try doctor.lab.client
        let server = try doctor.lab.internet.serve(ports: [9090])
        try doctor.apply(Self.local)
        try doctor.lab.machine.nft(
            """
            table ip other {
                chain c {
                    type nat hook prerouting priority -100;
                    iifname "machine1" return
                    fib daddr type local tcp dport 8080 dnat to 10.1.0.2:9090
                }
            }
            """
        )
        try withExtendedLifetime(server) {
            #expect(try client.reaches("10.3.0.1:8080"))
            let findings = try doctor.findings()
            #expect(findings.contains { $0.code == "published-by-table" }, "\(findings)")
        }
    }

    @Test func `what a plain packet does not have is not found`() throws {
        let doctor = try DoctorLab(.withInternetAndClient())
        let machine = doctor.lab.machine
        let server = try machine.serve(ports: [8080])
        try machine.run(
            "ip6tables-nft",
            "-A",
            "INPUT",
            "-m",
            "rt",
            "--rt-type",
            "0",
            "-j",
            "DROP"
        )
        try machine.nft(table("input", 10, "rt type 0 drop\nexthdr frag exists drop"))
        try withExtendedLifetime(server) {
            try doctor.apply(Self.local)
            let findings = try doctor.findings()
            #expect(findings.isEmpty, "\(findings)")
        }
    }

    @Test func `servers that a firewall refuses are no obstacle to the others`() throws {
        let doctor = try DoctorLab(.withInternet())
        try doctor.apply(
            """
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: 8080}
            """
        )
        let rule = "ip6 daddr { ::/96, 2002::/24 } reject"
        try doctor.lab.machine.nft(table("output", 10, rule))
        #expect(try doctor.findings().isEmpty)
    }
}
