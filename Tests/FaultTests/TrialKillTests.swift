import GenerationModel
import Generations
import Glibc
import RulesetModel
import TestSupport
import Testing

/// Commands about trials that are killed: the trial goes on or it does not, and the next command
/// puts right whatever is left.
@Suite(.networkNamespace, .strace) struct TrialKillTests {
    enum Step: String, CaseIterable {
        case start, confirm, cancel, extend

        /// Whether the step needs a trial that goes on.
        var isLater: Bool { self != .start }
    }

    let installation: Installation

    init() throws { installation = try Installation() }

    private func prepare(_ step: Step) throws {
        try installation.nft("add table inet redirctl; delete table inet redirctl")
        try installation.forgetEverything()
        try installation.expect(0, "apply", installation.first)
        if step.isLater {
            try installation.expect(0, "apply", installation.second, "--confirm-within", "1h")
        }
    }

    private func arguments(_ step: Step) -> [String] {
        switch step {
        case .start: ["apply", installation.second, "--confirm-within", "1h"]
        case .confirm: ["confirm"]
        case .cancel: ["cancel"]
        case .extend: ["extend", "2h"]
        }
    }

    @Test(arguments: Step.allCases)
    func `killed at any system call`(step: Step) throws {
        try prepare(step)
        let before = try installation.contents()
        let trace = try Strace(installation, arguments(step))
        let after = try installation.contents()
        let instants = Strace.isThorough ? trace.instants : trace.sample(6)
        var counts = (before: 0, after: 0)
        for instant in instants {
            try prepare(step)
            let tool = Strace.injecting(
                instant.fault("signal=SIGKILL"),
                intoChildren: instant.isInChild
            )
            _ = try Program.run(installation.words(arguments(step), under: tool))
            try installation.awaitQuiet()
            let comment: Comment = "\(step) killed at \(instant)"
            let contents = try installation.contents()
            #expect(contents == before || contents == after, comment)
            counts.before += contents == before ? 1 : 0
            counts.after += contents == after && before != after ? 1 : 0
            #expect(try installation.redirctl("check").status == 0, comment)
            try settle(isNoted: try installation.listed().trial != nil, comment)
        }
        if Strace.isThorough { print("\(step): \(instants.count) instants, \(counts)") }
    }

    /// Ends whatever trial there is, and expects order with the one or the other generation.
    private func settle(isNoted: Bool, _ comment: Comment) throws {
        let cancel = try installation.redirctl("cancel")
        #expect(cancel.status == (isNoted ? 0 : 1), "\(comment): \(cancel.errors)")
        // Takes the lock, and so repairs what is left.
        let restored = try installation.redirctl("apply", "--restore")
        #expect(restored.status == 0, "\(comment): \(restored.errors)")
        try installation.expectOrder(comment)
        let snapshot = try installation.listed()
        #expect(snapshot.head.trial == nil, comment)
        #expect(snapshot.table?.lease == nil, comment)
        #expect(snapshot.table?.rulesByChain == snapshot.current?.ruleset?.rulesByChain, comment)
        let check = try installation.redirctl("check")
        #expect(check.status == 0 && check.errors.isEmpty, "\(comment): \(check.errors)")
    }
}
