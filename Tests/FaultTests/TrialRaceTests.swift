import GenerationModel
import Generations
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// Confirmations that come when the trial's time is just about over.
@Suite(.networkNamespace) struct TrialRaceTests {
    @Test func `each race has one outcome, and the exit status tells which`() throws {
        let installation = try Installation()
        try installation.expect(0, "apply", installation.first)
        var (races, current) = ((confirmed: 0, reverted: 0), 1)
        // Each race moves the next one towards the other outcome, so that most are close.
        var (delay, step) = (200_000, 100_000)
        for _ in 0..<(Strace.isThorough ? 1000 : 20) {
            #expect(try installation.contents() == Self.contents(installation, current))
            let policy = try installation.policyOther(than: current)
            try installation.expect(0, "apply", policy, "--confirm-within", "1h")
            let generation = try #require(try installation.store.head().trial?.generation)
            try installation.nft(
                """
                delete element inet redirctl lease { ipv4, ipv6 }
                add element inet redirctl lease { ipv4 timeout 400ms, ipv6 timeout 400ms }
                """
            )
            usleep(UInt32(delay))
            let wasConfirmed = races.confirmed
            let ending = try installation.redirctl("confirm")
            let outcome = try installation.store.head().outcomes[generation]
            switch ending.status {
            case 0:
                races.confirmed += 1
                current = generation
                #expect(outcome == nil)
            case 1:
                races.reverted += 1
                #expect(ending.errors.contains("the trial of generation \(generation) was over"))
                guard case .reverted = outcome else {
                    Issue.record("generation \(generation): \(String(describing: outcome))")
                    return
                }
            default: Issue.record("status \(ending.status): \(ending.errors)")
            }
            let isConfirmed = races.confirmed > wasConfirmed
            delay = min(max(0, delay + (isConfirmed ? step : -step)), 420_000)
            step = max(2_000, step * 2 / 3)
            #expect(try installation.store.head().current == current)
            try installation.expectOrder()
            #expect(try NftKernel().table("redirctl")?.lease == nil)
        }
        print("races: \(races)")
    }

    /// What the kernel holds when a generation is live.
    private static func contents(
        _ installation: Installation,
        _ generation: Int
    ) throws -> Installation.Contents? {
        try installation.store.generation(generation).ruleset?.rulesByChain
    }
}

extension Installation {
    /// The policy that a generation was not made of.
    fileprivate func policyOther(than generation: Int) throws -> String {
        try store.manifest(of: generation).policy == first ? second : first
    }
}
