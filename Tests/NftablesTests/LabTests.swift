import Addressing
import Glibc
import Nftables
import TestSupport
import Testing

@Suite(.networkNamespace) struct LabTests {
    /// Tests that must act as others are passed by where that can't be; of root, it is expected.
    @Test func `where root runs the tests, none is passed by`() {
        let isRoot = getenv("REDIRCTL_TESTER").map { String(cString: $0) } == "0"
        #expect(!isRoot || LabIdentity.isFree)
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func `the machine reaches itself`(transport: TransportProtocol) throws {
        let lab = Lab()
        let server = try lab.machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        for target in ["127.0.0.1:8080", "127.0.0.9:8080", "[::1]:8080"] {
            #expect(try lab.machine.ask(transport, target) == .reached(target))
        }
        #expect(try lab.machine.ask(transport, "127.0.0.1:8081") == .refused)
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func `outbound connections are redirected`(transport: TransportProtocol) throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        let before = ["198.51.100.7:80", "[2001:db8::7]:80", "10.1.0.2:80"]
        for target in before {
            #expect(try lab.machine.ask(transport, target) == .reached(target))
        }
        try NftKernel().commit([
            "add table inet t",
            "add chain inet t output { type nat hook output priority -105; }",
            "add rule inet t output meta l4proto { 6, 17 } th dport 80 dnat to :8080",
        ])
        for target in before {
            let after = target.dropLast(2) + "8080"
            #expect(try lab.machine.ask(transport, target) == .reached(String(after)))
        }
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func `forwarded connections are redirected`(transport: TransportProtocol) throws {
        let lab = try Lab.withInternetAndClient()
        let servers = [
            try lab.internet.serve(ports: [80]), try lab.machine.serve(ports: [8080]),
        ]
        defer { withExtendedLifetime(servers) {} }
        #expect(
            try lab.client.ask(transport, "198.51.100.7:80") == .reached("198.51.100.7:80")
        )
        #expect(
            try lab.client.ask(transport, "[2001:db8::7]:80") == .reached("[2001:db8::7]:80")
        )
        try NftKernel().commit([
            "add table inet t",
            "add chain inet t prerouting { type nat hook prerouting priority -105; }",
            "add rule inet t prerouting meta l4proto { 6, 17 } th dport 80 redirect to :8080",
            "add rule inet t prerouting meta l4proto { 6, 17 } th dport 81 dnat ip to 9.9.9.9:80",
        ])
        #expect(try lab.client.ask(transport, "198.51.100.7:80") == .reached("10.3.0.1:8080"))
        #expect(try lab.client.ask(transport, "[2001:db8::7]:80") == .reached("[fd03::1]:8080"))
        #expect(try lab.client.ask(transport, "198.51.100.7:81") == .reached("9.9.9.9:80"))
        #expect(try lab.client.ask(transport, "198.51.100.7:82") == .refused)
    }
}
