import Diagnostics

/// A way in which others can change what a path leads to.
public struct FileDanger: Sendable, Hashable {
    /// What it is about.
    public enum Kind: Sendable, Hashable {
        case file, directory, link
    }

    /// Why it is dangerous.
    public enum Reason: Sendable, Hashable {
        case owner, mode
    }

    /// What it is about.
    public let kind: Kind

    /// Why it is dangerous.
    public let reason: Reason

    /// Where it is, links resolved.
    public let path: String

    /// The user to whom it belongs.
    public let owner: UInt32

    /// The permission bits, with the sticky bit.
    public let mode: UInt32

    /// Names a danger.
    public init(_ kind: Kind, _ reason: Reason, path: String, owner: UInt32, mode: UInt32) {
        (self.kind, self.reason) = (kind, reason)
        (self.path, self.owner, self.mode) = (path, owner, mode)
    }

    /// The dangers of one file, directory or link.
    ///
    /// In a sticky directory only its owner and that of an entry can replace the entry (chmod(2)).
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

    /// Whether it is only that something belongs to a user.
    public func isOwnership(of user: UInt32?) -> Bool { reason == .owner && owner == user }
}

extension FileDanger {
    /// What is dangerous and why, without a full stop.
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

    /// The command that removes the danger, in backquotes; what it is about then belongs to an owner.
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
