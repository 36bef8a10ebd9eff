internal import CNetfilter

/// One message of an answer (netlink(7), `struct nlmsghdr`).
public struct Message {
    /// What netlink itself says with a message.
    public enum Kind: Sendable, Hashable {
        /// An object of nf_tables, of the kind that this number of `enum nf_tables_msg_types` has.
        case object(UInt32)
        /// An entry of connection tracking.
        case flow
        /// The answer is complete, or the request was done; 0 or an errno.
        case end(errno: Int32)
        /// Nothing that concerns us.
        case other
    }

    private static let headerSize = 16
    private static let familySize = 4

    /// What the message says.
    public let kind: Kind

    /// Whether somebody changed what is being listed while it was (NLM_F_DUMP_INTR).
    public let isInterrupted: Bool

    /// The request that it answers.
    public let sequence: UInt32

    /// The address family of the object.
    let family: UInt8

    /// What describes the object.
    let attributes: Bytes

    private init?(_ bytes: Bytes) {
        guard let type = bytes.native(UInt16.self, at: 4),
            let flags = bytes.native(UInt16.self, at: 6),
            let sequence = bytes.native(UInt32.self, at: 8)
        else { return nil }
        let body = bytes.dropFirst(Self.headerSize)
        isInterrupted = flags & UInt16(NLM_F_DUMP_INTR) != 0
        self.sequence = sequence
        switch Int32(type) {
        case NLMSG_DONE, NLMSG_ERROR:
            guard let number = body.native(Int32.self, at: 0) else { return nil }
            kind = .end(errno: number == .min ? .max : abs(number))
            family = 0
            attributes = body
        case let type where type >> 8 == NFNL_SUBSYS_NFTABLES:
            guard let family = body.native(UInt8.self, at: 0), body.count >= Self.familySize else {
                return nil
            }
            kind = .object(UInt32(type & 0xFF))
            self.family = family
            attributes = body.dropFirst(Self.familySize)
        case NFNL_SUBSYS_CTNETLINK << 8 | Int32(IPCTNL_MSG_CT_NEW.rawValue):
            guard let family = body.native(UInt8.self, at: 0), body.count >= Self.familySize else {
                return nil
            }
            kind = .flow
            self.family = family
            attributes = body.dropFirst(Self.familySize)
        default:
            kind = .other
            family = 0
            attributes = body
        }
    }

    /// Hands over the messages of a datagram, one after the other.
    public static func readAll(
        _ datagram: UnsafeRawBufferPointer,
        each: (Message) throws(UnreadableMessage) -> Void
    ) throws(UnreadableMessage) {
        var rest = Bytes(datagram)
        while rest.count > 0 {
            guard let length = rest.native(UInt32.self, at: 0).flatMap(Int.init(exactly:)),
                length >= headerSize, let bytes = rest[0..<length], let message = Message(bytes)
            else { throw UnreadableMessage("a message that is none") }
            try each(message)
            rest = rest.dropFirst((length + 3) & ~3)
        }
    }
}

/// Why an answer of the kernel can't be read.
public struct UnreadableMessage: Error, Sendable, Hashable {
    /// The reason in words.
    public let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
