internal import CNetfilter
public import RulesetModel

/// Finds the transactions that name one `inet` table, in the messages that the kernel sends to everybody
/// who listens to nf_tables (NFNLGRP_NFTABLES).
///
/// A transaction is a message for each object, and then one for the new generation.
public struct TransactionDecoder {
    private let table: String

    /// Whether a message since the last generation named the table.
    private var namesTable = false

    /// Creates a decoder for the messages about a table.
    public init(of table: String) {
        self.table = table
    }

    /// Forgets what it has read of a transaction, because messages were lost.
    ///
    /// Otherwise the author of the next transaction would be taken for that of one whose end is missing.
    public mutating func reset() { namesTable = false }

    /// Reads a datagram, and calls a closure at the end of each transaction that names the table.
    ///
    /// The author is `nil` if the kernel does not report it.
    ///
    /// - Returns: Whether a message names the table.
    /// - Throws: An error if a message can't be read; then the table may have changed.
    public mutating func read(
        _ datagram: UnsafeRawBufferPointer,
        each: (TransactionAuthor?) -> Void
    ) throws(UnreadableMessage) -> Bool {
        var isNamed = false
        try Message.readAll(datagram) { (message) throws(UnreadableMessage) in
            guard case .object(let type) = message.kind else { return }
            if type == NFT_MSG_NEWGEN.rawValue {
                if namesTable { each(TransactionAuthor(message)) }
                namesTable = false
            } else if try message.names(table) {
                (namesTable, isNamed) = (true, true)
            }
        }
        return isNamed
    }
}

extension TransactionAuthor {
    fileprivate init?(_ message: Message) {
        guard let generation = Attributes(message.attributes),
            let process = generation.number(NFTA_GEN_PROC_PID),
            let name = generation[NFTA_GEN_PROC_NAME]?.text
        else { return nil }
        self.init(process: process, name: name)
    }
}

extension Message {
    /// Whether the message is about an `inet` table of this name, or an object in it.
    ///
    /// The table's name is the first attribute of every object (NFTA_CHAIN_TABLE, NFTA_RULE_TABLE and so
    /// on are all 1), so objects that are unknown here count, too.
    fileprivate func names(_ table: String) throws(UnreadableMessage) -> Bool {
        guard UInt32(family) == CNETFILTER_INET.rawValue else { return false }
        var list = AttributeList(attributes)
        while let (type, value) = list.next() {
            if type == NFTA_TABLE_NAME.rawValue { return value.isText(table) }
        }
        throw UnreadableMessage("a message about an object of no table")
    }
}
