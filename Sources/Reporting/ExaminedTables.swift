public import OtherTables

/// Which tables of other programs were examined.
public enum ExaminedTables: Sendable {
    /// These, and not those for a reason.
    case read([OtherTable.Name], unread: [Firewall.Unread])
    /// None, for a reason.
    case none(reason: String)

    /// The tables that were read.
    public init(_ firewall: Firewall) {
        self = .read(firewall.tables.map(\.name), unread: firewall.unread)
    }
}

extension ExaminedTables {
    /// How many tables are named.
    private static let most = 20

    /// The tables in words.
    func lines(unexamined: Int) -> [ReportLine] {
        var lines: [String] = []
        switch self {
        case .none(let reason): lines.append("Tables of other programs were not read: \(reason)")
        case .read(let names, let unread):
            if !names.isEmpty {
                let named = names.prefix(Self.most).map(\.text).joined(separator: ", ")
                let rest = names.count > Self.most ? " and \(names.count - Self.most) more" : ""
                lines.append("Tables of other programs that were read: \(named)\(rest)")
            }
            lines += unread.prefix(Self.most).map {
                "Not examined: table \($0.table.text), \($0.reason)"
            }
            if unexamined > 0 {
                let what = unexamined == 1 ? "1 redirect" : "\(unexamined) redirects"
                lines.append(
                    "Not examined: what these tables do with \(what), because they have too many rules"
                )
            }
        }
        return lines.map { ReportLine(.plain, $0) }
    }
}
