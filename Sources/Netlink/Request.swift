internal import CNetfilter

/// A request for objects of a kind: all that a table has, or one element.
public struct Request: Sendable, Hashable {
    /// The kinds of objects that can be asked for.
    public enum Kind: Sendable, Hashable {
        case chains
        case rules
        case sets
        /// The elements of the set or map of this name.
        case elements(of: String)
        /// One element of the map of this name, by the bytes of its key.
        case element(of: String, key: [UInt8])
        /// Counters, quotas and the like.
        case objects
        case flowtables

        fileprivate var message: nf_tables_msg_types {
            switch self {
            case .chains: NFT_MSG_GETCHAIN
            case .rules: NFT_MSG_GETRULE
            case .sets: NFT_MSG_GETSET
            case .elements, .element: NFT_MSG_GETSETELEM
            case .objects: NFT_MSG_GETOBJ
            case .flowtables: NFT_MSG_GETFLOWTABLE
            }
        }

        /// Whether the answer is a list; another one ends with an acknowledgement.
        public var isList: Bool {
            if case .element = self { false } else { true }
        }
    }

    /// The kind.
    public let kind: Kind

    /// The `inet` table whose objects they are.
    ///
    /// The kernel lists chains of other tables as well, whatever it is asked for.
    public let table: String

    /// Creates a request.
    public init(_ kind: Kind, of table: String) {
        self.kind = kind
        self.table = table
    }

    /// The request as it is sent; the answers bear its sequence, to tell them from those to others.
    public func bytes(sequence: UInt32) -> [UInt8] {
        // In all kinds, 1 is the table's name; in elements, 2 is the set's.
        var attributes = Self.attribute(1, table)
        switch kind {
        case .elements(let set): attributes += Self.attribute(2, set)
        case .element(let set, let key):
            attributes += Self.attribute(2, set) + Self.element(key)
        default: break
        }
        let type = UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(kind.message.rawValue)
        let flags = UInt16(NLM_F_REQUEST | (kind.isList ? NLM_F_DUMP : NLM_F_ACK))
        return Self.message(
            type: type,
            flags: flags,
            family: UInt8(CNETFILTER_INET.rawValue),
            attributes,
            sequence: sequence
        )
    }

    private static func element(_ key: [UInt8]) -> [UInt8] {
        func nest(_ type: UInt32, _ attributes: [UInt8]) -> [UInt8] {
            attribute(type, attributes, isNested: true)
        }
        let data = attribute(NFTA_DATA_VALUE.rawValue, key)
        let element = nest(NFTA_LIST_ELEM.rawValue, nest(NFTA_SET_ELEM_KEY.rawValue, data))
        return nest(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue, element)
    }

    /// A message of nfnetlink.
    static func message(
        type: UInt16,
        flags: UInt16,
        family: UInt8,
        _ attributes: [UInt8],
        sequence: UInt32
    ) -> [UInt8] {
        native(UInt32(20 + attributes.count)) + native(type) + native(flags) + native(sequence)
            + native(UInt32(0)) + [family, UInt8(NFNETLINK_V0), 0, 0] + attributes
    }

    /// An attribute, filled up to whole words.
    static func attribute(_ type: UInt32, _ value: [UInt8], isNested: Bool = false) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: -value.count & 3)
        let type = UInt16(truncatingIfNeeded: type) | (isNested ? nested : 0)
        return native(UInt16(truncatingIfNeeded: 4 + value.count)) + native(type) + value + padding
    }

    /// Says that the value is attributes (NLA_F_NESTED).
    private static let nested: UInt16 = 1 << 15

    private static func attribute(_ type: UInt32, _ text: String) -> [UInt8] {
        attribute(type, Array(text.utf8) + [0])
    }

    private static func native(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }
}
