/// An example policy that `init` wrote or prints.
public struct ExampleReport: Sendable {
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

/// The examples that `init` offers.
public struct ExampleListReport: Sendable, Encodable {
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

/// The shape of an example policy.
struct ExampleJSON: Encodable {
    let example: String
    var file: String?
    var text: String?

    init(_ report: ExampleReport) {
        example = report.example
        switch report.target {
        case .file(let path): file = path
        case .text(let policy): text = policy
        }
    }
}
