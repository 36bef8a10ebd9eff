internal import CNetfilter
internal import OtherTables

/// A set of another program's table while its elements are read.
struct OtherSetReading {
    let name: String
    private var result: OtherSet
    private let isInterval: Bool

    /// The ends of intervals, which come as elements of their own.
    private var bounds: [(key: [UInt8], isEnd: Bool, value: OtherSet.Value?)] = []

    /// Reads a set without elements; `nil` if it has no name.
    init?(_ object: Attributes) {
        guard let name = object[NFTA_SET_NAME]?.text,
            let length = object.number(NFTA_SET_KEY_LEN), length <= 64
        else { return nil }
        self.name = name
        let flags = object.flags(NFTA_SET_FLAGS)
        isInterval = flags & NFT_SET_INTERVAL.rawValue != 0
        var fields: [Int] = []
        if let description = object.nest(NFTA_SET_DESC)?[NFTA_SET_DESC_CONCAT] {
            var list = AttributeList(description)
            while let (_, field) = list.next() {
                guard let length = Attributes(field)?.number(NFTA_SET_FIELD_LEN) else { continue }
                fields.append(Int(min(length, 64)))
            }
        }
        result = OtherSet(keyLength: Int(length), fields: fields)
        if flags & NFT_SET_OBJECT.rawValue != 0 { result.obstacle = "a map of named objects" }
    }

    /// The number of elements that were read.
    var count: Int { result.count + bounds.count }

    /// Adds the elements of a message.
    mutating func add(_ elements: Bytes) {
        var list = AttributeList(elements)
        while let (_, bytes) = list.next() {
            if !add(element: bytes) { result.obstacle = "a set that can't be read" }
        }
    }

    private mutating func add(element bytes: Bytes) -> Bool {
        guard let element = Attributes(bytes) else { return false }
        let flags = element.flags(NFTA_SET_ELEM_FLAGS)
        var value: OtherSet.Value?
        if let data = element.nest(NFTA_SET_ELEM_DATA) {
            if let verdict = data.verdict {
                value = .verdict(verdict ?? .unknown)
            } else if let bytes = data[NFTA_DATA_VALUE] {
                value = .bytes(bytes.array)
            } else {
                return false
            }
        }
        // An element with a limit or a quota is found only sometimes.
        if element[NFTA_SET_ELEM_EXPRESSIONS] != nil || element[NFTA_SET_ELEM_EXPR] != nil,
            !element.hasOnlyCounters
        {
            result.obstacle = "an element with a limit"
        }
        // NFT_SET_ELEM_CATCHALL
        if flags & 2 != 0 {
            result.catchAll = .some(value)
            return true
        }
        guard let key = element.data(NFTA_SET_ELEM_KEY), key.count == result.keyLength else {
            return false
        }
        if let last = element.data(NFTA_SET_ELEM_KEY_END) {
            result.add(.init(first: key, last: last, value: value))
        } else if isInterval {
            bounds.append((key, flags & NFT_SET_ELEM_INTERVAL_END.rawValue != 0, value))
        } else {
            result.add(.init(first: key, last: key, value: value))
        }
        return true
    }

    /// The set with all elements that were added.
    func finished() -> OtherSet {
        var result = result
        var open: (key: [UInt8], value: OtherSet.Value?)?
        // The end of one interval comes before the beginning of the next.
        let sorted = bounds.sorted { left, right in
            left.key == right.key
                ? left.isEnd && !right.isEnd : left.key.lexicographicallyPrecedes(right.key)
        }
        for bound in sorted {
            if let (first, value) = open {
                result.add(.init(first: first, last: bound.key.predecessor, value: value))
            }
            open = bound.isEnd ? nil : (bound.key, bound.value)
        }
        if let (first, value) = open {
            let highest = [UInt8](repeating: 0xFF, count: result.keyLength)
            result.add(.init(first: first, last: highest, value: value))
        }
        return result
    }

    /// Gives up reading the elements.
    mutating func giveUp(_ reason: String) {
        result.obstacle = reason
    }
}

extension [UInt8] {
    /// The number before this one, both with the most significant byte first.
    fileprivate var predecessor: [UInt8] {
        var bytes = self
        for index in bytes.indices.reversed() {
            bytes[index] &-= 1
            if bytes[index] != 0xFF { break }
        }
        return bytes
    }
}

extension Attributes {
    /// Whether the instructions of an element count, and do nothing else.
    fileprivate var hasOnlyCounters: Bool {
        if let expression = nest(NFTA_SET_ELEM_EXPR) {
            return expression[NFTA_EXPR_NAME]?.isText("counter") == true
        }
        guard let expressions = self[NFTA_SET_ELEM_EXPRESSIONS] else { return true }
        var list = AttributeList(expressions)
        while let (_, value) = list.next() {
            guard let name = Attributes(value)?[NFTA_EXPR_NAME],
                name.isText("counter") || name.isText("last")
            else { return false }
        }
        return true
    }
}
