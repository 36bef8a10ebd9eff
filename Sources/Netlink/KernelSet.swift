internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// A set or map as the kernel describes it, with its elements as far as they are read.
struct KernelSet {
    /// What a set is to us.
    enum Role: Hashable {
        /// The alternatives of one test in one rule; a set without a name of its own.
        case alternatives(areIntervals: Bool)
        /// A map that ``LookupMap`` can express.
        case lookupMap
        /// The set that a trial lives by.
        case lease(isTimed: Bool)
        /// Anything else that bears a name.
        case other
        /// Anything else that is part of a rule.
        case partOfRule
    }

    let name: String
    let handle: Handle?
    let isMap: Bool
    let keyLength: Int

    /// What a rule can ask it for, if it is a map of types of ours; by its own, it may say more.
    let declaration: MapDeclaration?

    private(set) var role: Role

    private var keys: [ElementKey] = []
    private var map: MapReading?
    private var terms: [IPFamily: LiveLease.Term] = [:]
    private let isCounting: Bool
    private let size: Int?

    /// Reads a set without its elements, or returns `nil` if it has no name.
    ///
    /// Kernels say more of a set with every year; what changes its meaning has a flag.
    init?(_ set: Attributes) {
        guard let name = set[NFTA_SET_NAME]?.text else { return nil }
        self.name = name
        handle = set[NFTA_SET_HANDLE]?.number(UInt64.self)
        // NFT_SET_EXPR only says that instructions may come as a list.
        let flags = set.flags(NFTA_SET_FLAGS) & ~NFT_SET_EXPR.rawValue
        isMap = flags & (NFT_SET_MAP.rawValue | NFT_SET_OBJECT.rawValue) != 0
        keyLength = set.number(NFTA_SET_KEY_LEN).flatMap(Int.init(exactly:)) ?? 0
        let instructions = SetInstructions(set)
        isCounting = instructions == .counter
        size = set.nest(NFTA_SET_DESC)?.number(NFTA_SET_DESC_SIZE).map { Int(clamping: $0) }
        let isAnonymous = flags & NFT_SET_ANONYMOUS.rawValue != 0
        let foreign = Role.foreign(isAnonymous)
        // No other set can have the lease's name, and be told from it.
        declaration =
            isAnonymous || name == LiveLease.name ? nil : MapDeclaration(set, flags: flags)
        // NFTA_SET_GC_INTERVAL only says how often the kernel removes expired elements, which no
        // lookup finds anyway.
        guard instructions != .other, set.isZero(NFTA_SET_TIMEOUT), set.isZero(NFTA_SET_OBJ_TYPE)
        else {
            role = foreign
            return
        }
        switch flags {
        case Self.alternatives where !isCounting: role = .alternatives(areIntervals: false)
        case Self.alternatives | NFT_SET_INTERVAL.rawValue where !isCounting:
            role = .alternatives(areIntervals: true)
        case 0 where Self.isLease(set): role = .lease(isTimed: false)
        case NFT_SET_TIMEOUT.rawValue where Self.isLease(set): role = .lease(isTimed: true)
        case _ where !isAnonymous:
            if let declaration, declaration.isPlain(set, flags: flags) {
                role = .lookupMap
                map = MapReading(declaration, isCounting: isCounting)
            } else {
                role = .other
            }
        default: role = foreign
        }
    }

    private static let alternatives = NFT_SET_ANONYMOUS.rawValue | NFT_SET_CONSTANT.rawValue

    /// Whether its elements must be read to know what it is, or what a rule asks for.
    var needsElements: Bool {
        switch role {
        case .lookupMap, .alternatives, .lease: true
        case .other, .partOfRule: false
        }
    }
}

// MARK: - Elements

extension KernelSet {
    /// Requests for those of a map's elements that have one of these keys.
    ///
    /// - Returns: `nil` if it is no map of ours, or one whose elements have no keys of their own.
    func requests(for keys: [MapKey], in table: String) -> [NetlinkRequest]? {
        guard role == .lookupMap, let declaration else { return nil }
        var requests: [NetlinkRequest] = []
        for key in keys {
            guard let bytes = declaration.bytes(of: key) else { return nil }
            requests.append(NetlinkRequest(.element(of: name, key: bytes), of: table))
        }
        return requests
    }

