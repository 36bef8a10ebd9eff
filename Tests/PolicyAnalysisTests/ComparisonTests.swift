import Addressing
import Glibc
import PolicyModel
import Testing

@testable import PolicyAnalysis

/// What a comparison says of small policies is what trying every packet shows.
@Suite struct ComparisonTests {
    /// How many pairs of policies: `REDIRCTL_SEMANTICS=all` tries ten thousand and more.
    private static let count: UInt64 = getenv("REDIRCTL_SEMANTICS") == nil ? 120 : 15_000
    private static let parts: UInt64 = 4

    /// Connections by their deciding redirects and where these send them.
    private struct Key: Hashable {
        let old: String?
        let new: String?
        let oldFate: Fate
        let newFate: Fate
    }

    @Test(arguments: 0..<parts)
    func `every packet that goes elsewhere is in one change`(part: UInt64) {
        var (changed, rewritten) = (0, 0)
        for seed in part * Self.count / Self.parts..<(part + 1) * Self.count / Self.parts {
            let (old, new, edit) = PolicyPairs.pair(seed: seed)
            let comparison = PolicyComparison(old: old, new: new)
            guard comparison.undecided.isEmpty else {
                Issue.record("seed \(seed): undecided \(comparison.undecided)")
                return
            }
            let keys = comparison.changes.map {
                Key(old: $0.old?.name, new: $0.new?.name, oldFate: $0.oldFate, newFate: $0.newFate)
            }
            let packets = PolicyPairs.grid.telling(apartWithPlaces: [old, new]).packets
            let expected = Set(packets.compactMap { Self.change(of: $0, old, new) })
            guard Set(keys) == expected, keys.count == expected.count,
                comparison.total == keys.count
            else {
                Issue.record(
                    """
                    seed \(seed), \(edit): missing \(expected.subtracting(keys)), \
                    wrong \(Set(keys).subtracting(expected))
                    """
                )
                return
            }
            #expect(!edit.isRewrite || comparison.isEmpty, "seed \(seed), \(edit)")
            changed += comparison.total
            rewritten += edit.isRewrite ? 1 : 0
            check(comparison, old, new, seed)
        }
        #expect(changed > rewritten && rewritten > 0, "\(changed), \(rewritten)")
    }

    /// The change that a packet is part of; `nil` if it goes where it went.
    private static func change(of packet: FirstPacket, _ old: Policy, _ new: Policy) -> Key? {
        let (was, becomes) = (old.outcome(of: packet), new.outcome(of: packet))
        let isTheSame =
            was.redirect?.decision == becomes.redirect?.decision
            && was.redirect?.masquerade == becomes.redirect?.masquerade
        guard !isTheSame, ConcreteFate(was, of: packet) != ConcreteFate(becomes, of: packet) else {
            return nil
        }
        return Key(
            old: was.redirect?.name,
            new: becomes.redirect?.name,
            oldFate: fate(was, of: packet),
            newFate: fate(becomes, of: packet)
        )
    }

    private static func fate(_ outcome: Outcome, of packet: FirstPacket) -> Fate {
        let source = outcome.newSource?.restricted(to: packet.family)
        switch outcome.redirect?.decision {
        case nil, .bypass: return Fate(shares: [], method: nil, source: source)
        case .target(let target):
            return Fate(shares: [.init(target: target)], method: nil, source: source)
        case .balance(let balance):
            let shares = balance.shares.filter { $0.target.families.contains(packet.family) }
            return Fate(
                shares: shares,
                method: shares.count > 1 ? balance.method : nil,
                source: source
            )
        }
    }

    @Test func `packets that two policies don't tell apart are in one change`() {
        for seed in stride(from: UInt64(0), to: 30, by: 4) {
            let (old, new, edit) = PolicyPairs.pair(seed: seed)
            let few = PolicyPairs.grid.telling(apartWithPlaces: [old, new]).packets
            let all = PolicyPairs.grid.packets.compactMap { Self.change(of: $0, old, new) }
            #expect(Set(all) == Set(few.compactMap { Self.change(of: $0, old, new) }), "\(edit)")
        }
    }

    @Test func `a source stays where the target is the port that was asked for`() {
        let (old, new, edit) = PolicyPairs.pair(seed: 5597)
        #expect(edit == .newMasquerade)
        #expect(PolicyComparison(old: old, new: new).isEmpty)
    }

    /// Each witness is what it is said to be.
    private func check(_ comparison: PolicyComparison, _ old: Policy, _ new: Policy, _ seed: UInt64)
    {
        for change in comparison.changes {
            guard let packet = change.example?.packet else { continue }
            let (was, becomes) = (old.outcome(of: packet), new.outcome(of: packet))
            #expect(was.redirect?.name == change.old?.name, "seed \(seed)")
            #expect(becomes.redirect?.name == change.new?.name, "seed \(seed)")
            #expect(was.places != becomes.places || change.oldFate != change.newFate)
        }
        guard let example = comparison.changes.first?.example else { return }
        for packet in Self.packets(like: example) {
            let (was, becomes) = (old.outcome(of: packet), new.outcome(of: packet))
            guard was.redirect?.name == example.old.redirect?.name,
                becomes.redirect?.name == example.new.redirect?.name
            else {
                let text = example.connection.map { "\($0)" } ?? ""
                Issue.record("seed \(seed): \(text) leaves out what decides: \(packet)")
                return
            }
        }
    }

    /// Packets that what is written of an example could also mean.
    private static func packets(like example: PolicyComparison.Example) -> [FirstPacket] {
        guard let connection = example.connection else { return [] }
        let sources =
            connection.sourceAddress == nil
            ? ["192.0.2.0", "192.0.2.1", "192.0.2.9", "2001:db8::9"].compactMap { IPAddress($0) }
            : [example.packet.source]
        let interfaces =
            connection.interface == nil
            ? ["eth0", "eth1", "eth9", "lo"] : [example.packet.interface]
        let marks = connection.mark == nil ? [0, 1, 2, 3] : [example.packet.mark]
        let users = connection.user == nil ? [0, 1] : [example.packet.process?.user ?? 0]
        var packets: [FirstPacket] = []
        for source in sources {
            for (interface, mark) in interfaces.flatMap({ one in marks.map { (one, $0) } }) {
                for user in users {
                    let origin: FirstPacket.Origin =
                        example.packet.process == nil
                        ? .inbound : .outbound(by: .init(user: user, group: 0))
                    let packet = FirstPacket(
                        origin: origin,
                        payload: example.packet.payload,
                        source: source,
                        destination: example.packet.destination,
                        isToThisMachine: example.packet.isToThisMachine,
                        interface: interface,
                        mark: mark,
                        dscp: example.packet.dscp
                    )
                    if let packet { packets.append(packet) }
                }
            }
        }
        return packets
    }
}
