import ArgumentParser
import Diagnostics
import GenerationModel
import Generations
import Nftables

/// Where a command works: the network namespace and the store.
struct LocationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Work in this network namespace (see ip-netns(8)); `host` is that of process 1.",
            valueName: "name"
        )
    )
    var netns: String?

    @Option(help: ArgumentHelp("Where generations are kept.", valueName: "directory"))
    var stateDir = TableLocation.usualStateDir

    /// Whether the command works in another network namespace than the caller's.
    var isElsewhere: Bool { TableLocation.isElsewhere(netns) }

    /// The options that lead to the same place, also from another directory.
    var words: [String] {
        let directory = stateDir.hasPrefix("/") ? stateDir : "\(Invocation.directory)/\(stateDir)"
        return (netns.map { ["--netns", $0] } ?? [])
            + (stateDir == TableLocation.usualStateDir ? [] : ["--state-dir", directory])
    }

    func validate() throws {
        guard !stateDir.isEmpty else {
            throw ValidationError("`--state-dir` takes the name of a directory.")
        }
    }
}

/// The table of a command that reads no policy.
struct TableOptions: ParsableArguments {
    @Option(
        name: .customLong("table"),
        help: ArgumentHelp(
            "The table, as in the policy's `settings`. (default: \(Self.usual))",
            valueName: "name"
        )
    )
    var given: String?

    static let usual = "redirctl"

    var table: String { given ?? Self.usual }

    /// The options that name the same table.
    var words: [String] { Self.words(for: table) }

    static func words(for table: String) -> [String] {
        table == usual ? [] : ["--table", table]
    }

    func validate() throws {
        guard Self.isName(table) else {
            throw ValidationError("\(table.quoted) is not the name of a table.")
        }
    }

    /// Whether a table could have this name.
    static func isName(_ table: String) -> Bool {
        guard let first = table.utf8.first else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
            && table.utf8.count <= 31 && table.utf8.allSatisfy(isAllowed)
    }

    /// Refuses to name the table twice.
    func validate(besides policy: String?) throws {
        guard policy == nil || given == nil else {
            throw ValidationError(
                "`--table` does not go with a policy, which names its table in `settings`."
            )
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// How long a change waits for another one.
struct LockOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long to wait for another run to end, in seconds; then exit 75.",
            valueName: "seconds"
        )
    )
    var lockTimeout = 60

    func validate() throws {
        guard (0...86_400).contains(lockTimeout) else {
            throw ValidationError("`--lock-timeout` takes 0 to 86400 seconds.")
        }
    }
}
