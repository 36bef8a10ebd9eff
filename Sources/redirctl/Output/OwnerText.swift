import Diagnostics
import Nftables

/// Who has a table for itself, in words.
enum OwnerText {
    static func sentence(of table: String) -> String {
        let end = "the kernel drops the table when that program ends"
        guard let owner = TableOwner.of(table) else {
            return "a running program has table inet \(table) for itself (`flags owner`); \(end)"
        }
        let command = owner.command.map(\.escaped.quotedForShell).joined(separator: " ")
        let name = command.isEmpty ? "" : " (`\(command)`)"
        return "process \(owner.process)\(name) has table inet \(table) for itself; \(end)"
    }
}
