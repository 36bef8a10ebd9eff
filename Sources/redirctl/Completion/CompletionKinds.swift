import ArgumentParser
import Diagnostics

/// What the words of a command line can be.
extension CompletionKind {
    /// A policy, or a directory that leads to one.
    static var policy: CompletionKind { file(like: "yaml", "yml") }

    /// A policy, or a saved plan.
    static var policyOrPlan: CompletionKind { file(like: "yaml", "yml", "plan") }

    /// A value for which nothing can be offered, such as a text.
    static let nothing = CompletionKind.list([])

    /// How long a trial may go on.
    static let trialTime = CompletionKind.list(["30s", "60s", "5m", "10m", "1h"])

    /// A saved plan.
    static var plan: CompletionKind { file(like: "plan") }

    /// The name of a network namespace.
    static let namespace = CompletionKind.custom { words, _, _ in
        CompletionCandidate.texts(CompletionRecords(words).namespaces)
    }

    /// A table with records in the state directory.
    static let table = CompletionKind.custom { words, _, _ in
        CompletionCandidate.texts(CompletionRecords(words).tables)
    }

    /// A generation in the history.
    static let generation = CompletionKind.custom { words, _, _ in
        CompletionCandidate.texts(CompletionRecords(words).generations)
    }

    /// The generation on trial.
    static let generationOnTrial = CompletionKind.custom { words, _, _ in
        CompletionCandidate.texts(CompletionRecords(words).generationsOnTrial)
    }

    /// A redirect of the generation in effect.
    static let redirect = CompletionKind.custom { words, index, _ in
        let begun = words.indices.contains(index) ? words[index] : ""
        return CompletionCandidate.texts(
            CompletionRecords(words).redirects.filter { $0.value.hasPrefix(begun) }
        )
    }

    /// A file with one of these extensions, or a directory.
    ///
    /// What ArgumentParser generates for fish(1) finds such files in the working directory only. The
    /// function of fish lists other files, too, but last.
    private static func file(like extensions: String...) -> CompletionKind {
        guard CompletionShell.requesting == .fish else { return .file(extensions: extensions) }
        return .shellCommand(
            extensions.map { "__fish_complete_suffix .\($0)" }.joined(separator: "; ")
        )
    }
}

/// What a word can be, and what that is.
struct CompletionCandidate {
    let value: String
    let description: String

    /// A longer list helps nobody.
    private static let most = 1000

    /// Creates a candidate; `nil` if a shell would take some of its characters for its own language.
    init?(_ value: String, _ description: String = "") {
        guard value.utf8.allSatisfy(Self.isPlain) else { return nil }
        self.value = value
        self.description = description
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-+@".utf8.contains(byte)
        }
    }

    /// The candidates as the shell takes them that asks; bash(1) shows no descriptions.
    static func texts(_ candidates: [CompletionCandidate]) -> [String] {
        let separator: String? =
            switch CompletionShell.requesting {
            case .zsh?: ":"
            case .fish?: "\t"
            default: nil
            }
        return candidates.prefix(most).map { candidate in
            guard let separator, !candidate.description.isEmpty else { return candidate.value }
            return candidate.value + separator + candidate.description.escaped
        }
    }
}
