public import RulesetModel

/// The one small mutable file of a store: which generation is current, intended or on trial.
public struct Head: Sendable, Hashable, Codable {
    /// What became of a generation that was never current.
    public enum Outcome: Sendable, Hashable, Codable {
        /// The kernel refused it, with the reason.
        case refused(reason: String)
        /// The command ended before the kernel had it.
        case abandoned
        /// It was on trial, and was not confirmed in time.
        case reverted(at: Int)
        /// It was on trial, and was cancelled.
        case cancelled
    }

    /// When and where the table was last verified to be up to date.
    public struct Verification: Sendable, Hashable, Codable {
        /// The kernel's count of transactions at that moment.
        public var kernelGeneration: UInt32

        /// The boot it belongs to (`/proc/sys/kernel/random/boot_id`).
        public let boot: String

        /// The inode number of the network namespace.
        public let namespace: UInt64

        /// The number of the network namespace in that boot; `nil` if the kernel or an earlier version does
        /// not tell.
        public var cookie: UInt64?

        /// The state of the file with the ruleset that the table was compared with; `nil` after a
        /// removal, and in format 1.
        public var ruleset: String?

        /// Creates a verification.
        public init(
            kernelGeneration: UInt32,
            boot: String,
            namespace: UInt64,
            cookie: UInt64? = nil,
            ruleset: String? = nil
        ) {
            self.cookie = cookie
            self.kernelGeneration = kernelGeneration
            self.boot = boot
            self.namespace = namespace
            self.ruleset = ruleset
        }
    }

    /// The format of the stored shape (``StoreFormat``).
    ///
    /// It stays the same until a generation is written in another format. So the previous version can
    /// still be used after a newer one has only read the store.
    public var format = StoreFormat.needed(for: nil)

    /// The generation that was last known to be live in the kernel.
    public var current: Int?

    /// The last generation that was live without a trial, or whose trial was confirmed.
    public var confirmed: Int?

    /// The generation that a command sends, or was about to send when it was killed.
    public var intent: Int?

    /// The recorded trial: it goes on, or its end is not recorded yet.
    public var trial: Trial?

    /// The last verification of the table.
    public var verified: Verification?

    /// What became of the generations that were never current.
    public var outcomes: [Int: Outcome] = [:]

    /// The latest restorations, the oldest first; `nil` if there was none.
    public var restorations: [Restoration]?

    /// Creates the head of an empty store.
    public init() {}

    /// The numbers of the generations that the head names.
    public var numbers: [Int] {
        [current, confirmed, intent, trial?.generation].compactMap(\.self) + outcomes.keys
            + (restorations ?? []).map(\.generation)
    }

    /// The times that the head contains: seconds since 1970, UTC.
    public var times: [Int] {
        let ends = outcomes.values.compactMap {
            if case .reverted(let time) = $0 { time } else { nil }
        }
        return ends + [trial?.started, trial?.deadline].compactMap(\.self)
            + (restorations ?? []).map(\.time)
    }
}

/// The shapes in which the files of a store are kept.
///
/// Every shape that a released version wrote stays readable.
public enum StoreFormat {
    /// The shapes that this version reads.
    ///
    /// 1 is that of 0.1. Since 2 (0.2), rulesets have labels, sets and fixed rules; 0.1 would take
    /// that for damage. Since 3, rules can have a code point (`dscp`); an earlier version would skip
    /// it, and apply a rule that matches more. Since 4, rules can move a prefix (`dnat ip prefix to`).
    public static let readable = 1...4

    /// The oldest shape that can contain a ruleset, so that an earlier version can still be used
    /// after policies that it knows; `nil` is a removal.
    public static func needed(for ruleset: Ruleset?) -> Int {
        guard let ruleset else { return 2 }
        if ruleset.movesPrefixes { return 4 }
        return ruleset.namesCodePoints ? 3 : 2
    }
}
