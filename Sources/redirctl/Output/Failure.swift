import Generations
import Glibc
import Nftables
import PolicyYAML

/// An error about the machine, in the operator's words, with the way out.
struct Failure: Error {
    let message: String
    let status: ExitStatus

    init(_ message: String) {
        self.message = message
        status = .failed
    }

    init(_ error: any Error) {
        if let failure = error as? Failure {
            self = failure
            return
        }
        status =
            if case .locked? = error as? ApplyError { .tryAgain } else { .failed }
        message =
            switch error {
            case let error as ApplyError: error.sentence
            case let error as KernelError: error.sentence
            case let error as StoreError: error.description
            case let error as PolicyFileError: error.description
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
            name (`settings: {table: …}`) or take this table over with `redirctl apply --adopt`
            """
        case .ownedTable(let name):
            OwnerText.sentence(of: name)
        case .noGeneration:
            "no generation is recorded here, so there is nothing to compare with or to go back to; "
                + "`redirctl apply POLICY` makes the first one"
        case .nothingBefore(let number):
            "generation \(number) is the first one; `redirctl remove` takes its table away"
        case .refused(let number, let redirects, let error):
            "the kernel refused generation \(number) and holds what it held before"
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
        case .unrecorded(let number, let error):
            "the kernel holds generation \(number), but that could not be noted on disk; "
                + "the next run will\n" + error.description
        }
    }
}

extension KernelError {
    fileprivate var sentence: String {
        switch self {
        case .notPermitted:
            "this needs CAP_NET_ADMIN in the network namespace: run it as root (sudo); "
                + "`validate` and `compile` need no privileges"
        case .refused(let complaints):
            complaints.isEmpty
                ? "the kernel gave no reason" : complaints.map(\.text).joined(separator: "\n")
        case .libraryDied(let status, let output):
            "libnftables ended unexpectedly: \(status)" + (output.isEmpty ? "" : "\n\(output)")
        case .unreadableListing(let reason):
            "the kernel's table could not be read: \(reason)"
        case .system(let call, let code):
            "\(call): \(String(cString: strerror(code)))"
        }
    }
}
