import Diagnostics

/// A way in which other users can change what a path leads to.
public struct FileDanger: Sendable, Hashable {
    /// The type of the file.
    public enum Kind: Sendable, Hashable {
        case file, directory, link
    }

    /// What makes the file dangerous: its owner or its mode.
    public enum Reason: Sendable, Hashable {
        case owner, mode
    }

    /// The type of the file.
    public let kind: Kind

    /// What makes the file dangerous.
    public let reason: Reason

    /// The file's path without links.
    public let path: String

    /// The number of the user who owns the file.
    public let owner: UInt32

    /// The file's permission bits, including the sticky bit.
    public let mode: UInt32

    /// Creates a danger from its parts.
    public init(_ kind: Kind, _ reason: Reason, path: String, owner: UInt32, mode: UInt32) {
        (self.kind, self.reason) = (kind, reason)
        (self.path, self.owner, self.mode) = (path, owner, mode)
    }

    /// The dangers of one file, directory or link.
    ///
    /// In a sticky directory, only the directory's owner and an entry's owner can replace the entry
    /// (chmod(2)).
    static func all(
        of kind: Kind,
        at path: String,
        owner: UInt32,
        mode: UInt32,
        trusting trust: Trust
    ) -> [FileDanger] {
        let isSticky = kind == .directory && mode & 0o1000 != 0
        let isWritable = kind != .link && mode & 0o022 != 0 && !isSticky
        return [(Reason.owner, !trust.includes(owner)), (.mode, isWritable)].compactMap {
            $0.1 ? FileDanger(kind, $0.0, path: path, owner: owner, mode: mode) : nil
        }
    }

    /// Whether the danger is only that the file belongs to a user.
    public func isOwnership(of user: UInt32?) -> Bool { reason == .owner && owner == user }
}

extension FileDanger {
    /// The danger as a sentence without a full stop.
    public var message: String {
        switch (kind, reason) {
        case (.file, .owner): "\(path.escaped) belongs to user \(owner), who can change it"
        case (.directory, .owner):
            "\(path.escaped) belongs to user \(owner), who can replace what is in it"
        case (.link, .owner):
            "the link \(path.escaped) belongs to user \(owner), who chose where it leads"
        case (.file, .mode): "\(path.escaped) has mode \(octal): \(writers) can change it"
        case (_, .mode): "\(path.escaped) has mode \(octal): \(writers) can replace what is in it"
        }
    }

    /// The command that removes the danger, in backquotes; a new owner is the given one.
    public func command(owner: UInt32 = 0) -> String {
        let user = owner == 0 ? "root:root" : "\(owner)"
        let word = path.escaped.quotedForShell
        return switch (kind, reason) {
        case (_, .mode): "`chmod go-w \(word)`"
        case (.link, .owner): "`chown -h \(user) \(word)`"
        case (_, .owner): "`chown \(user) \(word)`"
        }
    }

    private var octal: String { String(mode, radix: 8) }
    private var writers: String { mode & 0o002 != 0 ? "every user" : "its group" }
}
