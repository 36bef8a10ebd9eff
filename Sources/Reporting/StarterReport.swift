/// A policy to begin with that was written or is printed.
public struct StarterReport: Sendable {
    /// Where the policy goes.
    public enum Target: Sendable, Hashable {
        /// A new file, which has been written.
        case file(String)
        /// Standard output: the policy itself.
        case text(String)
    }

    /// The name of the example.
    public let example: String

    /// Where the policy goes.
    public let target: Target

    /// Creates a report.
    public init(example: String, _ target: Target) {
        self.example = example
        self.target = target
    }
}

/// The policies to begin with that there are.
public struct StartersReport: Sendable, Encodable {
    /// One of them.
    public struct Example: Sendable, Encodable {
        let name: String
        let summary: String

        /// Creates an entry; the summary is one line.
        public init(name: String, summary: String) {
            self.name = name
            self.summary = summary
        }
    }

    let examples: [Example]

    /// Creates a report.
    public init(_ examples: [Example]) { self.examples = examples }
}

/// The shape of a policy to begin with.
struct StarterJSON: Encodable {
    let example: String
    var file: String?
    var text: String?

    init(_ starter: StarterReport) {
        example = starter.example
        switch starter.target {
        case .file(let path): file = path
        case .text(let policy): text = policy
        }
    }
}
