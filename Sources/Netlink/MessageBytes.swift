internal import CNetfilter

/// Builds the messages that are sent to the kernel (netlink(7)).
///
/// The numbers of all headers are in the machine's byte order.
enum MessageBytes {
    /// A message to a subsystem of netfilter (`struct nlmsghdr` and `struct nfgenmsg`).
    static func message(
        type: UInt16,
        flags: Int32,
        family: UInt8,
        _ attributes: [UInt8],
        sequence: UInt32
    ) -> [UInt8] {
        native(UInt32(20 + attributes.count)) + native(type)
            + native(UInt16(truncatingIfNeeded: flags)) + native(sequence)
            + native(UInt32(0)) + [family, UInt8(NFNETLINK_V0), 0, 0] + attributes
    }

    /// The type of a message to nf_tables.
    static func type(_ message: nf_tables_msg_types) -> UInt16 {
        UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(message.rawValue)
    }

    /// An attribute (`struct nlattr`), padded to a multiple of four bytes.
    static func attribute(_ type: UInt32, _ value: [UInt8], isNested: Bool = false) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: -value.count & 3)
        let type = UInt16(truncatingIfNeeded: type) | (isNested ? nested : 0)
        return native(UInt16(truncatingIfNeeded: 4 + value.count)) + native(type) + value + padding
    }

    /// An attribute with a text, which ends in a NUL.
    static func attribute(_ type: UInt32, _ text: String) -> [UInt8] {
        attribute(type, Array(text.utf8) + [0])
    }

    /// The bit of an attribute whose value is attributes (NLA_F_NESTED).
    private static let nested: UInt16 = 1 << 15

    private static func native(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }
}
