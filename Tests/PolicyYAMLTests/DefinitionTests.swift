import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel
import Testing

@testable import PolicyYAML

/// Lists with names, where they are defined and where they are used.
@Suite struct DefinitionTests {
    private func policy(_ definitions: String, _ redirect: String) -> String {
        """
        version: 1
        \(definitions)
        redirects:
          - {name: web, direction: inbound, \(redirect)}
        """
    }

    private let lists = """
        addresses: {lan: [10.0.0.0/8, 192.168.0.0/16, "fd00::/8"], host: 192.0.2.1}
        ports: {web: [80, 443, 8000-8010], alt: 8080}
        """

    @Test func `a name stands for its list, alone and among other values`() throws {
        let loaded = try load(
            policy(
                lists,
                """
                match: {protocol: tcp, source: {address: lan, port: alt},
                        destination: {address: [host, local, 192.0.2.2], port: [web, 81]}},
                to: {local: true}
                """
            )
        )
        #expect(loaded.warnings.isEmpty)
        let match = try #require(loaded.policy.redirects.first?.match)
        #expect(match.source.addresses?.description == "10.0.0.0/8,192.168.0.0/16,fd00::/8")
        #expect(match.source.ports?.description == "8080")
        #expect(match.destination.addresses?.description == "192.0.2.1-192.0.2.2")
        #expect(match.destination.isLocal)
        #expect(match.destination.ports?.description == "80-81,443,8000-8010")
    }