    /// Adds the elements of a message.
    mutating func add(elements: Bytes) {
        var list = AttributeList(elements)
        while let (type, value) = list.next() {
            if type != NFTA_LIST_ELEM.rawValue || !add(element: value) {
                role = .foreign(isPartOfRule)
                map = nil
                return
            }
        }
        if list.isDamaged { role = .foreign(isPartOfRule) }
    }

    /// Whether it belongs to one rule, and has no name of its own.
    var isPartOfRule: Bool {
        switch role {
        case .alternatives, .partOfRule: true
        case .lookupMap, .lease, .other: false
        }
    }

    private mutating func add(element bytes: Bytes) -> Bool {
        switch role {
        case .lookupMap: return map?.add(bytes) ?? false
        case .alternatives(let areIntervals):
            guard let element = Attributes(bytes), let key = ElementKey(element),
                key.length == keyLength, element[NFTA_SET_ELEM_DATA] == nil,
                areIntervals || !key.isEnd && key.last == nil
            else { return false }
            keys.append(key)
            return true
        case .lease(let isTimed):
            guard let (family, term) = LiveLease.Term.read(bytes, isTimed: isTimed) else {
                return false
            }
            terms[family] = term
            return true
        case .other, .partOfRule: return true
        }
    }

    /// The map, if it is one of ours.
    ///
    /// It does not know itself by which address or interface it is looked up; the rules do.
    func map(askedFor keys: Set<[KeyField]>) -> LiveMap? {
        guard role == .lookupMap, let handle, let declaration, let map else { return nil }
        let usual = declaration.key.map(\.usualField)
        let type = MapType(
            key: keys.count == 1 ? keys.first ?? usual : usual,
            value: declaration.value,
            isInterval: declaration.isInterval,
            isCounting: isCounting,
            isTimed: declaration.isTimed
        )
        return LiveMap(
            handle: handle,
            name: name,
            type: type,
            size: size,
            elements: map.distinct
        )
    }

    /// The lease, if it is one.
    var lease: LiveLease? {
        guard case .lease(let isTimed) = role, let handle else { return nil }
        return LiveLease(handle: handle, isTimed: isTimed, terms: terms)
    }

    /// Whether a set without a flag of its own has the name and the keys of a lease.
    private static func isLease(_ set: Attributes) -> Bool {
        set[NFTA_SET_NAME]?.isText(LiveLease.name) == true
            && set.number(NFTA_SET_KEY_TYPE) == familyType && set.number(NFTA_SET_KEY_LEN) == 1
            && SetInstructions(set) == .none
    }

    /// libnftables' number for `nf_proto` (`enum datatypes` of its `datatype.h`).
    private static let familyType: UInt32 = 2

    /// The numbers in a set of alternatives; `nil` if they can't be told.
    var ranges: [ClosedRange<UInt128>]? {
        guard case .alternatives(let areIntervals) = role, !keys.isEmpty else { return nil }
        guard areIntervals else { return Set(keys.map(\.first)).map { $0...$0 } }
        return ElementKey.ranges(keys, length: keyLength)
    }
}

/// The instructions that a set runs for each element that a packet matches.
private enum SetInstructions {
    case none
    /// One counter, which starts at zero in new elements.
    case counter
    case other

    /// Reads one instruction (NFTA_SET_EXPR) or a list of them (NFTA_SET_EXPRESSIONS).
    init(_ set: Attributes) {
        switch (set[NFTA_SET_EXPR], set[NFTA_SET_EXPRESSIONS]) {
        case (nil, nil): self = .none
        case (let one?, nil): self = Self.read(one)
        case (nil, let list?): self = list.only(NFTA_LIST_ELEM).map(Self.read) ?? .other
        default: self = .other
        }
    }

    private static func read(_ instruction: Bytes) -> SetInstructions {
        PacketCount(instruction: instruction) == PacketCount() ? .counter : .other
    }
}

extension KernelSet.Role {
    fileprivate static func foreign(_ isPartOfRule: Bool) -> Self {
        isPartOfRule ? .partOfRule : .other
    }
}
