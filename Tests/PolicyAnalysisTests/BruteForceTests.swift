import Addressing
import Diagnostics
import Glibc
import PolicyModel
import Testing

@testable import PolicyAnalysis

/// What the analysis says of small policies is what trying every packet shows.
@Suite struct BruteForceTests {
    /// How many policies: `REDIRCTL_SEMANTICS=all` tries ten thousand and more.
    private static let count: UInt64 = getenv("REDIRCTL_SEMANTICS") == nil ? 160 : 12_000
    private static let parts: UInt64 = 4

    @Test(arguments: 0..<parts)
    func `a redirect never matches if no packet gets to it`(part: UInt64) {
        var (dead, together) = (0, 0)
        for seed in part * Self.count / Self.parts..<(part + 1) * Self.count / Self.parts {
            let policy = SmallPolicies.policy(seed: seed)
            let packets = SmallPolicies.grid.telling(apart: [policy]).packets
            let reached = Self.reached(by: packets, in: policy)
            let findings = PolicyAnalysis(of: policy).findings
            for (index, redirect) in policy.redirects.enumerated() where redirect.isEnabled {
                let finding = findings.first {
                    [.neverMatches, .duplicateRedirect].contains($0.code)
                        && $0.primary.span == redirect.span
                }
                guard (finding == nil) == reached.contains(redirect.name) else {
                    Issue.record("seed \(seed), r\(index): \(finding?.message ?? "nothing found")")
                    return
                }
                guard let finding else { continue }
                dead += 1
                if finding.related.count > 1 { together += 1 }
                check(finding.message, covers: redirect, of: policy, by: packets, seed)
            }
        }
        #expect(dead > Int(Self.count / Self.parts) / 4 && together > 0, "\(dead), \(together)")
    }

    /// The named redirects match all that one matches, and none of them is named in vain.
    private func check(
        _ message: String,
        covers redirect: Redirect,
        of policy: Policy,
        by packets: [FirstPacket],
        _ seed: UInt64
    ) {
        let named = policy.redirects.filter {
            $0.name != redirect.name && message.contains("`\($0.name)`")
        }
        if message.contains(" more come first") { return }
        let packets = packets.filter { redirect.mismatch(for: $0) == nil }
        func isCovered(by redirects: [Redirect]) -> Bool {
            packets.allSatisfy { packet in redirects.contains { $0.mismatch(for: packet) == nil } }
        }
        #expect(isCovered(by: named), "seed \(seed), \(redirect.name)")
        for other in named {
            let rest = named.filter { $0.name != other.name }
            #expect(!isCovered(by: rest), "seed \(seed), \(redirect.name): \(other.name)")
        }
    }

    @Test(arguments: 0..<parts)
    func `redirects overlap in part if a packet shows it`(part: UInt64) {
        let packets = SmallPolicies.grid.packets
        var partial = 0
        for seed in part * Self.count / Self.parts..<(part + 1) * Self.count / Self.parts {
            let policy = SmallPolicies.policy(seed: seed)
            let found = PolicyAnalysis(of: policy).findings.filter { $0.code == .partialOverlap }
            let expected = overlapping(in: policy, packets)
            guard Set(found.map(\.primary.span)) == Set(expected.map(\.span)) else {
                Issue.record("seed \(seed): \(found.map(\.message)), \(expected.map(\.name))")
                return
            }
            partial += expected.count
        }
        #expect(partial > 0)
    }

    /// The redirects that overlap in part with an earlier one that decides otherwise, and of which that
    /// one decides a packet that both match.
    private func overlapping(in policy: Policy, _ packets: [FirstPacket]) -> [Redirect] {
        let space = PacketSpace([policy])
        let boxes = policy.redirects.map { space.boxes(of: $0) ?? [] }
        let redirects = policy.redirects
        var common: [(first: Int, later: Int, boxes: [Box])] = []
        for later in redirects.indices {
            for first in 0..<later where !redirects[first].decidesAs(redirects[later]) {
                if case .bypass = redirects[first].decision { continue }
                let both = boxes[first].flatMap { box in
                    boxes[later].filter { $0.overlapsPartly(box) }
                        .compactMap { $0.intersection(box) }
                }
                if !both.isEmpty { common.append((first, later, both)) }
            }
        }
        guard !common.isEmpty else { return [] }
        var (reached, found): (Set<Int>, Set<Int>) = ([], [])
        for packet in packets {
            guard let name = policy.outcome(of: packet).redirect?.name,
                let decider = redirects.firstIndex(where: { $0.name == name })
            else { continue }
            reached.insert(decider)
            let point = space.point(of: packet)
            for pair in common
            where pair.first == decider && pair.boxes.contains(where: { $0.contains(point) }) {
                found.insert(pair.later)
            }
        }
        return found.intersection(reached).sorted().map { redirects[$0] }
    }

    private static func reached(by packets: [FirstPacket], in policy: Policy) -> Set<String> {
        Set(packets.compactMap { policy.outcome(of: $0).redirect?.name })
    }

    @Test func `packets that a policy doesn't tell apart get to one redirect`() {
        let packets = SmallPolicies.grid.packets
        for seed in 0..<UInt64(6) {
            let policy = SmallPolicies.policy(seed: seed)
            let few = SmallPolicies.grid.telling(apart: [policy]).packets
            #expect(few.count < packets.count)
            let reached = Self.reached(by: packets, in: policy)
            #expect(Self.reached(by: few, in: policy) == reached, "seed \(seed)")
        }
    }

    @Test func `boxes hold the packets that a redirect matches`() {
        let packets = SmallPolicies.grid.packets
        for seed in 0..<UInt64(25) {
            let policy = SmallPolicies.policy(seed: seed)
            let space = PacketSpace([policy])
            for redirect in policy.redirects {
                let boxes = space.boxes(of: redirect) ?? []
                for packet in packets {
                    let count = boxes.count { $0.contains(space.point(of: packet)) }
                    let isMatched = redirect.mismatch(for: packet) == nil
                    guard count == (isMatched ? 1 : 0) else {
                        Issue.record("seed \(seed), \(redirect.name): in \(count) boxes, \(packet)")
                        return
                    }
                }
            }
        }
    }

    @Test func `what witnesses show is what the interpreter says`() throws {
        var shown = 0
        for seed in 0..<UInt64(160) {
            let policy = SmallPolicies.policy(seed: seed)
            for finding in PolicyAnalysis(of: policy).findings where finding.code == .neverMatches {
                // The exceptions of a redirect can leave nothing of it by themselves.
                guard !finding.related.isEmpty else { continue }
                #expect(finding.witness != nil, "seed \(seed): \(finding.message)")
                #expect(finding.primary.text.hasPrefix("would decide: "), "seed \(seed)")
                #expect(finding.related.contains { $0.text.hasPrefix("decides: ") }, "seed \(seed)")
                shown += 1
            }
        }
        #expect(shown > 40)
    }
}
