internal import CNetfilter

/// A query that the kernel answers with one message: a description, or an error.
public struct NetlinkQuery<Description> {
    /// What the kernel answered.
    public enum Answer {
        /// What was asked for.
        case description(Description)
        /// An errno; ENOENT if there is nothing of that name.
        case failure(errno: Int32)
        /// A message that is no answer to this query.
        case malformed
    }

    /// The request's name in `enum nf_tables_msg_types`.
    public let name: String

    private let requestType: nf_tables_msg_types
    private let answerType: nf_tables_msg_types
    private let family: UInt32
    private let names: [(type: UInt32, text: String)]
    private let read: (Message) -> Description?

    /// The query as it is sent.
    ///
    /// - Returns: `nil` if a name is longer than any that the kernel can have (NFT_NAME_MAXLEN,
    ///   which includes a NUL).
    public func bytes(sequence: UInt32) -> [UInt8]? {
        guard names.allSatisfy({ $0.text.utf8.count < NFT_NAME_MAXLEN }) else { return nil }
        return MessageBytes.message(
            type: MessageBytes.type(requestType),
            flags: NLM_F_REQUEST,
            family: UInt8(family),
            names.flatMap { MessageBytes.attribute($0.type, $0.text) },
            sequence: sequence
        )
    }

    /// Reads the answer in a datagram, by the sequence number with which the query was sent.
    ///
    /// - Returns: `nil` if the datagram has answers to other requests only.
    public func answer(in datagram: UnsafeRawBufferPointer, sequence: UInt32) -> Answer? {
        var found: Answer?
        do throws(UnreadableMessage) {
            try Message.readAll(datagram) { message in
                guard message.sequence == sequence, found == nil else { return }
                found = answer(in: message)
            }
        } catch {
            return found ?? .malformed
        }
        return found
    }

    private func answer(in message: Message) -> Answer {
        switch message.kind {
        case .object(answerType.rawValue): read(message).map(Answer.description) ?? .malformed
        // An acknowledgement, which was not asked for, says nothing.
        case .end(0): .malformed
        case .end(let number): .failure(errno: number)
        case .object, .flow, .other: .malformed
        }
    }
}

extension NetlinkQuery<UInt32> {
    /// Asks for the number of transactions committed in the network namespace.
    public static var generation: Self {
        Self(
            name: "NFT_MSG_GETGEN",
            requestType: NFT_MSG_GETGEN,
            answerType: NFT_MSG_NEWGEN,
            family: 0,
            names: [],
            read: { Attributes($0.attributes)?.number(NFTA_GEN_ID) }
        )
    }
}

/// What the kernel says of a table itself, without what the table contains.
public struct TableHead: Sendable, Hashable {
    /// Whether the kernel skips the table's chains (NFT_TABLE_F_DORMANT).
    public let isDormant: Bool

    /// The netlink port of the socket that owns the table (NFT_TABLE_F_OWNER); `nil` if none does.
    ///
    /// The table is deleted when that socket is closed, and nobody else can change it.
    public let owner: UInt32?

    fileprivate init?(_ message: Message) {
        guard let table = Attributes(message.attributes) else { return nil }
        let flags = table.flags(NFTA_TABLE_FLAGS)
        isDormant = flags & UInt32(NFT_TABLE_F_DORMANT.rawValue) != 0
        let isOwned = flags & UInt32(NFT_TABLE_F_OWNER.rawValue) != 0
        owner = isOwned ? table.number(NFTA_TABLE_OWNER) ?? 0 : nil
    }
}

extension NetlinkQuery<TableHead> {
    /// Asks for an `inet` table.
    public static func table(_ name: String) -> Self {
        Self(
            name: "NFT_MSG_GETTABLE",
            requestType: NFT_MSG_GETTABLE,
            answerType: NFT_MSG_NEWTABLE,
            family: CNETFILTER_INET.rawValue,
            names: [(NFTA_TABLE_NAME.rawValue, name)],
            read: { TableHead($0) }
        )
    }
}

extension NetlinkQuery<Void> {
    /// Asks whether an `inet` table has a chain of a name.
    public static func chain(_ name: String, of table: String) -> Self {
        Self(
            name: "NFT_MSG_GETCHAIN",
            requestType: NFT_MSG_GETCHAIN,
            answerType: NFT_MSG_NEWCHAIN,
            family: CNETFILTER_INET.rawValue,
            names: [(NFTA_CHAIN_TABLE.rawValue, table), (NFTA_CHAIN_NAME.rawValue, name)],
            read: { _ in () }
        )
    }
}
