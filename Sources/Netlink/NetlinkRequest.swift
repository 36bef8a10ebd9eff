internal import CNetfilter
public import OtherTables
internal import RulesetModel

/// A request for objects of a table: all objects of one kind, or one element of a map.
public struct NetlinkRequest: Sendable, Hashable {
    /// The kinds of objects that a request can ask for.
    public enum Kind: Sendable, Hashable {
        case tables
        case chains
        case rules
        case sets
        /// The elements of the set or map of this name.
        case elements(of: String)
        /// One element of the map of this name, by the bytes of its key.
        case element(of: String, key: [UInt8])
        /// Stateful objects such as counters and quotas.
        case objects
        case flowtables

        fileprivate var message: nf_tables_msg_types {
            switch self {
            case .tables: NFT_MSG_GETTABLE
            case .chains: NFT_MSG_GETCHAIN
            case .rules: NFT_MSG_GETRULE
            case .sets: NFT_MSG_GETSET
            case .elements, .element: NFT_MSG_GETSETELEM
            case .objects: NFT_MSG_GETOBJ
            case .flowtables: NFT_MSG_GETFLOWTABLE
            }
        }

        /// Whether the answer is a list; other answers end with an acknowledgement.
        public var isList: Bool {
            if case .element = self { false } else { true }
        }
    }

    /// What is asked for.
    public let kind: Kind

    /// The name of the table that has the objects.
    ///
    /// The kernel lists the chains of all tables of the family, whatever table the request names.
    public let table: String

    /// The table's family.
    private let family: UInt8

    /// Creates a request for objects of an `inet` table.
    public init(_ kind: Kind, of table: String) {
        self.kind = kind
        self.table = table
        family = UInt8(CNETFILTER_INET.rawValue)
    }

    /// Creates a request for objects of a table of any family.
    public init(_ kind: Kind, of table: OtherTable.Name) {
        self.kind = kind
        self.table = table.name
        family = table.family.rawValue
    }

    /// Creates a request for tables or chains of all families.
    public init(all kind: Kind) {
        self.kind = kind
        table = ""
        family = 0
    }

    /// The request as it is sent, with a sequence number that all messages of the answer repeat.
    public func bytes(sequence: UInt32) -> [UInt8] {
        // In all kinds, attribute 1 is the table's name; in elements, attribute 2 is the set's.
        var attributes = table.isEmpty ? [] : MessageBytes.attribute(1, table)
        switch kind {
        case .elements(let set): attributes += MessageBytes.attribute(2, set)
        case .element(let set, let key):
            attributes += MessageBytes.attribute(2, set) + Self.element(key)
        case .tables, .chains, .rules, .sets, .objects, .flowtables: break
        }
        return MessageBytes.message(
            type: MessageBytes.type(kind.message),
            flags: NLM_F_REQUEST | (kind.isList ? NLM_F_DUMP : NLM_F_ACK),
            family: family,
            attributes,
            sequence: sequence
        )
    }

    private static func element(_ key: [UInt8]) -> [UInt8] {
        func nest(_ type: UInt32, _ attributes: [UInt8]) -> [UInt8] {
            MessageBytes.attribute(type, attributes, isNested: true)
        }
        let data = MessageBytes.attribute(NFTA_DATA_VALUE.rawValue, key)
        let element = nest(NFTA_LIST_ELEM.rawValue, nest(NFTA_SET_ELEM_KEY.rawValue, data))
        return nest(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue, element)
    }
}
