import ArgumentParser

/// Where a command works: the network namespace and the store.
struct LocationOptions: ParsableArguments {
    @Option(
        name: .customLong("netns"),
        help: ArgumentHelp(
            "Work in this network namespace (see ip-netns(8)); `host` is that of process 1.",
            valueName: "name"
        ),
        completion: .namespace
    )
    var givenNetns: String?

    @Option(
        name: .customLong("state-dir"),
        help: ArgumentHelp(
            "The directory in which generations are kept. (default: \(TableLocation.usualStateDir))",
            valueName: "directory"
        ),
        completion: .directory,
        transform: OptionValue.directory
    )
    var givenStateDir: String?

    /// Whether an option says where to work; the environment does not count.
    var isGiven: Bool { givenNetns != nil || givenStateDir != nil }

    /// The network namespace; `nil` for the caller's own.
    var netns: String? { givenNetns ?? TableLocation.fromEnvironment.netns }

    /// The directory in which generations are kept.
    var stateDir: String { givenStateDir ?? TableLocation.fromEnvironment.stateDir }

    /// Whether the command works in another network namespace than the caller's.
    var isElsewhere: Bool { TableLocation.isElsewhere(netns) }

    /// The options that name the same place, from any directory.
    var words: [String] {
        let directory = stateDir.hasPrefix("/") ? stateDir : "\(Invocation.directory)/\(stateDir)"
        // A process that is started with these words may find another directory in its environment.
        let isUsual =
            stateDir == TableLocation.usualStateDir
            && TableLocation.fromEnvironment.stateDir == TableLocation.usualStateDir
        return (netns.map { ["--netns", $0] } ?? [])
            + (isUsual ? [] : ["--state-dir", directory])
    }
}

/// The table of a command that reads no policy.
struct TableOptions: ParsableArguments {
    @Option(
        name: .customLong("table"),
        help: ArgumentHelp(
            "The table, as in the policy's `settings`. (default: \(Self.usual))",
            valueName: "name"
        ),
        completion: .table,
        transform: TableName.parse
    )
    var given: TableName?

    static let usual = "redirctl"

    var table: String { given?.text ?? Self.usual }

    /// The options that name the same table.
    var words: [String] { Self.words(for: table) }

    static func words(for table: String) -> [String] {
        table == usual ? [] : ["--table", table]
    }

    /// Refuses to name a table beside all tables.
    func validate(besidesAllTables isGiven: Bool) throws {
        guard !isGiven || given == nil else {
            throw ValidationError(
                "`--all-tables` and `--table` can't be combined."
            )
        }
    }

    /// Refuses `--table` beside a policy, which names its table itself.
    func validate(besides policy: String?) throws {
        guard policy == nil || given == nil else {
            throw ValidationError(
                "`--table` can't be combined with a policy, which names its table in `settings`."
            )
        }
    }
}
