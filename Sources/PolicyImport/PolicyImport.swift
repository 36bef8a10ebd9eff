public import Addressing

/// The systems whose port-forward rules can be read.
public enum ImportKind: String, Sendable, CaseIterable {
    /// The output of iptables-save(8) or ip6tables-save(8).
    case iptablesSave = "iptables-save"
    /// The output of `nft -j list ruleset`.
    case nft
    /// OpenWrt's /etc/config/firewall.
    case uci
    /// The output of `netsh interface portproxy dump` or `show all`.
    case netsh
}

/// What the operator adds to the rules of another system.
public struct ImportOptions: Sendable {
    /// The interfaces of each zone of OpenWrt.
    public var interfaces: [String: Set<InterfacePattern>]

    /// Whether the chains that other programs keep are read, too.
    public var includesAllChains: Bool

    /// Finds the ids of names of users and groups; `nil` if there is no such name.
    public var accountID: @Sendable (_ isGroup: Bool, _ name: String) -> UInt32?

    /// Creates options.
    public init(
        interfaces: [String: Set<InterfacePattern>] = [:],
        includesAllChains: Bool = false,
        accountID: @escaping @Sendable (Bool, String) -> UInt32? = { _, _ in nil }
    ) {
        self.interfaces = interfaces
        self.includesAllChains = includesAllChains
        self.accountID = accountID
    }
}

/// Why rules of another system can't be read at all.
public struct ImportRefused: Error, Sendable, Hashable {
    /// The line that shows it; `nil` if it is about the text as a whole.
    public let line: Int?

    /// What is wrong, and what to do.
    public let reason: String

    init(_ reason: String, line: Int? = nil) {
        self.line = line
        self.reason = reason
    }
}

extension ImportedPolicy {
    /// The most bytes that are read.
    public static let mostBytes = 16 << 20

    /// Reads the rules of another system.
    ///
    /// - Parameters:
    ///   - bytes: The text, at most ``mostBytes``.
    ///   - kind: The system; `nil` to recognise it from the text.
    ///   - options: What the operator adds.
    /// - Throws: ``ImportRefused`` if the text is broken, or too much would come of it.
    public init(
        _ bytes: [UInt8],
        from kind: ImportKind? = nil,
        _ options: ImportOptions = ImportOptions()
    ) throws(ImportRefused) {
        let text = try ForeignText(bytes)
        let known: ImportKind
        if let kind { known = kind } else { known = try text.recognisedKind() }
        switch known {
        case .iptablesSave:
            var reader = IptablesReader(options)
            self = try RulesetImport(reader.read(text), options).policy()
        case .nft:
            self = try RulesetImport(NftReader(options).read(text), options).policy()
        case .uci: self = try UCIImport(options).policy(from: text)
        case .netsh: self = try NetshImport().policy(from: text)
        }
    }
}
