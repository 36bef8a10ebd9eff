import GenerationModel
import Generations
import Glibc
import Nftables
import RulesetModel
import TestSupport
import Testing

/// A command with what stands before it and after it.
enum Scenario: CaseIterable {
    case apply
    case firstApply
    case restore
    case rollback
    case remove
    /// The one that drops the oldest generation.
    case prune
    /// The one after a run that was killed when the kernel had switched.
    case recover
    /// The first one of a new version, over what an earlier one left.
    case upgrade

    /// Brings about what stands before the command.
    func prepare(_ installation: Installation) throws {
        try installation.nft("add table inet redirctl; delete table inet redirctl")
        try installation.forgetEverything()
        switch self {
        case .firstApply: return
        case .upgrade: return try FormerStore("live").install(in: installation.directory)
        case .prune: return try installation.fillHistory()
        default: try installation.expect(0, "apply", installation.first)
        }
        switch self {
        case .recover:
            let tool = Strace.injecting("rename:signal=SIGKILL:when=3", intoChildren: false)
            let ending = try installation.redirctl("apply", installation.second, under: tool)
            #expect(ending.status == 128 + SIGKILL)
            #expect(try installation.store.head().intent == 2)
        case .rollback: try installation.expect(0, "apply", installation.second)
        case .restore: try installation.nft("flush ruleset")
        default: break
        }
    }

    /// How many names are changed before the kernel switches, and in all.
    ///
    /// The generation and the intent come before, the head after; a restore has the head only.
    var renames: (before: Int, all: Int) {
        switch self {
        case .restore: (0, 1)
        case .prune: (2, 4)
        case .recover: (3, 4)
        default: (2, 3)
        }
    }

    /// The command.
    func arguments(_ installation: Installation) -> [String] {
        switch self {
        case .firstApply: ["apply", installation.first]
        case .apply, .prune: ["apply", installation.second]
        case .recover: ["apply", installation.first]
        case .restore: ["apply", "--restore"]
        case .upgrade: ["apply", installation.former]
        // By number, so that the same words after a run that was killed mean the same.
        case .rollback: ["rollback", "--to", "1"]
        case .remove: ["remove"]
        }
    }
}

/// A scenario that was played through without a fault.
struct Rehearsal {
    let scenario: Scenario
    let installation: Installation
    let before: Installation.Contents?
    let after: Installation.Contents?
    let trace: Strace

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        installation = try Installation()
        try scenario.prepare(installation)
        before = try installation.contents()
        trace = try Strace(installation, scenario.arguments(installation))
        after = try installation.contents()
        #expect(before != after)
        try installation.expectOrder()
    }

    /// What a run with a fault has left in the kernel.
    enum Result {
        case before
        case after
        case neither
    }

    /// Plays the scenario with a fault, within so many seconds, and expects that all is well in the
    /// end.
    ///
    /// - Returns: How the run ended, and what the kernel held then.
    func play(
        under tool: [String],
        within seconds: Int = 60,
        _ comment: Comment
    ) throws -> (Program.Ending, Result) {
        try scenario.prepare(installation)
        let numbers = try installation.store.numbers()
        let words = installation.words(scenario.arguments(installation), under: tool)
        let ending = try Program.run(words, within: seconds)
        try installation.awaitQuiet()

        let contents = try installation.contents()
        let result: Result =
            contents == after ? .after : contents == before ? .before : .neither
        #expect(result != .neither, comment)
        let left = try installation.store.numbers()
        // What the history is too long by may go, once the new one is there.
        let excess = max(0, (left.last ?? 0) - Store.historyLimit)
        let needed = numbers.filter { scenario != .prune || $0 > excess }
        #expect(Set(left).isSuperset(of: needed), "\(comment): a generation was lost")
        #expect(left.count <= numbers.count + 1, comment)
        let head = try installation.store.head()
        let marked = try NftKernel().table("redirctl")?.markers.map(\.number)
        try expectCheck(comment)

        let next = try Program.run(installation.words(scenario.arguments(installation)))
        #expect(next.status == 0, "\(comment): the next run: \(next.errors)")
        #expect(try installation.contents() == after, comment)
        if let intent = head.intent {
            let isLive = try marked ?? [] == (installation.isRemoval(intent) ? [] : [intent])
            let note =
                isLive
                ? "could record that the kernel has generation \(intent)"
                : "had generation \(intent); it was never live"
            #expect(next.errors.contains(note), "\(comment): \(next.errors)")
        } else {
            #expect(
                next.unexpectedErrors.isEmpty || next.errors.contains("gone"),
                "\(comment): \(next.errors)"
            )
        }
        try installation.expectOrder(comment)
        let check = try installation.redirctl("check")
        #expect(check.status == 0, "\(comment): \(check.output)\(check.errors)")
        #expect(try installation.redirctl("history").status == 0, comment)
        return (ending, result)
    }

    /// Expects `check` to tell what is the case, before anything was repaired.
    private func expectCheck(_ comment: Comment) throws {
        let snapshot = try installation.listed()
        let check = try installation.redirctl("check")
        switch snapshot.drift {
        case nil: #expect(check.status == 1, comment)
        case Drift.none?:
            #expect(check.status == 0, "\(comment): \(check.output)\(check.errors)")
            #expect(check.output.isEmpty, comment)
        default:
            #expect(scenario == .restore, comment)
            #expect(check.status == 2, comment)
        }
    }
}
