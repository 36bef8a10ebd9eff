public import RulesetModel
public import TableDiff

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

/// A numbered, immutable record of the ruleset that one command wanted in the kernel.
public struct Generation: Sendable {
    /// Who made it, when, from what.
    public let manifest: Manifest

    /// What the table was to contain, as the store keeps it.
    public let encoded: EncodedRuleset

    /// What the table was to contain; `nil` if the table was to be removed.
    public var ruleset: Ruleset? { encoded.ruleset }

    /// The empty chain that a table with this generation has.
    public var marker: Marker { manifest.marker }

    /// Creates a generation.
    public init(manifest: Manifest, encoded: EncodedRuleset) {
        self.manifest = manifest
        self.encoded = encoded
    }
}

/// A ruleset with the bytes and the digest by which a store keeps it.
///
/// The bytes of a large one take a while to make, so they stay with it.
public struct EncodedRuleset: Sendable {
    /// The ruleset; `nil` if there is to be no table.
    public let ruleset: Ruleset?

    /// Its JSON; `nil` if there is to be no table.
    public let bytes: [UInt8]?

    /// The SHA-256 of the bytes, in hexadecimal.
    public let digest: String

    /// Creates one from parts that belong together.
    public init(ruleset: Ruleset?, bytes: [UInt8]?, digest: String) {
        self.ruleset = ruleset
        self.bytes = bytes
        self.digest = digest
    }
}

/// Who made a generation, when, and from what.
public struct Manifest: Sendable, Hashable, Codable {
    /// The command that made a generation.
    public enum Origin: String, Sendable, Hashable, Codable {
        case apply
        case rollback
        case drain
        case remove
    }

    /// A text of the policy: where it was read, and where the store keeps it.
    public struct Source: Sendable, Hashable, Codable {
        /// The file's path as it was given.
        public let name: String

        /// The name of the copy among the generation's files.
        public let file: String

        /// The SHA-256 of the copy, in hexadecimal.
        public let digest: String

        /// Creates a source.
        public init(name: String, file: String, digest: String) {
            self.name = name
            self.file = file
            self.digest = digest
        }
    }

    /// A name that was looked up when the policy was read.
    public struct Account: Sendable, Hashable, Codable {
        /// `user` or `group`.
        public let kind: String

        /// The name.
        public let name: String

        /// The id that it stood for.
        public let id: UInt32

        /// Creates an account.
        public init(kind: String, name: String, id: UInt32) {
            self.kind = kind
            self.name = name
            self.id = id
        }
    }

    /// The format of the stored shape (``StoreFormat``).
    public var format: Int

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

    /// The note given with `--message`.
    public let message: String?

    /// The policy's path as it was given; `nil` for a removal.
    public let policy: String?

    /// The texts of the policy, the first one being the policy itself.
    public let sources: [Source]

    /// The users and groups that the policy names; the rules contain their ids.
    public let accounts: [Account]

    /// Whether its rules name a control group.
    ///
    /// The kernel does not recognise a control group that was created again, and its transaction count
    /// does not change then.
    public let namesControlGroups: Bool

    /// The SHA-256 of the stored ruleset, in hexadecimal.
    public let digest: String

    /// The version of redirctl that made it.
    public let tool: String

    /// What it changed when it was made; `nil` if an older version made it.
    public let changes: ChangeCounts?

    /// Creates a manifest.
    public init(
        format: Int,
        number: Int,
        origin: Origin,
        restores: Int?,
        parent: Int?,
        time: Int,
        user: String,
        message: String?,
        policy: String?,
        sources: [Source],
        accounts: [Account],
        namesControlGroups: Bool,
        digest: String,
        tool: String,
        changes: ChangeCounts? = nil
    ) {
        self.changes = changes
        self.format = format
        self.number = number
        self.origin = origin
        self.restores = restores
        self.parent = parent
        self.time = time
        self.user = user
        self.message = message
        self.policy = policy
        self.sources = sources
        self.accounts = accounts
        self.namesControlGroups = namesControlGroups
        self.digest = digest
        self.tool = tool
    }
}

extension Manifest {
    /// The empty chain that a table with this generation has.
    public var marker: Marker { Marker(number: number, digest: String(digest.prefix(16))) }

    /// Whether the generation removed the table.
    public var isRemoval: Bool { digest == Self.digestOfNothing }

    /// The SHA-256 of no bytes.
    private static let digestOfNothing =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
