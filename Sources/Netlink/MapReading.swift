internal import Addressing
internal import CNetfilter
internal import RulesetModel

/// The elements of a map, as they come in.
struct MapReading {
    private let declaration: MapDeclaration
    private let isCounting: Bool

    private var elements: [LiveElement] = []

    /// Names that were found to be speakable; many elements have the same.
    private var interfaces: Set<UInt128> = []
    private var chain: String?
    private var comment: String?

    init(_ declaration: MapDeclaration, isCounting: Bool) {
        self.declaration = declaration
        self.isCounting = isCounting
    }

    /// The elements so far, each once: somebody writing meanwhile can make one come twice.
    var distinct: [LiveElement] {
        var keys = Set<MapKey>(minimumCapacity: elements.count)
        for element in elements { keys.insert(element.element.key) }
        guard keys.count < elements.count else { return elements }
        keys.removeAll()
        return elements.filter { keys.insert($0.element.key).inserted }
    }

    /// Adds an element, or returns `false` if ``MapElement`` can't say exactly the same.
    mutating func add(_ bytes: Bytes) -> Bool {
        var list = AttributeList(bytes)
        var (first, last, data, userData): (Bytes?, Bytes?, Bytes?, Bytes?)
        var count: PacketCount?
        var (timeout, expires): (UInt64?, UInt64?)
        while let (type, value) = list.next() {
            switch type {
            case NFTA_SET_ELEM_KEY.rawValue where first == nil: first = value
            case NFTA_SET_ELEM_KEY_END.rawValue where last == nil: last = value
            case NFTA_SET_ELEM_DATA.rawValue where data == nil: data = value
            case NFTA_SET_ELEM_USERDATA.rawValue where userData == nil: userData = value
            case NFTA_SET_ELEM_EXPR.rawValue where count == nil:
                count = PacketCount(instruction: value)
                guard count != nil else { return false }
            case NFTA_SET_ELEM_EXPRESSIONS.rawValue where count == nil:
                count = value.only(NFTA_LIST_ELEM).flatMap { PacketCount(instruction: $0) }
                guard count != nil else { return false }
            case NFTA_SET_ELEM_TIMEOUT.rawValue where declaration.isTimed:
                timeout = value.number(UInt64.self)
            case NFTA_SET_ELEM_EXPIRATION.rawValue where declaration.isTimed:
                expires = value.number(UInt64.self)
            case NFTA_SET_ELEM_PAD.rawValue: break
            // Zero means no flag and no timeout.
            case NFTA_SET_ELEM_FLAGS.rawValue where value.count > 0 && value.bits == 0,
                NFTA_SET_ELEM_TIMEOUT.rawValue where value.count > 0 && value.bits == 0:
                break
            // A time to live, flags, an object, what this program does not know.
            default: return false
            }
        }
        guard !list.isDamaged, let first, let key = key(first, to: last),
            let value = self.value(data), isCounting == (count != nil)
        else { return false }
        // What ends soon by itself is no part of the table's content.
        if let timeout, timeout > 0, max(timeout, expires ?? 0) <= Holdback.milliseconds {
            return true
        }
        let element = MapElement(key: key, value: value, redirect: comment(in: userData))
        elements.append(LiveElement(element, count: count))
        return true
    }
}

// MARK: - Keys

extension MapReading {
    private mutating func key(_ first: Bytes, to last: Bytes?) -> MapKey? {
        guard let first = first.only(NFTA_DATA_VALUE), first.count == declaration.keyLength
        else { return nil }
        var end = first
        if let last {
            guard declaration.isInterval, let last = last.only(NFTA_DATA_VALUE),
                last.count == first.count
            else { return nil }
            end = last
        }
        var parts: [ClosedRange<UInt128>] = []
        parts.reserveCapacity(declaration.key.count)
        var offset = 0
        for part in declaration.key {
            let order = declaration.order(of: part)
            guard let lower = first.part(part, at: offset, in: order),
                let upper = end.part(part, at: offset, in: order), lower <= upper,
                part != .interface || isInterface(lower, to: upper)
            else { return nil }
            parts.append(lower...upper)
            offset += 4 * part.words
        }
        return MapKey(parts)
    }

    /// Whether it is the whole name of one interface, and one that can be said.
    private mutating func isInterface(_ number: UInt128, to last: UInt128) -> Bool {
        guard number == last else { return false }
        if interfaces.contains(number) { return true }
        guard InterfacePattern.all([number...number]) != nil else { return false }
        interfaces.insert(number)
        return true
    }
}

