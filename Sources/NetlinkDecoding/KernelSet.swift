internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// A set or map as the kernel describes it, with its elements as far as they are read.
struct KernelSet {
    /// What a set is to us.
    enum Role: Hashable {
        /// The alternatives of one test in one rule; a set without a name of its own.
        case alternatives(areIntervals: Bool)
        /// A ``PortMap``.
        case portMap
        /// Anything else that bears a name.
        case other
        /// Anything else that is part of a rule.
        case partOfRule
    }

    let name: String
    let handle: Handle?
    let isMap: Bool
    let keyLength: Int
    let dataLength: Int
    private(set) var role: Role

    private var keys: [ElementKey] = []
    private var pairs: [PortPair] = []

    /// Reads a set without its elements, or nothing where it has no name.
    ///
    /// Kernels say more of a set with every year; what changes its meaning has a flag.
    init?(_ set: Attributes) {
        guard let name = set[NFTA_SET_NAME]?.text else { return nil }
        self.name = name
        handle = set[NFTA_SET_HANDLE]?.number(UInt64.self)
        let flags = set[NFTA_SET_FLAGS].map { $0.number(UInt32.self) ?? .max } ?? 0
        isMap = flags & (NFT_SET_MAP.rawValue | NFT_SET_OBJECT.rawValue) != 0
        keyLength = set.number(NFTA_SET_KEY_LEN).flatMap(Int.init(exactly:)) ?? 0
        dataLength = set.number(NFTA_SET_DATA_LEN).flatMap(Int.init(exactly:)) ?? 0
        let isAnonymous = flags & NFT_SET_ANONYMOUS.rawValue != 0
        let foreign = Role.foreign(isAnonymous)
        guard set[NFTA_SET_EXPR] == nil, set[NFTA_SET_EXPRESSIONS] == nil,
            set[NFTA_SET_TIMEOUT] == nil, set[NFTA_SET_GC_INTERVAL] == nil,
            set[NFTA_SET_OBJ_TYPE] == nil
        else {
            role = foreign
            return
        }
        switch flags {
        case Self.alternatives: role = .alternatives(areIntervals: false)
        case Self.alternatives | NFT_SET_INTERVAL.rawValue:
            role = .alternatives(areIntervals: true)
        case NFT_SET_MAP.rawValue where Self.isPortMap(set): role = .portMap
        default: role = foreign
        }
    }

    private static let alternatives = NFT_SET_ANONYMOUS.rawValue | NFT_SET_CONSTANT.rawValue

    /// `inet_service` in libnftables' numbering of types.
    private static let portType: UInt32 = 13

    /// Whether it maps a port to a port by a rule's lights; by its own, it may say more.
    var mapsPorts: Bool {
        isMap && keyLength == 2 && dataLength == 2 && role != .partOfRule
    }

    /// Whether its elements must be read to know what it is, or what a rule asks for.
    var needsElements: Bool {
        switch role {
        case .alternatives, .portMap: true
        case .other, .partOfRule: false
        }
    }

    private static func isPortMap(_ set: Attributes) -> Bool {
        guard set.number(NFTA_SET_KEY_TYPE) == portType, set.number(NFTA_SET_KEY_LEN) == 2,
            set.number(NFTA_SET_DATA_TYPE) == portType, set.number(NFTA_SET_DATA_LEN) == 2,
            (set.number(NFTA_SET_POLICY) ?? 0) == 0,
            // A size that was asked for.
            set.nest(NFTA_SET_DESC)?[NFTA_SET_DESC_SIZE] == nil
        else { return false }
        guard let data = set[NFTA_SET_USERDATA] else { return true }
        return UserData(data)?.entries.allSatisfy(saysNothing) ?? false
    }

    /// Whether an entry of a map's user data is one that each map of ours has.
    ///
    /// Anything else, such as a comment or a type of somebody's own, is more than we say.
    private static func saysNothing(type: UInt8, value: Bytes) -> Bool {
        switch type {
        // The order of bytes in keys and data (NFTNL_UDATA_SET_KEYBYTEORDER, _DATABYTEORDER).
        case 0, 1: true
        // Merging of elements, and intervals as data (_MERGE_ELEMENTS, _DATA_INTERVAL): no.
        case 2, 6: value.bits == 0
        default: false
        }
    }
}

// MARK: - Elements

extension KernelSet {
    /// Adds the elements of a message.
    mutating func add(elements: Bytes) {
        var list = AttributeList(elements)
        while let (type, value) = list.next() {
            if type != NFTA_LIST_ELEM.rawValue || !add(element: Attributes(value)) {
                role = .foreign(isPartOfRule)
                return
            }
        }
        if list.isDamaged { role = .foreign(isPartOfRule) }
    }

    /// Whether it belongs to one rule, and has no name of its own.
    var isPartOfRule: Bool {
        switch role {
        case .alternatives, .partOfRule: true
        case .portMap, .other: false
        }
    }

    private mutating func add(element: Attributes?) -> Bool {
        guard let element, let key = ElementKey(element), key.length == keyLength else {
            return false
        }
        switch role {
        case .portMap:
            guard !key.isEnd, key.last == nil, element[NFTA_SET_ELEM_USERDATA] == nil,
                let from = Port(number: key.first),
                let value = element.value(NFTA_SET_ELEM_DATA), value.length == 2,
                let to = Port(number: value.bits)
            else { return false }
            pairs.append(PortPair(from: from, to: to))
            return true
        case .alternatives(let areIntervals):
            guard element[NFTA_SET_ELEM_DATA] == nil,
                areIntervals || !key.isEnd && key.last == nil
            else { return false }
            keys.append(key)
            return true
        case .other, .partOfRule: return true
        }
    }

    /// The map, where it is one of ours; somebody writing meanwhile can make an element come twice.
    var portMap: PortMap? {
        role == .portMap ? PortMap(name: name, pairs: pairs) : nil
    }

    /// The numbers in a set of alternatives, or nothing where they can't be told.
    var ranges: [ClosedRange<UInt128>]? {
        guard case .alternatives(let areIntervals) = role, !keys.isEmpty else { return nil }
        guard areIntervals else { return Set(keys.map(\.first)).map { $0...$0 } }
        return ElementKey.ranges(keys, length: keyLength)
    }
}

extension KernelSet.Role {
    fileprivate static func foreign(_ isPartOfRule: Bool) -> Self {
        isPartOfRule ? .partOfRule : .other
    }
}
