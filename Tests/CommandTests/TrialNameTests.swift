import TestSupport
import Testing

/// Names that somebody else gives objects of a trial never become commands.
@Suite(.networkNamespace) struct TrialNameTests {
    private let scratch: Scratch
    private let machine = Lab().machine

    /// A chain whose name would be three commands of nft's.
    private static let name =
        "trial_x; add chain inet redirctl trial_x; "
        + "add chain inet firewall in { policy accept ; }; add table inet pwned"

    init() throws {
        scratch = try Scratch()
        try machine.nft(
            """
            table inet firewall { chain in { type filter hook input priority 0; policy drop; }; }
            """
        )
    }

    private func startTrial(_ time: String) throws {
        _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        let candidate = try scratch.policy(["web": (80, 9090)])
        #expect(try scratch.redirctl("apply", candidate, "--confirm-within", time).status == 0)
        let chains = [Self.name, "trial_x"].map {
            #"{"add": {"chain": {"family": "inet", "table": "redirctl", "name": "\#($0)"}}}"#
        }
        try machine.run(
            "nft",
            "-j",
            "-f",
            "-",
            input: #"{"nftables": ["# + chains.joined(separator: ", ") + "]}"
        )
    }

    private func expectNothingOfTheName() throws {
        let ruleset = try machine.run("nft", "list", "ruleset")
        #expect(ruleset.contains("policy drop"))
        #expect(!ruleset.contains("pwned"))
        #expect(!ruleset.contains("trial_"))
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test(arguments: ["confirm", "cancel"]) func `when a trial ends`(command: String) throws {
        try startTrial("10m")
        #expect(try scratch.redirctl("check").status == 2)
        let ending = try scratch.redirctl(command)
        #expect(ending.status == 0, "\(ending)")
        try expectNothingOfTheName()
        let target = command == "confirm" ? ":9090" : ":8080"
        #expect(try scratch.redirctl("status").output.contains(target))
    }

    @Test func `when its time is over`() throws {
        try startTrial("1s")
        for _ in 0..<300 {
            let restore = try scratch.redirctl("apply", "--restore")
            if restore.status == 0 { break }
            #expect(restore.status == 75, "\(restore)")
        }
        try expectNothingOfTheName()
        #expect(try scratch.redirctl("status").output.contains(":8080"))
    }
}
