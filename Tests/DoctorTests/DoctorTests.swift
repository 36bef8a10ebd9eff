import Addressing
import Diagnostics
import Doctor
import HostState
import PolicyYAML
import TestSupport
import Testing

/// What is found about made-up hosts.
@Suite struct DoctorTests {
    private func redirect(
        _ name: String,
        _ target: String,
        direction: String = "inbound",
        also keys: String = ""
    ) -> String {
        """
          - name: \(name)
            direction: \(direction)
            match: {protocol: tcp, destination: {port: 80}\(keys)}
            to: {\(target)}
        """
    }

    @Test(arguments: ExamplePolicies.names)
    func `nothing is found about an example where what it needs is in place`(
        name: String
    ) throws {
        var host = MadeUpHost()
        let ports: [UInt16] = [80, 443, 3128, 5353, 8080, 8081, 8443, 9999]
        host.listeners = Listeners(
            ports.flatMap { port in
                [TransportProtocol.tcp, .udp].map { Listener($0, [.ipv4], port: port) }
            },
            known: [.tcp, .udp]
        )
        let policy = try PolicyReader(allowsUnsafePermissions: true).read(
            path: ExamplePolicies.path(of: name)
        ).policy
        let findings = Diagnosis(of: policy, on: host).findings.findings
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test func `an interface that does not forward is told of only if the redirect names it`()
        throws
    {
        var host = MadeUpHost()
        host.parameters["net/ipv4/conf/wan/forwarding"] = 0
        let target = "address: 192.168.1.10, port: 8080"
        #expect(try host.diagnosis(redirect("web", target)).findings.count == 0)
        let named = try host.diagnosis(redirect("web", target, also: ", interface: wan")).findings
        #expect(named.findings.map(\.code) == [.forwardingOff])
        #expect(
            named.findings[0].remedy?.command == "sysctl -w net.ipv4.conf.wan.forwarding=1"
        )
    }

    @Test func `of a prefix, another host's address stands for all`() throws {
        var host = MadeUpHost()
        let redirect = """
              - name: lab
                connection: inbound any 198.51.100.0/24
                to: 192.168.1.0/24
            """
        #expect(try host.diagnosis(redirect).findings.count == 0)
        // The first address is this machine's own.
        host.routes["192.168.1.2"] = .none(errno: 101)
        let found = try host.diagnosis(redirect).findings.findings
        #expect(found.map(\.code) == [.noRoute])
        #expect(found.first?.sentence.contains("192.168.1.2") == true)
        host.routes = [:]
        host.parameters["net/ipv4/ip_forward"] = 0
        for name in ["wan", "lan"] { host.parameters["net/ipv4/conf/\(name)/forwarding"] = 0 }
        #expect(try host.diagnosis(redirect).findings.findings.map(\.code) == [.forwardingOff])
    }

