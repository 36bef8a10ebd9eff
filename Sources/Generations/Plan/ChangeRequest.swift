public import GenerationModel

/// What a command asks for: the ruleset, and what is to be remembered of it.
public struct ChangeRequest: Sendable {
    /// Who asks, with which program.
    public struct Author: Sendable {
        let user: String
        let tool: String

        /// Creates an author.
        public init(user: String, tool: String) {
            self.user = user
            self.tool = tool
        }
    }

    /// Who asks.
    public let author: Author

    /// What the operator wants to be remembered beside it.
    public let message: String?

    /// The policy's path as it was given, and the texts that were read.
    public let policy: String?
    let sources: [StoredSource]
    let accounts: [Manifest.Account]

    /// Creates a request.
    public init(
        author: Author,
        message: String? = nil,
        policy: String? = nil,
        sources: [StoredSource] = [],
        accounts: [Manifest.Account] = []
    ) {
        self.accounts = accounts
        self.author = author
        self.message = message
        self.policy = policy
        self.sources = sources
    }
}
