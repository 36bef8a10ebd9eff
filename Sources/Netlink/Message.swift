internal import CNetfilter

/// A message from the kernel (netlink(7), `struct nlmsghdr`).
public struct Message {
    /// The type of a message.
    public enum Kind: Sendable, Hashable {
        /// An object of nf_tables; the number is one of `enum nf_tables_msg_types`.
        case object(UInt32)
        /// An entry of connection tracking.
        case flow
        /// The end of an answer: 0 or an errno.
        case end(errno: Int32)
        /// Any other message.
        case other
    }

    private static let headerSize = 16
    private static let familySize = 4

    /// The type.
    public let kind: Kind

    /// Whether the listed objects changed while they were listed (NLM_F_DUMP_INTR).
    public let isInterrupted: Bool

    /// The number of the request that the message answers.
    public let sequence: UInt32

    /// The address family of the object; 0 for other messages.
    let family: UInt8

    /// The bytes of the object's attributes.
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

    /// Calls a closure with each message of a datagram.
    ///
    /// - Throws: An error if the datagram has anything but whole messages, after the messages before
    ///   it, or the closure's error.
    public static func readAll(
        _ datagram: UnsafeRawBufferPointer,
        each: (Message) throws(UnreadableMessage) -> Void
    ) throws(UnreadableMessage) {
        var rest = Bytes(datagram)
        while rest.count > 0 {
            guard let length = rest.native(UInt32.self, at: 0).flatMap(Int.init(exactly:)),
                length >= headerSize, let bytes = rest[0..<length], let message = Message(bytes)
            else { throw UnreadableMessage("a malformed message") }
            try each(message)
            rest = rest.dropFirst((length + 3) & ~3)
        }
    }
}

/// The reason why an answer of the kernel can't be read.
public struct UnreadableMessage: Error, Sendable, Hashable {
    /// The reason, as a phrase without a full stop.
    public let reason: String

    /// Creates a reason.
    public init(_ reason: String) {
        self.reason = reason
    }
}
