import Diagnostics
import Generations
import Glibc
import LiveFlows
import LocatedYAML
import Nftables
import Reporting
import TrustedFiles

/// An error that a command can end with.
protocol OperatorError: Error {
    /// What happened and, if there is one, the way out. `place` names the options for a table; `nil`
    /// stands for that of a policy.
    func text(at place: (String?) -> CommandHint) -> String

    var status: ExitStatus { get }
}

/// An error of a command in the operator's words.
struct Failure: Error {
    let message: String
    let status: ExitStatus

    init(_ message: String) {
        self.message = message
        status = .failed
    }

    init(_ error: any Error, at place: (String?) -> CommandHint = { _ in CommandHint() }) {
        if let failure = error as? Failure {
            self = failure
            return
        }
        // Commands expect no other errors, so nothing more can be said about those.
        let expected = error as? any OperatorError
        message = expected?.text(at: place) ?? String(describing: error)
        status = expected?.status ?? .failed
    }
}

extension StoreError: OperatorError {
    var status: ExitStatus { .failed }

    func text(at place: (String?) -> CommandHint) -> String {
        guard case .corrupt(let path, _) = self, path.hasSuffix("/head.json"),
            let table = path.split(separator: "/").dropLast().last
        else { return description }
        let command = place(String(table)).line("apply --restore")
        return "\(description)\n\(command) writes it again from the kernel's table"
    }
}

extension FileError: OperatorError {
    var status: ExitStatus { .failed }

    func text(at place: (String?) -> CommandHint) -> String {
        let advice: String? =
            switch self {
            case .cannotOpen(let path, ENOENT):
                NearestFile.to(path).map { "; did you mean \($0.escaped)?" }
            case .notARegularFile(let path) where FileError.isDirectory(path):
                NearestFile.firstYAML(in: path).map { ", such as \($0.escaped)" }
            default: nil
            }
        return description + (advice ?? "")
    }
}

extension FlowError: OperatorError {
    var status: ExitStatus { .failed }

    func text(at place: (String?) -> CommandHint) -> String {
        switch self {
        case .untracked(let error):
            "the kernel does not list the connections that it tracks: \(error.description)"
        case .unreadable(let error):
            "the change is live, but flows could not be flushed: \(error.description)"
        case .unrecorded(let error):
            "the change is live, but flows could not be flushed: \(error.description)"
        case .notFlushed(let left, let error):
            "the change is live, but not all flows could be flushed: \(error.description)"
                + (left.warningOfSession.map { "\n\($0)" } ?? "")
        }
    }
}

extension StalePlan: OperatorError {
    var status: ExitStatus { .failed }

    func text(at place: (String?) -> CommandHint) -> String {
        func stale(_ reason: String) -> String {
            "the plan is stale: \(reason)\nnothing was changed; make a new plan"
        }
        return switch self {
        case .unsafe(let path, let danger):
            "the plan \(path) was not applied: \(danger.message)\n"
                + "make a new one where only root can write, for example below /root"
        case .damaged(let path): stale("\(path) is not what `plan --out` wrote there")
        case .format(let format):
            stale("it has format \(format), which this version of redirctl does not know")
        case .tool(let made, let here): stale("redirctl \(made) made it, and this is \(here)")
        case .table(let planned, let policy):
            stale("it is for table \(planned), and the policy now names \(policy)")
        case .source(let name): stale("\(name) has changed since")
        case .ruleset:
            stale(
                "the policy's text is the same, but it compiles to other rules: a user, group or "
                    + "control group that it names has another id now"
            )
        case .generation(let planned, let current):
            stale(
                "it starts from \(planned.map { "generation \($0)" } ?? "no generation"), and "
                    + "\(current.map { "generation \($0)" } ?? "none") is current now"
            )
        case .lineage(let number):
            stale(
                "generation \(number) here is not the one that it starts from: this is another "
                    + "state directory, or another machine"
            )
        case .liveTable(let table):
            stale(
                "the table in the kernel has changed since; \(place(table).line("diff")) shows how"
            )
        }
    }
}

extension KernelError: OperatorError {
    var status: ExitStatus { .failed }

    func text(at place: (String?) -> CommandHint) -> String { sentence }

    /// Whether the kernel certainly refused a command: the complaint names it.
    var namesCommand: Bool {
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
                + "\n`redirctl doctor POLICY` says whether a table that a newer version made is the cause"
        case .unreadableListing(let reason):
            "the kernel's table could not be read: \(reason)"
        case .system(let call, let code):
            "\(call): \(errorText(code))"
        }
    }
}
