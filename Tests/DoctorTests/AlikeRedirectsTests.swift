import Addressing
import Diagnostics
import Doctor
import HostState
import OtherTables
import PolicyModel
import PolicyYAML
import TestSupport
import Testing

/// Redirects that are alike for other tables are examined once; each gets the answer that it would get
/// alone.
@Suite struct AlikeRedirectsTests {
    private static let host: MadeUpHost = {
        var host = MadeUpHost()
        host.interfaces.append(
            NetworkInterface(
                name: "dmz",
                index: 4,
                addresses: MadeUpHost.addresses("10.0.0.1", "2001:db8::1")
            )
        )
        host.interfaces[1].addresses += MadeUpHost.addresses("2001:db8:1::1")
        host.routes = ["10.0.0.7": .interface(4), "192.168.1.3": .none(errno: 101)]
        let listener = Listener(.tcp, [.ipv4], port: 81)
        host.listeners = Listeners([listener], known: [.tcp, .udp])
        return host
    }()

    /// What is said of a redirect.
    private struct Answer: Hashable {
        let code: HostFinding.Code
        let certainty: HostFinding.Certainty

        /// The sentence without the ends of the connection, which are those of the first redirect.
        let sentence: String

        init(_ finding: HostFinding) {
            code = finding.code
            certainty = finding.certainty
            sentence = finding.sentence.replacing(/(tcp|udp) (port )?[0-9a-f.:\[\]]+/, with: "END")
        }
    }

    private func findings(
        of redirects: [Redirect],
        through firewall: Firewall
    ) -> [HostFinding] {
        let policy = Policy(redirects: redirects)
        var diagnosis = Diagnosis(of: policy, on: Self.host)
        let own = Set(diagnosis.findings.findings)
        diagnosis.examine(policy, through: firewall, on: Self.host)
        #expect(diagnosis.unexaminedRedirects == 0)
        return diagnosis.findings.findings.filter { !own.contains($0) }
    }

    @Test(arguments: 0..<12)
    func `redirects that are examined together get the answers of each one`(seed: Int) throws {
        var random = RandomRedirects(seed: UInt64(seed))
        let firewall = random.firewall()
        let text = (0..<60).map { random.redirect("r\($0)") }.joined(separator: "\n")
        let redirects = try PolicyReader().read(
            SourceText(name: "policy.yaml", text: "version: 1\nredirects:\n\(text)\n")
        ).policy.redirects
        let together = findings(of: redirects, through: firewall)
        #expect(!together.isEmpty)
        for redirect in redirects {
            let alone = findings(of: [redirect], through: firewall)
            let shared = together.filter { $0.redirects.contains(redirect.name) }
            #expect(Set(shared.map(Answer.init)) == Set(alone.map(Answer.init)), "\(redirect)")
            // The words are about the first one.
            let first = shared.filter { $0.redirects.first == redirect.name }.map(\.sentence)
            #expect(Set(first).isSubset(of: alone.map(\.sentence)), "\(redirect)")
            let own = shared.filter { $0.redirects == [redirect.name] }
            #expect(Set(own).isSubset(of: alone), "\(redirect)")
        }
    }
}

/// Makes redirects and rules whose few addresses, ports and interfaces often meet.
private struct RandomRedirects {
    private var random: SeededGenerator
    private var address = "10.0.0.7"
    private var port = "80"
    private var also = ""
    private var transport = "tcp"
    private var isInbound = true
    private var place = 0
    private var target = "address: 192.168.1.2, port: 81"

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func one<Value>(of values: Value...) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    // MARK: - Redirects

