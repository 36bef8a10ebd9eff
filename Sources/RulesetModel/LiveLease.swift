public import Addressing

/// The set that a trial lives by, as the kernel has it.
///
/// Its elements are families of addresses. A base chain begins with a rule that asks whether the
/// set has the connection's; an element whose time is over is not there any more.
public struct LiveLease: Sendable, Hashable {
    /// An element: for which family the trial goes on, and how long.
    public struct Term: Sendable, Hashable {
        /// The time that it was given, in milliseconds; `nil` if it does not end by itself.
        public var timeout: UInt64?

        /// What is left of it, in milliseconds.
        public var expires: UInt64?

        /// Creates a term.
        public init(timeout: UInt64? = nil, expires: UInt64? = nil) {
            self.timeout = timeout
            self.expires = expires
        }
    }

    /// The set's name.
    public static let name = "lease"

    /// The kernel's number for it.
    public var handle: Handle

    /// Whether its elements can end by themselves (`flags timeout`).
    public var isTimed: Bool

    /// The elements that live.
    public var terms: [IPFamily: Term]

    /// Creates a lease.
    public init(handle: Handle, isTimed: Bool, terms: [IPFamily: Term] = [:]) {
        self.handle = handle
        self.isTimed = isTimed
        self.terms = terms
    }

    /// Whether the trial goes on.
    ///
    /// With an element gone, it can't be confirmed any more.
    public var isLive: Bool { terms.count == IPFamily.allCases.count }

    /// The address families for which the trial is still in effect, by name.
    public var families: [String] { terms.keys.sorted().map(\.rawValue) }

    /// After how many milliseconds the first element ends; `nil` if none does.
    public var expires: UInt64? { terms.values.compactMap(\.expires).min() }

    /// The declaration of the set in nft's language, on one line.
    public static func declaration(isTimed: Bool) -> String {
        "typeof meta nfproto;" + (isTimed ? " flags timeout;" : "")
    }

    /// The elements in nft's language, each with its time if it has one.
    public static func elements(milliseconds: UInt64? = nil) -> String {
        let term = milliseconds.map { " timeout \($0)ms" } ?? ""
        return IPFamily.allCases.map { $0.rawValue + term }.joined(separator: ", ")
    }
}