    @Test func `interfaces can have names, which may be those of interfaces`() throws {
        let lists = "interfaces: {wan: [wan, \"ppp*\"], lan: br0}"
        let loaded = try load(
            policy(
                lists,
                "match: {interface: [wan, lan, eth7]}, except: [{interface: lan}], "
                    + "to: {address: 192.0.2.1}"
            ) + "\n  - {name: short, connection: inbound tcp local:80 interface=wan, to: local}"
                + "\ntests:\n"
                + "  - {connection: inbound tcp local:80 interface=wan, expect: unchanged}\n"
        )
        let redirects = loaded.policy.redirects
        #expect(
            redirects[0].match.interfaces?.sorted().map(\.description) == [
                "br0", "eth7", "ppp*", "wan",
            ]
        )
        #expect(redirects[0].exceptions[0].interfaces?.map(\.description) == ["br0"])
        #expect(redirects[1].match.interfaces?.sorted().map(\.description) == ["ppp*", "wan"])
        #expect(loaded.policy.tests[0].connection.interface == "wan")
        #expect(loaded.warnings.filter { $0.code == .unusedDefinition }.isEmpty)
    }

    @Test func `a list of interfaces is not one interface, and no list of addresses`() throws {
        let lists = "version: 1\ninterfaces: {out: [eth0, eth1]}\nredirects: []\n"
        let tests = "tests:\n  - connection: outbound tcp 192.0.2.1:80 interface="
        try expectFinding(
            .invalidInterface,
            in: lists + tests + "1️⃣out2️⃣\n    expect: unchanged\n",
            help: "write one interface of the list, such as `eth0`; a list can only stand in a "
                + "redirect"
        )
        try expectFinding(
            .nameOfOtherKind,
            in: policy(
                "interfaces: {out: eth0}",
                "match: {source: {address: 1️⃣out2️⃣}}, to: {address: 192.0.2.1}"
            ),
            help: "use it in `interface`, or define a list of this name under `addresses`"
        )
    }

    @Test func `two lists of addresses are there without being defined`() throws {
        let loaded = try load(
            policy(
                "",
                """
                match: {source: {address: private}},
                except: [{destination: {address: [local, reserved]}}], to: {address: 192.0.2.1}
                """
            )
        )
        let redirect = try #require(loaded.policy.redirects.first)
        #expect(
            redirect.match.source.addresses?.description
                == "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
        )
        let reserved = try #require(redirect.exceptions.first?.destination.addresses)
        for text in [
            "0.0.0.0", "10.1.2.3", "100.127.255.255", "127.0.0.53", "169.254.169.254", "172.31.0.1",
            "192.168.255.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "ff02::1",
            "2001:db8::1",
        ] {
            #expect(try reserved.contains(#require(IPAddress(text))), "\(text)")
        }
        for text in [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.128.0.0", "172.32.0.0", "192.169.0.0",
            "192.0.1.1", "223.255.255.255", "2001:4860::1", "2606:4700::1111", "2002::1",
        ] {
            #expect(try !reserved.contains(#require(IPAddress(text))), "\(text)")
        }
    }

    @Test func `a list of the policy takes the place of a built-in one`() throws {
        let loaded = try load(
            policy(
                "addresses: {private: 10.0.0.0/8}",
                "match: {source: {address: private}}, to: {address: 192.0.2.1}"
            )
        )
        let match = try #require(loaded.policy.redirects.first?.match)
        #expect(match.source.addresses?.description == "10.0.0.0/8")
    }

    @Test func `a list of one value can be a target`() throws {
        for (to, target) in [
            ("{address: host, port: alt}", "192.0.2.1:8080"), ("{local: alt}", "8080"),
        ] {
            let loaded = try load(
                policy(
                    lists,
                    "match: {protocol: tcp}, except: [{source: {address: lan}}, "
                        + "{source: {port: web}}, {source: {address: host, port: alt}}], to: \(to)"
                )
            )
            switch loaded.policy.redirects.first?.decision {
            case .target(.address(let address, .one(let port)?)):
                #expect(address.text(withPort: port) == target)
            case .target(.local(.one(let port)?)): #expect(port.description == target)
            default: Issue.record("another target")
            }
        }
    }

    @Test(arguments: [
        ("{address: 1️⃣lan2️⃣}", DiagnosticCode.invalidAddress), ("{port: 1️⃣web2️⃣}", .invalidPort),
        ("{local: 1️⃣web2️⃣}", .invalidPort), ("{address: 1️⃣hots2️⃣}", .unknownName),
        ("{address: 1️⃣web2️⃣}", .nameOfOtherKind), ("{address: 1️⃣local2️⃣}", .invalidAddress),
        ("{local: 1️⃣wbe2️⃣}", .unknownName),
    ])
    func `no other name can`(to: String, code: DiagnosticCode) throws {
        try expectFinding(code, in: policy(lists, "match: {protocol: tcp}, to: \(to)"))
    }

    @Test(arguments: [
        ("1️⃣lna2️⃣", "did you mean `lan`?"), ("[host, 1️⃣Lan2️⃣]", nil), ("1️⃣any2️⃣", nil),
        ("1️⃣example.com2️⃣", nil), ("1️⃣web2️⃣", nil),
    ])
    func `what is no name in addresses is refused`(text: String, help: String?) throws {
        let redirect = "match: {source: {address: \(text)}}, to: {local: true}"
        let all = findings(
            in: policy(lists, redirect).replacing("1️⃣", with: "").replacing("2️⃣", with: "")
        )
        #expect(all.count == 1)
        if let help { #expect(all.first?.help == help) }
    }

    @Test func `a list may be defined after its use, and is used by what is rejected`() {
        let text = """
            redirects: [{name: web, direction: up, match: {source: {address: lan}}, bypass: true}]
            addresses: {lan: 10.0.0.0/8, unused: 10.0.0.1}
            version: 1
            """
        #expect(findings(in: text).map(\.code) == [.unknownWord])
    }

    @Test func `a definition that was rejected is not reported where it is used`() {
        let text = policy(
            "addresses: {lan: 10.0.0.1/8}\nports: {web: 0}",
            "match: {protocol: tcp, source: {address: lan, port: [web, 80]}}, to: {port: web}"
        )
        #expect(findings(in: text).map(\.code) == [.hostBitsSet, .portOutOfRange])
    }

    @Test(arguments: ["Lan", "1lan", "-lan", "l.an", "any", "local", "true", "", "a b", "10.0.0.1"])
    func `names cannot be mistaken for values`(name: String) throws {
        let text = "version: 1\nredirects: []\nports: {1️⃣\"\(name)\"2️⃣: 80}\n"
        try expectFinding(.invalidName, in: text)
    }

    @Test func `a name is there once in its kind`() throws {
        try expectFinding(
            .duplicateKey,
            in: "version: 1\nredirects: []\nports: {web: 81, 1️⃣web2️⃣: 443}\n"
        )
        let both = policy(
            "addresses: {web: 10.0.0.1}\nports: {web: 80}",
            "match: {protocol: tcp, source: {address: web, port: web}}, bypass: true"
        )
        #expect(findings(in: both).isEmpty)
    }

    @Test(arguments: ["5", "[a]", "", "lan"])
    func `definitions are names, each with a list`(text: String) {
        let all = findings(in: "version: 1\nredirects: []\naddresses: \(text)\n")
        #expect(all.map(\.code) == [.wrongKind])
    }

    @Test(arguments: ["{file: x}", "[[80]]", "", "~"])
    func `a list of ports is no file, no list of lists and not nothing`(text: String) {
        let all = findings(in: "version: 1\nredirects: []\nports: {web: \(text)}\n")
        #expect(all.map(\.code) == [.wrongKind])
    }

    @Test func `a list of many values is shared by those that use it`() throws {
        let ports = (1...2000).map { "\($0 * 2)" }.joined(separator: ", ")
        let redirects = (0..<300).map { number in
            "  - {name: r\(number), direction: inbound, match: {protocol: tcp, "
                + "destination: {port: all}}, bypass: true}\n"
        }
        let head = "version: 1\nsettings: {max-elements: 1000000}\nports: {all: [\(ports)]}\n"
        let text = head + "redirects:\n" + redirects.joined()
        #expect(findings(in: text).isEmpty)
        let mixed = text.replacing("port: all", with: "port: [all, 1]")
        let all = findings(in: mixed, limits: Limits(values: 100_000))
        #expect(all.map(\.code) == [.fileTooLarge])
    }
}
