import Nftables
import RulesetModel
import Testing

@testable import ListingSupport

/// Reads listings as the tests write them: the entries of `nft -j list table`, between the commas.
enum Listing {
    /// Reads a table of any entries.
    static func table(_ entries: String...) throws(KernelError) -> LiveTable {
        try table(json: "{\"nftables\": [\(entries.joined(separator: ","))]}")
    }

    /// Reads a whole listing.
    static func table(json: String) throws(KernelError) -> LiveTable {
        var listing = TableListing(of: LiveTable(name: "t"))
        var json = json
        do {
            try json.withUTF8 { bytes in
                try JSONReader.readListing(UnsafeRawBufferPointer(bytes)) {
                    (kind, object) throws(KernelError) in
                    try listing.add(object, of: kind)
                }
            }
        } catch let error as KernelError {
            throw error
        } catch {
            throw .unreadableListing("\(error)")
        }
        return listing.table
    }

    /// Reads a rule of these expressions; `nil` if it is foreign.
    static func rule(_ expressions: String..., comment: String? = nil) throws -> Rule? {
        let comment = comment.map { "\"comment\": \"\($0)\"," } ?? ""
        let table = try table(
            chain("output"),
            """
            {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 9, \(comment)
                "expr": [\(expressions.joined(separator: ","))]}}
            """
        )
        let rule = try #require(table.chains.first?.rules.first)
        #expect(rule.handle == 9)
        return rule.known
    }

    /// A regular chain, or a base chain where there is more to say of it.
    static func chain(_ name: String, handle: Int = 1, _ more: String = "") -> String {
        """
        {"chain": {"family": "inet", "table": "t", "name": "\(name)", "handle": \(handle)\(more)}}
        """
    }

    /// A match of a header's field.
    static func payload(_ header: String, _ field: String, _ right: String) -> String {
        match("{\"payload\": {\"protocol\": \"\(header)\", \"field\": \"\(field)\"}}", right)
    }

    /// A match of a packet's meta data.
    static func meta(_ key: String, _ right: String) -> String {
        match("{\"meta\": {\"key\": \"\(key)\"}}", right)
    }

    /// A match.
    static func match(_ left: String, _ right: String, op: String = "==") -> String {
        "{\"match\": {\"op\": \"\(op)\", \"left\": \(left), \"right\": \(right)}}"
    }
}
