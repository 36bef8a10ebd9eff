import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyAnalysis

/// The analysis and the reference say the same of random policies with every key.
@Suite struct AnalysisTests {
    @Test func `a packet is in one box of each redirect that matches it, and in no other`() {
        var inside = 0
        for policyCase in PolicyCase.usual {
            let space = PacketSpace([policyCase.policy])
            for redirect in policyCase.policy.redirects {
                guard let boxes = space.boxes(of: redirect) else { continue }
                for (packet, _) in policyCase.cases {
                    let point = space.point(of: packet)
                    let count = boxes.count { $0.contains(point) }
                    guard count == (redirect.mismatch(for: packet) == nil ? 1 : 0) else {
                        Issue.record(
                            "seed \(policyCase.seed), \(redirect.name), in \(count): \(packet)"
                        )
                        return
                    }
                    inside += count
                }
            }
        }
        #expect(inside > 3000)
    }

    @Test func `a redirect decides the packet that is found for it, or it decides none`() {
        var (reached, dead) = (0, 0)
        for policyCase in PolicyCase.usual {
            let policy = policyCase.policy
            let space = PacketSpace([policy])
            var earlier = DecidingRedirects()
            for redirect in policy.redirects {
                let boxes = space.boxes(of: redirect) ?? []
                if !boxes.isEmpty {
                    switch earlier.rest(of: boxes) {
                    case .packet(let point):
                        guard let packet = space.packet(at: point) else { break }
                        reached += 1
                        #expect(
                            policy.outcome(of: packet).redirect?.name == redirect.name,
                            "seed \(policyCase.seed), \(redirect.name)"
                        )
                    case .nothing:
                        dead += 1
                        #expect(
                            !policyCase.cases.contains {
                                policy.outcome(of: $0.packet).redirect?.name == redirect.name
                            },
                            "seed \(policyCase.seed), \(redirect.name)"
                        )
                    case .unknown: Issue.record("seed \(policyCase.seed), \(redirect.name)")
                    }
                }
                earlier.append(boxes)
            }
        }
        #expect(reached > 1000 && dead > 10, "\(reached), \(dead)")
    }

    @Test func `what is said of targets and lists is shown by packets`() {
        var shown = 0
        for policyCase in PolicyCase.usual {
            let analysis = PolicyAnalysis(of: policyCase.policy)
            shown += analysis.findings.count { $0.witness != nil }
            #expect(!analysis.totals.keys.contains(.analysisIncomplete), "\(policyCase.seed)")
        }
        #expect(shown > 50, "\(shown)")
    }
}
