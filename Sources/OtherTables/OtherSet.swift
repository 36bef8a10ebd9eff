/// A set or map that rules look up.
public struct OtherSet: Sendable, Hashable {
    /// An element: its key, and what a map has for it.
    public struct Element: Sendable, Hashable {
        /// The first key.
        public var first: [UInt8]

        /// The last key; the first if it is no range.
        public var last: [UInt8]

        /// What a map has for the key; `nil` in a set.
        public var value: Value?

        /// Creates an element.
        public init(first: [UInt8], last: [UInt8], value: Value? = nil) {
            self.first = first
            self.last = last
            self.value = value
        }
    }

    /// What a map has for a key.
    public enum Value: Sendable, Hashable {
        case verdict(Verdict)
        case bytes([UInt8])
    }

    /// What lookups of a key can find.
    enum Finding: Hashable {
        /// The element is there.
        case found(Value?)
        /// One of these elements may be there, or none.
        case possibly([Value?])
        /// There is none.
        case absent
    }

    /// The length of a key in bytes.
    public var keyLength: Int

    /// The lengths of a key's fields, each padded to a multiple of four in the key; empty for one
    /// field.
    public var fields: [Int]

    /// What is found if no other element is; `nil` if nothing is.
    public var catchAll: Value??

    /// Why the elements can't be told; `nil` if they can.
    public var obstacle: String?

    private var exact: [[UInt8]: Value?] = [:]
    private var ranges: [Element] = []

    /// What the elements have.
    private var values: Set<Value?> = []

    /// How many elements there are.
    public var count: Int { exact.count + ranges.count }

    /// Creates a set without elements.
    public init(keyLength: Int, fields: [Int] = []) {
        self.keyLength = keyLength
        self.fields = fields.count > 1 ? fields : []
    }

    /// Adds an element.
    public mutating func add(_ element: Element) {
        values.insert(element.value)
        if element.first == element.last {
            exact[element.first] = .some(element.value)
        } else {
            ranges.append(element)
        }
    }

    /// The elements, in no particular order.
    var elements: [Element] {
        exact.map { Element(first: $0.key, last: $0.key, value: $0.value) } + ranges
    }

    /// Looks up a key that may be known only in part.
    func find(_ key: PartialBytes) -> Finding {
        // Elements that were not read can have any value.
        guard obstacle == nil else { return .possibly([]) }
        if isAnything(key) { return .possibly(Array(values.union(catchAll.map { [$0] } ?? []))) }
        var possible: [Value?] = []
        if let known = key.known {
            if let value = exact[known] { return .found(value) }
        } else {
            for (first, value) in exact where key.equals(first) != .no { possible.append(value) }
        }
        for element in ranges {
            switch contains(element, key) {
            case .yes where possible.isEmpty: return .found(element.value)
            case .yes, .maybe: possible.append(element.value)
            case .no: break
            }
        }
        if possible.isEmpty { return catchAll.map { .found($0) } ?? .absent }
        if let catchAll { possible.append(catchAll) }
        // A set made anew has an order of its own each time, and so would the answers.
        var seen: Set<Value?> = []
        return .possibly(possible.filter { seen.insert($0).inserted })
    }

    /// How many elements are compared to look up a key.
    func cost(of key: PartialBytes) -> Int {
        guard obstacle == nil, !isAnything(key) else { return 0 }
        return key.known == nil ? count : ranges.count
    }

    /// Whether nothing is known of a key, so that there is no need to compare it with many elements.
    private func isAnything(_ key: PartialBytes) -> Bool {
        count > 64 && key.bytes.allSatisfy { $0 == nil }
    }

    private func contains(_ element: Element, _ key: PartialBytes) -> Ternary {
        guard !fields.isEmpty else { return key.isWithin(element.first, element.last) }
        var answer = Ternary.yes
        var start = 0
        for length in fields {
            let end = start + length
            guard end <= element.first.count, end <= element.last.count else { return .maybe }
            answer = answer.and(
                key[start..<end].isWithin(element.first[start..<end], element.last[start..<end])
            )
            if answer == .no { return .no }
            start += (length + 3) & ~3
        }
        return answer
    }
}
