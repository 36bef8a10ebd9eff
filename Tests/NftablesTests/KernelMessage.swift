import RulesetModel

@testable import Netlink

/// Messages of the kernel's, put together by hand (netlink(7)).
struct KernelMessage {
    /// A netlink attribute.
    struct Attribute {
        let bytes: [UInt8]

        init(_ type: UInt16, _ value: [UInt8]) {
            let length = UInt16(4 + value.count)
            let padding = [UInt8](repeating: 0, count: -value.count & 3)
            bytes = native(length) + native(type) + value + padding
        }

        init(_ type: UInt16, _ text: String) { self.init(type, Array(text.utf8) + [0]) }

        init(_ type: UInt16, _ number: UInt32) { self.init(type, network(number)) }

        init(_ type: UInt16, long number: UInt64) { self.init(type, network(number)) }

        init(_ type: UInt16, of inner: [Attribute]) { self.init(type, inner.flatMap(\.bytes)) }
    }

    let bytes: [UInt8]

    /// A message about an object of table `t`, of a kind of `enum nf_tables_msg_types`.
    init(_ kind: UInt16, flags: UInt16 = 2, _ attributes: [Attribute]) {
        let body = ([Attribute(1, "t")] + attributes).flatMap(\.bytes)
        bytes =
            native(UInt32(20 + body.count)) + native(10 << 8 | kind) + native(flags)
            + native(UInt32(1)) + native(UInt32(0)) + [1, 0, 0, 0] + body
    }

    /// A base chain for NAT at `output`, or whatever else the attributes say.
    static func chain(_ name: String, more: [Attribute] = []) -> KernelMessage {
        KernelMessage(3, [Attribute(2, long: 1), Attribute(3, name)] + more)
    }

    /// A rule of chain `c`.
    static func rule(_ expressions: [Attribute], more: [Attribute] = []) -> KernelMessage {
        let list = Attribute(4, of: expressions)
        return KernelMessage(6, [Attribute(2, "c"), Attribute(3, long: 9), list] + more)
    }

    /// An instruction.
    static func expression(_ name: String, _ data: [Attribute]) -> Attribute {
        Attribute(1, of: [Attribute(1, name), Attribute(2, of: data)])
    }

    /// A value for a register.
    static func value(_ type: UInt16, _ bytes: [UInt8]) -> Attribute {
        Attribute(type, of: [Attribute(1, bytes)])
    }
}

extension LiveTable {
    /// Reads table `t` from messages, one after the other.
    static func decoded(from bytes: [UInt8]) throws(UnreadableMessage) -> LiveTable {
        var decoder = TableDecoder(of: LiveTable(name: "t")) { _ in nil }
        do {
            try bytes.withUnsafeBytes { bytes in
                try Message.readAll(bytes) { (message) throws(UnreadableMessage) in
                    try decoder.add(message)
                }
            }
        } catch let error as UnreadableMessage {
            throw error
        } catch {
            throw UnreadableMessage("\(error)")
        }
        return decoder.result
    }
}

private func native(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number) { Array($0) }
}

private func network(_ number: some FixedWidthInteger) -> [UInt8] { native(number.bigEndian) }
