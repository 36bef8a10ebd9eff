import Addressing
import Diagnostics
import PolicyYAML
import TableDiff
import TestSupport
import Testing

/// What rules of another system do with connections, the policy that `redirctl import` makes of them
/// does, too, except for what its comments list.
@Suite(.networkNamespace) struct ImportedRulesTests {
    private static let most = 1000

    @Test(arguments: ForeignRules.all)
    func `connections end where they ended before`(rules: ForeignRules) throws {
        let lab = try RouterLab(serving: ForeignRules.servedPorts)
        let scratch = try ScratchDirectory()
        let probes = try Self.probes(for: rules)
        try rules.load(into: lab.machine)
        let text = try rules.importedPolicy(on: lab.machine, in: scratch)
        let before = try probes.map { try Reply(lab.open($0)) }
        try lab.reset()
        let source = SourceText(name: "imported.yaml", text: text)
        let policy = try PolicyUnderTest(PolicyReader().read(source).policy)
        #expect(try policy.difference.isEmpty)
        var (changed, leftOut) = (0, 0)
        for (probe, old) in zip(probes, before) {
            var again = probe
            // The kernel remembers the connections of before.
            again.source.port += 20_000
            let new = try Reply(lab.open(again))
            if old.place != "\(probe.destination)" { changed += 1 }
            if rules.leftOut.contains("\(probe.destination)"), old != new {
                leftOut += 1
                continue
            }
            #expect(old.isLike(new, for: probe, of: rules), "\(probe): \(old), now \(new)")
        }
        #expect(probes.count >= 200, "\(probes.count) connections")
        #expect(changed >= 8, "\(changed) connections are redirected")
        #expect(leftOut > 0 || rules.leftOut.isEmpty)
    }

    /// What became of a connection: where it ended, and from which address.
    private struct Reply: Hashable {
        let place: String
        let source: String?

        init(_ text: String) {
            let words = text.split(separator: " ")
            place = String(words.first ?? "")
            source = words.count == 2 ? LabEndpoint(String(words[1])).map { "\($0.address)" } : nil
        }

        func isLike(_ new: Reply, for probe: Probe, of rules: ForeignRules) -> Bool {
            let group = rules.spread.first { $0.contains(place) } ?? [place]
            guard group.contains(new.place) else { return false }
            // Rules for sources are taken for redirected connections only.
            if place == "\(probe.destination)" {
                return new.source == nil || new.source == "\(probe.source.address)"
            }
            return source == new.source || rules.leavesOutSources && probe.client == .first
        }
    }

    /// Connections from clients and users that the rules tell apart, to what the rules name.
    private static func probes(for rules: ForeignRules) throws -> [Probe] {
        var probes: [Probe] = []
        let (addresses, ports) = (try rules.addresses, try rules.ports)
        for address in addresses {
            let family = address.family
            for port in ports {
                let destination = LabEndpoint(address, port)
                for transport in [.tcp, .udp] as [TransportProtocol] {
                    func add(_ client: Probe.Client, _ source: IPAddress, user: UInt32 = 0) {
                        probes.append(
                            Probe(
                                client: client,
                                user: user,
                                transport: transport,
                                source: LabEndpoint(source, 0),
                                destination: destination
                            )
                        )
                    }
                    if !address.isLoopback {
                        for number in [2, 4, 7] {
                            add(.first, Lan.client(family, network: 3, number))
                        }
                        for number in [2, 3] {
                            add(.second, Lan.client(family, network: 4, number))
                        }
                    }
                    let own = address.isLoopback ? address : Lan.address(family, .uplink)
                    add(.machine, own)
                    add(.machine, own, user: 1500)
                }
            }
        }
        var generator = SeededGenerator(seed: 1)
        probes =
            Array(probes.shuffled(using: &generator).prefix(most))
            + probes.filter { rules.leftOut.contains("\($0.destination)") }
        probes = probes.filter(\.canBeOpened)
        for index in probes.indices { probes[index].source.port = 20_000 + UInt16(index) }
        return probes
    }
}