    @Test func `a name that a shell would read is quoted`() throws {
        var host = MadeUpHost()
        host.interfaces[1].name = "q;$(id)"
        host.parameters["net/ipv4/conf/q;$(id)/forwarding"] = 0
        let found = try host.diagnosis(
            redirect("web", "address: 192.168.1.10", also: ", interface: q*")
        )
        #expect(
            found.findings.findings.map(\.remedy?.command)
                == ["sysctl -w 'net.ipv4.conf.q;$(id).forwarding=1'"]
        )
    }

    @Test func `no interface forwards though forwarding is on`() throws {
        var host = MadeUpHost()
        for name in ["wan", "lan"] { host.parameters["net/ipv4/conf/\(name)/forwarding"] = 0 }
        let found = try host.diagnosis(redirect("web", "address: 192.168.1.10, port: 8080"))
        #expect(
            found.findings.findings.map(\.remedy?.command)
                == ["wan", "lan"].map { "sysctl -w net.ipv4.conf.\($0).forwarding=1" }
        )
    }

    @Test func `an interface with a dot in its name is named by a path`() throws {
        var host = MadeUpHost()
        host.interfaces[1].name = "eth0.7"
        host.parameters["net/ipv4/conf/eth0.7/forwarding"] = 0
        let found = try host.diagnosis(
            redirect("web", "address: 192.168.1.10", also: ", interface: eth0.7")
        )
        #expect(
            found.findings.findings.map(\.remedy?.command)
                == ["sysctl -w net/ipv4/conf/eth0.7/forwarding=1"]
        )
    }

    @Test(arguments: [0, 1])
    func `force_forwarding of an interface is enough for IPv6`(forced: Int) throws {
        var host = MadeUpHost()
        host.parameters["net/ipv6/conf/all/forwarding"] = 0
        for name in ["wan", "lan"] {
            host.parameters["net/ipv6/conf/\(name)/force_forwarding"] = forced
        }
        let found = try host.diagnosis(redirect("web", #"address: "2001:db8::7""#))
        #expect(found.findings.count == 1 - forced)
    }

    @Test func `redirects with the same problem are one finding`() throws {
        var host = MadeUpHost()
        host.parameters["net/ipv4/ip_forward"] = 0
        for name in ["wan", "lan"] { host.parameters["net/ipv4/conf/\(name)/forwarding"] = 0 }
        let redirects = (2...51).map { number in
            redirect("r\(number)", "address: 192.168.1.\(number), port: 8080")
                .replacing("port: 80}", with: "port: \(1000 + number)}")
        }
        let found = try host.diagnosis(redirects.joined(separator: "\n"))
        #expect(found.examined == 50)
        #expect(found.findings.findings.map(\.redirects.count) == [50])
    }

    @Test func `what is kept is bounded, and all is counted`() throws {
        let redirects = (1...1200).map { number in
            redirect("r\(number)", "local: \(number)")
                .replacing("port: 80}", with: "port: \(10_000 + number)}")
        }
        let findings = try MadeUpHost().diagnosis(redirects.joined(separator: "\n")).findings
        #expect(findings.count == 1200)
        #expect(findings.findings.count == FindingList.most)
    }

    @Test func `a disabled redirect and a bypass are not examined`() throws {
        let found = try MadeUpHost().diagnosis(
            """
            \(redirect("off", "local: 8080"))
                enabled: false
              - name: bypass
                direction: inbound
                match: {protocol: tcp, destination: {port: 81}}
                bypass: true
            """
        )
        #expect(found.examined == 0)
        #expect(found.findings.count == 0)
    }

    @Test func `what the host does not tell is taken to be in order`() throws {
        var host = MadeUpHost()
        host.listeners = Listeners([], known: [])
        host.parameters = [:]
        host.routes["192.168.1.10"] = .unknown
        let text = redirect("a", "local: 8080") + "\n" + redirect("b", "address: 192.168.1.10")
        let found = try host.diagnosis(text)
        #expect(found.findings.count == 0)
        #expect(found.notExamined == ["who listens on tcp", "who listens on udp"])
    }

    @Test func `modules that the kernel can't load are named with their redirects`() throws {
        var host = MadeUpHost()
        host.missingModules = ["nft_numgen", "nft_masq"]
        let text = """
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {balance: random, targets: [{address: 192.168.1.2}, {address: 192.168.1.3}]}
            \(redirect("mail", "address: 192.168.1.4"))
                masquerade: true
            """
        let found = try host.diagnosis(text).findings.findings
        #expect(found.map(\.code) == [.missingModule, .missingModule])
        #expect(found.map(\.redirects) == [["web"], ["mail"]])
        #expect(found.allSatisfy { $0.certainty == .possible })
        #expect(try host.diagnosis(text, isApplied: true).findings.count == 0)
    }

    @Test func `control groups need a newer kernel, and must exist`() throws {
        var host = MadeUpHost()
        host.kernelVersion = [5, 10]
        host.missingGroups = ["none.slice"]
        let text = redirect(
            "web",
            "address: 192.168.1.2",
            direction: "outbound",
            also: ", cgroup: [none.slice, some.slice]"
        )
        let codes = try host.diagnosis(text).findings.findings.map(\.code)
        #expect(codes == [.missingCgroup, .kernelTooOld])
        host.kernelVersion = [5, 13]
        #expect(try host.diagnosis(text).findings.findings.map(\.code) == [.missingCgroup])
    }

    @Test(arguments: [(900, 0), (901, 1)])
    func `a table of connections that is nearly full is told`(count: Int, findings: Int) throws {
        var host = MadeUpHost()
        host.parameters["net/netfilter/nf_conntrack_max"] = 1000
        host.parameters["net/netfilter/nf_conntrack_count"] = count
        let found = try host.diagnosis(redirect("web", "address: 192.168.1.2")).findings
        #expect(found.findings.map(\.code) == (findings == 0 ? [] : [.trackingTableFull]))
    }

    @Test func `an account with another id is told with the redirects that name it`() throws {
        let text = redirect(
            "web",
            "address: 192.168.1.2",
            direction: "outbound",
            also: ", user: 1013"
        )
        let policy = try PolicyReader().read(
            SourceText(name: "policy.yaml", text: "version: 1\nredirects:\n\(text)\n")
        ).policy
        let accounts = [
            ChangedAccount(isGroup: false, name: "proxy", id: 1013, presentID: 1014),
            ChangedAccount(isGroup: true, name: "proxy", id: 1013, presentID: nil),
        ]
        let findings = Diagnosis(of: policy, accounts: accounts, on: MadeUpHost()).findings
        #expect(
            findings.findings.map(\.sentence) == [
                "user proxy had id 1013 when the policy was applied and has 1014 now"
            ]
        )
    }
}
