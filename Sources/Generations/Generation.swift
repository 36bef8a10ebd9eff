public import RulesetModel

/// A text that a policy was read from, as it was read.
public struct StoredSource: Sendable, Hashable {
    /// The file's path as it was given.
    public let name: String

    /// The whole text.
    public let text: String

    /// Creates a stored source.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// A numbered, immutable record of what one command wanted the kernel to hold.
public struct Generation: Sendable {
    /// Who made it, when, from what.
    public let manifest: Manifest

    /// What the table was to hold; nothing where the table was to go.
    public let ruleset: Ruleset?

    /// The texts of the policy it was compiled from.
    public let sources: [StoredSource]

    /// The chain by which the kernel says that it holds this generation.
    public var marker: Marker {
        Marker(number: manifest.number, digest: String(manifest.digest.prefix(16)))
    }
}

/// Who made a generation, when, and from what.
public struct Manifest: Sendable, Hashable, Codable {
    /// The command that made a generation.
    public enum Origin: String, Sendable, Hashable, Codable {
        case apply
        case rollback
        case remove
    }

    /// The version of the stored shape; a program refuses one that it doesn't know.
    public var format = 1

    /// The generation's number; never used twice in one store.
    public let number: Int

    /// The command that made it.
    public let origin: Origin

    /// For a rollback, the generation whose ruleset it takes up.
    public let restores: Int?

    /// The generation that was current when it was made.
    public let parent: Int?

    /// When it was made: seconds since 1970, UTC.
    public let time: Int

    /// The user who made it, by login where one is known.
    public let user: String

    /// The policy's path as it was given; nothing for a removal.
    public let policy: String?

    /// The SHA-256 of the stored ruleset, in hexadecimal.
    public let digest: String

    /// The version of redirctl that made it.
    public let tool: String
}
