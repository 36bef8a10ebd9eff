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

    /// What the table was to hold, as the store keeps it.
    let encoded: EncodedRuleset

    /// What the table was to hold; nothing where the table was to go.
    public var ruleset: Ruleset? { encoded.ruleset }

    /// The chain by which the kernel says that it holds this generation.
    public var marker: Marker { manifest.marker }
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
    public var format = StoreFormat.written

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

    /// What whoever made it wrote beside it.
    public let message: String?

    /// The policy's path as it was given; nothing for a removal.
    public let policy: String?

    /// The texts of the policy, the first one being the policy itself.
    public let sources: [Source]

    /// The users and groups that the policy names; the rules hold their ids.
    public let accounts: [Account]

    /// Whether its rules name a control group.
    ///
    /// One that is made anew under its old name is another to the kernel, and no transaction tells.
    let namesControlGroups: Bool

    /// The SHA-256 of the stored ruleset, in hexadecimal.
    public let digest: String

    /// The version of redirctl that made it.
    public let tool: String
}

extension Manifest {
    /// The chain by which the kernel says that it holds the generation.
    var marker: Marker { Marker(number: number, digest: String(digest.prefix(16))) }

    /// Whether the generation is that there be no table.
    public var isRemoval: Bool { digest == Digest.hexadecimal(of: []) }
}

extension Manifest {
    /// What in it no version has ever written; `nil` if all can be used.
    ///
    /// It is read from a file, and names other files.
    var flaw: String? {
        guard StoredTime.range.contains(time) else { return "its time is not one" }
        guard digest.isDigest, sources.allSatisfy(\.digest.isDigest) else {
            return "its digest is not one"
        }
        guard [parent, restores].allSatisfy({ $0.map { $0 > 0 && $0 < number } ?? true }) else {
            return "it comes from a generation that is not before it"
        }
        let files = sources.map(\.file)
        guard files.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("/") })
        else { return "it names files elsewhere" }
        return nil
    }
}

/// The seconds since 1970 that can be told as dates with a year of four digits.
///
/// A clock that is set wrongly can give any of them.
enum StoredTime {
    static let range = -62_135_596_800...253_402_300_799
}

extension String {
    fileprivate var isDigest: Bool {
        utf8.count == 64 && allSatisfy { "0123456789abcdef".contains($0) }
    }
}

extension Manifest.Source {
    /// Names the copies of some texts.
    ///
    /// The index keeps apart what has the same name in two directories; the end of a long name is
    /// dropped, because with the index it could be too long for a file system.
    static func copies(of sources: [StoredSource]) -> [Manifest.Source] {
        sources.enumerated().map { index, source in
            let name = source.name.split(separator: "/").last ?? "policy"
            return Manifest.Source(
                name: source.name,
                file: "\(index)-\(String(decoding: name.utf8.prefix(100), as: UTF8.self))",
                digest: Digest.hexadecimal(of: Array(source.text.utf8))
            )
        }
    }
}
