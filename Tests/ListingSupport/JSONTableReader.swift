internal import CNftables
public import RulesetModel

@testable public import Nftables

/// Reads a table by way of libnftables' JSON.
///
/// The program reads tables by the kernel's own messages, with code of which this one shares
/// nothing; the tests hold the two against each other.
public enum JSONTableReader {
    /// Reads a table, or `nil` if the kernel has none of that name.
    ///
    /// The corresponding command is `nft -j -a list table inet NAME`. What a dormant or owned table
    /// holds is not read.
    public static func read(_ name: String) throws(KernelError) -> LiveTable? {
        guard let head = try KernelQuery.head(of: name) else { return nil }
        let bareTable = LiveTable(name, head)
        // Up to 1.0.9 libnftables prints the JSON of a table with flags from freed memory.
        guard !bareTable.isDormant, !bareTable.isOwned else { return bareTable }
        var listing = TableListing(of: bareTable)
        try list(name) { (bytes) throws(KernelError) in
            try JSONReader.readListing(bytes) { (kind, object) throws(KernelError) in
                try listing.add(object, of: kind)
            }
        }
        guard listing.needsTexts else { return listing.table }
        return listing.table.checked(against: try listing.table.ruleTexts())
    }

    private static func list(
        _ name: String,
        read: (UnsafeRawBufferPointer) throws(KernelError) -> Void
    ) throws(KernelError) {
        let script = "list table inet \(name)\n"
        var result = cnft_result()
        let error = cnft_run(script, script.utf8.count, CNFT_JSON, -1, &result)
        guard error == 0 else { throw .system(call: "cnft_run", errno: error) }
        defer { cnft_free(&result) }
        guard result.end == CNFT_DONE else {
            throw .unreadableListing(
                "libnftables listed nothing: \(String(cString: result.errors))"
            )
        }
        try read(UnsafeRawBufferPointer(start: result.output, count: result.output_length))
    }
}

extension LiveTable {
    /// The words in which nft prints the table's rules.
    fileprivate func ruleTexts() throws(KernelError) -> [Handle: String] {
        try NftKernel().ruleTexts(of: name, Set(chains.flatMap(\.rules).map(\.handle)))
    }

    /// The table with the rules that ``Rule`` can't express in nft's words.
    public func worded() throws(KernelError) -> LiveTable {
        let texts = try ruleTexts()
        var table = self
        for chain in table.chains.indices {
            for rule in table.chains[chain].rules.indices {
                let live = table.chains[chain].rules[rule]
                guard live.known == nil, let text = texts[live.handle] else { continue }
                table.chains[chain].rules[rule].content = .foreign(text)
            }
        }
        return table
    }

    /// The table with its foreign rules in nft's words.
    ///
    /// libnftables leaves the level of a control group out of its JSON, so a rule that asks for one
    /// is known only if its text says the same.
    fileprivate func checked(against texts: [Handle: String]) -> LiveTable {
        var table = self
        for chain in table.chains.indices {
            for rule in table.chains[chain].rules.indices {
                let live = table.chains[chain].rules[rule]
                guard let text = texts[live.handle] else { continue }
                if let known = live.known {
                    guard let cgroup = known.selector.cgroup, !text.contains(cgroup.match) else {
                        continue
                    }
                }
                table.chains[chain].rules[rule].content = .foreign(text)
            }
        }
        return table
    }
}
