import Addressing
import Diagnostics
import PolicyModel
import TestSupport
import Testing

@testable import PolicyAnalysis

/// What large policies take, and what is said when it is too much.
@Suite struct ComparisonScaleTests {
    private let source: SourceID

    init() {
        var sources = SourceMap()
        source = sources.add(SourceText(name: "policy.yaml", text: ""))
    }

    private func redirect(_ number: UInt32, to port: UInt16) throws -> Redirect {
        var match = Match(protocols: [.tcp])
        let address = try #require(IPAddress(family: .ipv4, bits: 0x0A00_0000 + UInt128(number)))
        match.destination.addresses = AddressSet(AddressRange(address))
        return Redirect(
            name: "r\(number)",
            directions: [.inbound],
            match: match,
            decision: .target(.port(.one(try #require(Port(port))))),
            span: SourceSpan(at: .init(line: 1, column: 1), in: source)
        )
    }

    private func policy(_ count: UInt32) throws -> Policy {
        Policy(redirects: try (0..<count).map { try redirect($0, to: 8080) })
    }

    @Test func `redirects that marks tell apart are compared one by one`() throws {
        func policy(to port: UInt16) throws -> Policy {
            Policy(
                redirects: try (UInt32(1)...1100).map { number in
                    var redirect = try redirect(0, to: port)
                    redirect.name = "m\(number)"
                    redirect.match.mark = PacketMark(value: number)
                    return redirect
                }
            )
        }
        let comparison = PolicyComparison(old: try policy(to: 8080), new: try policy(to: 9090))
        #expect(comparison.undecided.isEmpty)
        #expect(comparison.total == 1100)
    }

    @Test func `only what overlaps a change is looked at`() throws {
        let old = try policy(3000)
        var new = old
        new.redirects[70] = try redirect(70, to: 9090)
        new.redirects.remove(at: 1500)
        new.redirects.append(new.redirects.remove(at: 10))
        let alignment = RedirectAlignment(old.redirects, new.redirects)
        let pairs = CandidatePairs(old.redirects, new.redirects, alignment)
        #expect(pairs.ofOld.map(\.place) == [10, 70, 1500])
        #expect(pairs.oldPlaces == [10, 70, 1500])
        #expect(pairs.newPlaces.count == 2)
        #expect(pairs.ofOld.map(\.partners.count) == [1, 1, 0])
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.changes.map(\.old?.name) == ["r70", "r1500"])
        #expect(comparison.changes.map(\.new?.name) == ["r70", nil])
    }

    @Test func `a general redirect at the end is compared without walking all others`() throws {
        var (old, new) = (try policy(3000), try policy(3000))
        for port in [UInt16(81), 82] {
            var general = try redirect(9999, to: port)
            general.match.destination.addresses = nil
            if port == 81 { old.redirects.append(general) } else { new.redirects.append(general) }
        }
        let pairs = CandidatePairs(
            old.redirects,
            new.redirects,
            RedirectAlignment(old.redirects, new.redirects)
        )
        #expect(pairs.ofOld.map(\.partners) == [[3000]])
        #expect(PolicyComparison(old: old, new: new).total == 1)
    }

    @Test func `changes are listed up to a limit, and all are counted`() throws {
        let old = try policy(50)
        let new = Policy(redirects: try (0..<50).map { try redirect($0, to: 9090) })
        let comparison = PolicyComparison(old: old, new: new, atMost: 7)
        #expect(comparison.changes.map(\.new?.name) == (0..<7).map { "r\($0)" })
        #expect(comparison.total == 50)
    }

    @Test func `what would take too long is named`() throws {
        var random = SeededGenerator(seed: 1)
        func ports() throws -> PortSet {
            let first = UInt16.random(in: 1...30_000, using: &random)
            return PortSet(try #require(Port(first))...(try #require(Port(first + 30_000))))
        }
        func addresses() throws -> AddressSet {
            let first = UInt128.random(in: 0...0x7000_0000, using: &random)
            return AddressSet(
                try #require(AddressRange(family: .ipv4, bits: first...first + 0x7000_0000))
            )
        }
        var general = try redirect(1, to: 8080)
        general.match.destination.addresses = nil
        general.exceptions = try (0..<30).map { _ in
            var exception = Match(protocols: [.tcp])
            exception.source = .init(addresses: try addresses(), ports: try ports())
            exception.destination = .init(addresses: try addresses(), ports: try ports())
            return exception
        }
        var changed = general
        changed.decision = .bypass
        let comparison = PolicyComparison(
            old: Policy(redirects: [try redirect(2, to: 8080), general]),
            new: Policy(redirects: [try redirect(2, to: 9090), changed])
        )
        #expect(comparison.undecided == ["r1"])
        #expect(comparison.changes.map(\.new?.name) == ["r2"])
        #expect(!comparison.isEmpty)
    }
}
