import Generations
import Glibc
import LiveFlows
import Nftables
import PolicyYAML
import RulesetModel
import TrustedFiles

/// An error about the machine, in the operator's words, with the way out.
struct Failure: Error {
    let message: String
    let status: ExitStatus

    init(_ message: String) {
        self.message = message
        status = .failed
    }

    init(_ error: any Error, at place: (String) -> CommandHint? = { _ in nil }) {
        if let failure = error as? Failure {
            self = failure
            return
        }
        status =
            switch error as? ApplyError {
            case .locked?, .trialPending?: .tryAgain
            default: .failed
            }
        message =
            switch error {
            case let error as ApplyError: error.trialSentence(at: place) ?? error.sentence
            case let error as StalePlan: error.sentence
            case let error as KernelError: error.sentence
            case let error as StoreError: error.description
            case let error as FileError: error.description
            case let error as FlowError: error.sentence
            default: "\(error)"
            }
    }
}

extension ApplyError {
    fileprivate var sentence: String {
        switch self {
        case .locked(let holder):
            "another run holds the lock: \(holder); try again when it has ended"
        case .foreignTable(let name):
            """
            table inet \(name) exists, but redirctl did not make it, so it is left alone
            look at it with `nft list table inet \(name)`; then either give the policy another \
            name (`settings: {table: …}`) or take this table over with `redirctl apply --adopt POLICY`
            """
        case .otherLineage(let table, let found, let expected):
            """
            table inet \(table) is marked \(found.chain), a generation that this state directory \
            does not have; \(expected.map { "\($0.chain) is current here" } ?? "nothing is current here")
            use the state directory that goes with it (`--state-dir`), or make the table this one's: \
            `redirctl apply --adopt POLICY`\(expected == nil ? "" : " or `redirctl apply --restore --adopt`")
            """
        case .ownedTable(let name):
            OwnerText.sentence(of: name)
        case .noGeneration:
            "no generation is recorded here, so there is nothing to compare with or to go back to; "
                + "`redirctl apply POLICY` makes the first one"
        case .nothingBefore(let number):
            "generation \(number) is the first one; `redirctl remove` takes its table away"
        case .trialPending, .noTrial, .otherTrial, .trialOver, .nothingToTry, .removalOnTrial,
            .chainMoves, .leaseEndless, .trialNotAsSent, .trialStays, .trialEndedByRestart,
            .trialUnknown,
            .trialUnchanged, .trialUnrecorded, .trialEndUnrecorded:
            "\(self)"
        case .refused(let number, let redirects, let error):
            (error.namesCommand
                ? "the kernel refused generation \(number) and holds what it held before"
                : "generation \(number) could not be sent to the kernel, which holds what it held "
                    + "before")
                + (redirects.isEmpty
                    ? "" : "; it is about \(redirects.map { "`\($0)`" }.joined(separator: ", "))")
                + "\n" + error.sentence
        case .uncertain(let number, let error):
            "it is not known whether the kernel holds generation \(number): it can't be asked; "
                + "`redirctl status` tells once it can\n" + error.sentence
        case .unverified(let number, let error):
            "generation \(number) was sent and taken, but could not be looked at again\n"
                + error.sentence
        case .notAsSent(let number, _):
            "the kernel took generation \(number), but holds something else than was sent; "
                + "`redirctl diff` shows what, `redirctl rollback` goes back"
        case .unrecordable(let number, let error):
            "generation \(number) was not sent to the kernel, because it can't be recorded\n"
                + error.description
        case .unrecorded(let number, let isRemoval, let error):
            (isRemoval ? "the table is gone" : "the kernel holds generation \(number)")
                + ", but that could not be noted on disk; the next run will\n"
                + error.description
        }
    }
}

extension StalePlan {
    fileprivate var sentence: String {
        if case .unsafe(let path, let danger) = self {
            return "the plan \(path) is not applied: \(danger.message)\n"
                + "make it anew where only root can write, such as below /root"
        }
        return "the plan is stale: \(reason)\nnothing was changed; make the plan anew"
    }

    private var reason: String {
        switch self {
        case .unsafe(_, let danger): danger.message
        case .damaged(let path): "\(path) is not what `plan --out` wrote there"
        case .format(let format):
            "it has format \(format), which this version of redirctl does not know"
        case .tool(let made, let here): "redirctl \(made) made it, and this is \(here)"
        case .table(let planned, let policy):
            "it is about table \(planned), and the policy now names \(policy)"
        case .source(let name): "\(name) has changed since"
        case .ruleset:
            "the policy's text is the same, but not what it comes to: a user, group or control "
                + "group that it names is another one now"
        case .generation(let planned, let current):
            "it starts from \(planned.map { "generation \($0)" } ?? "no generation"), and "
                + "\(current.map { "generation \($0)" } ?? "none") is current now"
        case .lineage(let number):
            "generation \(number) here is not the one that it starts from: this is another "
                + "state directory, or another machine"
        case .liveTable:
            "the table in the kernel has changed since; `redirctl diff` shows how"
        }
    }
}

extension KernelError {
    /// Whether it is certain that the kernel was asked and said no: it says so of a command.
    fileprivate var namesCommand: Bool {
        guard case .refused(let complaints) = self else { return false }
        return complaints.contains { $0.command != nil }
    }

    var sentence: String {
        switch self {
        case .notPermitted:
            "this needs CAP_NET_ADMIN in the network namespace: run it as root (sudo); "
                + "`validate` and `compile` need no privileges"
        case .refused(let complaints):
            complaints.isEmpty
                ? "the kernel gave no reason" : complaints.map(\.text).joined(separator: "\n")
        case .tooOld: description
        case .libraryDied(let status, let output):
            "libnftables ended unexpectedly: \(status)" + (output.isEmpty ? "" : "\n\(output)")
        case .unreadableListing(let reason):
            "the kernel's table could not be read: \(reason)"
        case .system(let call, let code):
            "\(call): \(String(cString: strerror(code)))"
        }
    }
}