    /// A redirect that differs from the one before in one property, so that many are alike.
    mutating func redirect(_ name: String) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: address = one(of: "10.0.0.7", "10.0.0.8", "203.0.113.5", "10.0.0.0/29", "local")
        case 1, 2: port = one(of: "80", "81", "82", "80-81", "[81, 83]")
        case 3: also = one(of: "", "", ", source: {address: 10.0.0.9}", ", mark: 7")
        case 4: transport = one(of: "tcp", "tcp", "udp", "[tcp, udp]")
        case 5: (isInbound, place) = (random.once(in: 2), one(of: 0, 0, 1, 2))
        default:
            target = one(
                of: "address: 10.0.0.7",
                "address: 10.0.0.7, port: 80",
                "address: 192.168.1.2, port: 81",
                "address: 192.168.1.2, port: 8080",
                "address: 192.168.1.3",
                "address: 192.168.1.1, port: 81",
                "local: 80",
                "local: 81"
            )
        }
        let places =
            isInbound
            ? ["", ", interface: wan", ", interface: [lan, dmz]"]
            : ["", ", user: 1000", ", user: 1001"]
        let end = "destination: {address: \(address), port: \(port)}"
        return """
              - name: \(name)
                direction: \(isInbound ? "inbound" : "outbound")
                match: {protocol: \(transport), \(end)\(also)\(places[place])}
                to: {\(target)}
            """
    }

    // MARK: - Rules

    mutating func firewall() -> Firewall {
        var filter = OtherTable(OtherTable.Name(.inet, "filter"))
        let hooks: [(PacketHook, Int32)] = [
            (.prerouting, -300), (.prerouting, -50), (.input, 0), (.forward, 0), (.output, -250),
            (.output, 0), (.postrouting, 0), (.postrouting, 200),
        ]
        for (hook, priority) in hooks where !random.once(in: 4) {
            let name = "\(hook)\(priority)"
            filter.chains[name] = OtherChain(
                name: name,
                base: .init(
                    type: "filter",
                    hook: hook,
                    priority: priority,
                    drops: random.once(in: 6)
                ),
                rules: (0..<12).map { filterRule($0) }
            )
        }
        var nat = OtherTable(OtherTable.Name(.ip, "nat"))
        for hook in [PacketHook.prerouting, .output] {
            nat.chains["\(hook)"] = OtherChain(
                name: "\(hook)",
                base: .init(type: "nat", hook: hook, priority: one(of: -110, -100, -90)),
                rules: (0..<4).map { number in
                    OtherRule(
                        handle: UInt64(number),
                        instructions: conditions() + conditions() + [
                            .verdict(
                                .translate(.init(address: .bytes([10, 0, 0, 99]), port: .same))
                            )
                        ]
                    )
                }
            )
        }
        return Firewall([filter, nat])
    }

    private mutating func filterRule(_ number: Int) -> OtherRule {
        var instructions = conditions()
        if random.once(in: 2) { instructions += conditions() }
        let action: Instruction =
            random.once(in: 10)
            ? .setMark(16, isOfConnection: random.once(in: 2))
            : .verdict(one(of: .accept, .accept, .drop, .drop, .reject, .notrack, .queue))
        return OtherRule(handle: UInt64(number), instructions: instructions + [action])
    }

    private mutating func conditions() -> [Instruction] {
        let comparison: Instruction.Comparison = random.once(in: 6) ? .unequal : .equal
        func load(_ base: UInt32, _ offset: Int, _ length: Int) -> Instruction {
            .load(.payload(base: base, offset: offset), length: length, to: 16)
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1:
            return [
                load(2, one(of: 0, 2, 2), 2), .compare(16, comparison, [0, one(of: 80, 81, 82)]),
            ]
        case 2:
            return [
                load(1, one(of: 12, 16, 16), 4),
                .compare(16, comparison, [10, 0, 0, one(of: 1, 7, 8, 9)]),
            ]
        case 3: return [load(1, one(of: 12, 16), 3), .compare(16, comparison, [192, 168, 1])]
        case 4:
            // The original destination port, by `ct`.
            let field = PacketField.connection(12, isReply: false)
            return [
                .load(field, length: 2, to: 16),
                .compare(16, comparison, [0, one(of: 80, 81, 82)]),
            ]
        case 5:
            // The protocol.
            return [
                .load(.meta(16), length: 1, to: 16), .compare(16, comparison, [one(of: 6, 17)]),
            ]
        case 6:
            // The number of the interface on which the packet arrives.
            return [
                .load(.meta(4), length: 4, to: 16),
                .compare(16, comparison, [UInt8(one(of: 2, 3, 4)), 0, 0, 0]),
            ]
        default:
            // The user.
            return [
                .load(.meta(10), length: 4, to: 16), .compare(16, comparison, [0xE8, 3, 0, 0]),
            ]
        }
    }
}
