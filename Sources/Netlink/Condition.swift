/// What a field must be, as numbers.
enum Condition: Hashable {
    /// One of these.
    case among([ClosedRange<UInt128>])
    /// Under a mask, this.
    case masked(UInt128, value: UInt128)
    /// At least one of these bits is set.
    case anyBit(of: UInt128)

    /// The ranges; `nil` if it is another condition.
    var ranges: [ClosedRange<UInt128>]? {
        if case .among(let ranges) = self { ranges } else { nil }
    }

    /// The bits of which at least one is set, if it asks for that.
    var anyBit: UInt128? {
        if case .anyBit(let bits) = self { bits } else { nil }
    }

    /// The only number that the field may be.
    var single: UInt128? {
        guard let range, range.lowerBound == range.upperBound else { return nil }
        return range.lowerBound
    }

    /// The only range in which the field may be.
    var range: ClosedRange<UInt128>? {
        guard let ranges, ranges.count == 1 else { return nil }
        return ranges.first
    }
}

extension LoadedField {
    /// What a comparison with a value says.
    ///
    /// A value shorter than the field is compared with the field's beginning.
    func equals(_ value: RegisterValue) -> Condition? {
        guard value.length <= length else { return nil }
        guard value.length == length else {
            guard field.hasPrefixes, mask == nil else { return nil }
            let free = UInt128(8 * (length - value.length))
            let first = value.bits << free
            return .among([first...(first | ((1 << free) - 1))])
        }
        let number = value.number(in: order)
        guard let mask else { return .among([number...number]) }
        let free = allBits & ~mask
        // A mask that is a prefix in the order of the packet.
        if field.hasPrefixes, free & (free &+ 1) == 0, number & free == 0 {
            return .among([number...(number | free)])
        }
        return .masked(mask, value: number)
    }

    /// What it says that a masked field is not this value.
    func differs(from value: RegisterValue) -> Condition? {
        guard let mask, value.length == length, value.bits == 0 else { return nil }
        return .anyBit(of: mask)
    }

    /// What a range says; the kernel compares the bytes as they stand.
    func lies(from first: RegisterValue, to last: RegisterValue) -> Condition? {
        guard order == .network, mask == nil, first.length == length, last.length == length,
            first.bits <= last.bits
        else { return nil }
        return .among([first.bits...last.bits])
    }

    /// What a look-up in a set says.
    func isIn(_ set: KernelSet) -> Condition? {
        guard mask == nil, case .alternatives(let areIntervals) = set.role,
            set.keyLength == length, let ranges = set.ranges
        else { return nil }
        if areIntervals { return order == .network ? .among(ranges) : nil }
        guard order == .host else { return .among(ranges) }
        let numbers = ranges.map {
            RegisterValue(bits: $0.lowerBound, length: length).number(in: order)
        }
        return .among(numbers.map { $0...$0 })
    }
}