extension Bytes {
    /// A part of a key or a value; `nil` if it is not there as a whole.
    fileprivate func part(_ part: KeyPart, at offset: Int, in order: ByteOrder) -> UInt128? {
        switch part.length {
        case 16: return native(UInt128.self, at: offset).map { UInt128(bigEndian: $0) }
        case 4:
            let number = native(UInt32.self, at: offset)
            return number.map { UInt128(order == .network ? UInt32(bigEndian: $0) : $0) }
        // Alone, it takes no more bytes than it needs.
        case count: return bits
        case let length:
            // What fills up the word is zero.
            guard let word = native(UInt32.self, at: offset).map({ UInt32(bigEndian: $0) }),
                word << UInt32(8 * length) == 0
            else { return nil }
            return UInt128(word >> UInt32(32 - 8 * length))
        }
    }
}

// MARK: - Values

extension MapReading {
    private mutating func value(_ data: Bytes?) -> MapValue? {
        guard declaration.value != .member else { return data == nil ? .member : nil }
        guard let data else { return nil }
        guard declaration.value != .verdict else {
            return data.only(NFTA_DATA_VERDICT).flatMap { verdict($0) }
        }
        guard let value = data.only(NFTA_DATA_VALUE), value.count == declaration.value.length
        else { return nil }
        switch declaration.value {
        case .port: return value.port(at: 0).map { .port($0) }
        case .address(let family): return value.address(family).map { .address($0) }
        case .addressAndPort(let family):
            guard let address = value.address(family),
                let port = value.port(at: 4 * KeyPart.address(family).words)
            else { return nil }
            return .addressAndPort(address, port)
        case .verdict, .member: return nil
        }
    }

    private mutating func verdict(_ bytes: Bytes) -> MapValue? {
        var list = AttributeList(bytes)
        guard let (type, code) = list.next(), type == NFTA_VERDICT_CODE.rawValue,
            let number = code.number(Int32.self)
        else { return nil }
        let name = list.next()
        guard list.next() == nil, !list.isDamaged else { return nil }
        switch (number, name) {
        case (Int32(CNETFILTER_ACCEPT.rawValue), nil): return .accept
        case (NFT_JUMP.rawValue, let name?) where name.type == NFTA_VERDICT_CHAIN.rawValue:
            if chain.map({ name.value.isText($0) }) != true { chain = name.value.wholeText }
            return chain.map { .jump(to: $0) }
        default: return nil
        }
    }
}

extension Bytes {
    fileprivate func port(at offset: Int) -> Port? {
        part(.port, at: offset, in: .network).flatMap { Port(number: $0) }
    }

    fileprivate func address(_ family: IPFamily) -> IPAddress? {
        part(.address(family), at: 0, in: .network).flatMap { IPAddress(family: family, bits: $0) }
    }
}

// MARK: - Comments and counts

extension MapReading {
    /// The comment in user data; many elements in a row have the same.
    private mutating func comment(in data: Bytes?) -> String? {
        guard let text = data.flatMap(Comment.bytes(in:)) else { return nil }
        if comment.map({ text.isText($0) }) != true { comment = Comment.read(text) }
        return comment
    }
}

extension PacketCount {
    /// The bytes of `counter` with the NUL after it.
    private static let name: UInt128 = "counter".utf8.reduce(0) { $0 << 8 | UInt128($1) } << 8

    /// Reads a counter in an element, or returns `nil` if it is another instruction.
    init?(instruction: Bytes) {
        var list = AttributeList(instruction)
        guard let name = list.next(), name.type == NFTA_EXPR_NAME.rawValue,
            name.value.bits == Self.name, let data = list.next(),
            data.type == NFTA_EXPR_DATA.rawValue, list.next() == nil, !list.isDamaged
        else { return nil }
        var (packets, bytes): (UInt64?, UInt64?)
        var counts = AttributeList(data.value)
        while let (type, value) = counts.next() {
            switch type {
            case NFTA_COUNTER_PACKETS.rawValue: packets = value.number(UInt64.self)
            case NFTA_COUNTER_BYTES.rawValue: bytes = value.number(UInt64.self)
            case NFTA_COUNTER_PAD.rawValue: break
            default: return nil
            }
        }
        guard !counts.isDamaged, let packets, let bytes else { return nil }
        self.init(packets: packets, bytes: bytes)
    }
}
