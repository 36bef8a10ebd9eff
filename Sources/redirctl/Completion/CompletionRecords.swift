import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting
import TrustedFiles

/// What is recorded at the place that the words of a command line name so far.
///
/// Somebody waits while typing: nothing is locked or written, neither the kernel nor libnftables is asked, and
/// what can't be read is not there. Only root can read the usual state directory.
struct CompletionRecords {
    private var location = TableLocation.fromEnvironment
    private var table = TableOptions.usual

    /// Reads where a command would work from its words, as they were typed.
    init(_ words: [String]) {
        if let netns = Self.value(of: "--netns", in: words) { location.netns = netns }
        if let directory = Self.value(of: "--state-dir", in: words) {
            location.stateDir = directory
        }
        if let table = Self.value(of: "--table", in: words) { self.table = table }
    }

    /// The value of an option, without quotes; bash(1) makes `--option=value` three words.
    private static func value(of option: String, in words: [String]) -> String? {
        guard let index = words.lastIndex(where: { $0 == option || $0.hasPrefix(option + "=") })
        else { return nil }
        let joined = String(words[index].dropFirst(option.count + 1))
        let following = words[(index + 1)...].first(where: { $0 != "=" }) ?? ""
        let value = (joined.isEmpty ? following : joined).filter { !"\"'\\".contains($0) }
        return value.isEmpty ? nil : value
    }

    /// The names that `--netns` takes.
    var namespaces: [CompletionCandidate] {
        [NetworkNamespace.host].compactMap { CompletionCandidate($0, "the namespace of process 1") }
            + NetworkNamespace.allNames.compactMap { CompletionCandidate($0) }
    }

    /// The tables that have records.
    var tables: [CompletionCandidate] {
        let entries = location.recordDirectories.flatMap {
            (try? DirectoryEntry.all(in: $0, onlyDirectories: true)) ?? []
        }
        return Set(entries.map(\.name)).filter { TableName($0) != nil }.sorted()
            .compactMap { CompletionCandidate($0) }
    }

    /// The generations in the history, the newest first.
    var generations: [CompletionCandidate] {
        guard let store, let numbers = try? store.numbers() else { return [] }
        return numbers.suffix(Self.mostGenerations).reversed().compactMap { number in
            let manifest = try? store.manifest(of: number)
            return CompletionCandidate("\(number)", manifest?.summary ?? "")
        }
    }

    /// The generation on trial, if there is one.
    var generationsOnTrial: [CompletionCandidate] {
        guard let store, let trial = try? store.head().trial?.generation else { return [] }
        let manifest = try? store.manifest(of: trial)
        return [CompletionCandidate("\(trial)", manifest?.summary ?? "")].compactMap(\.self)
    }

    /// The redirects of the current generation and of that on trial.
    var redirects: [CompletionCandidate] {
        guard let store, let head = try? store.head() else { return [] }
        let numbers = Set([head.current, head.trial?.generation].compactMap(\.self))
        let names = numbers.compactMap { try? store.redirects(of: $0, within: Self.mostBytes) }
        return Set(names.joined()).sorted().compactMap { CompletionCandidate($0) }
    }

    /// More than a history has.
    private static let mostGenerations = 100

    /// A larger ruleset takes more than a fifth of a second to decode.
    private static let mostBytes = 1 << 20

    /// The table's store.
    private var store: Store? {
        guard TableName(table) != nil else { return nil }
        return location.recordDirectories.map { "\($0)/\(table)" }
            .first { access($0, F_OK) == 0 }
            .map(Store.init(directory:))
    }
}

extension TableLocation {
    /// The directories that can have records of the network namespace, which is not entered.
    fileprivate var recordDirectories: [String] {
        if let netns { return netns.contains("/") ? [] : ["\(stateDir)/\(netns)"] }
        if (try? NetworkNamespace.isHost()) == true {
            return ["\(stateDir)/\(NetworkNamespace.host)"]
        }
        guard let namespace = try? NetworkNamespace.current() else { return [] }
        return (namespace.names + ["net-\(namespace.inode)"]).map { "\(stateDir)/\($0)" }
    }
}
