import Addressing
import PolicyModel
import RulesetModel

/// A part of a redirect that could become elements of a map: a selector, and what becomes of the
/// connections that it matches.
///
/// A class, because there are many, each is looked at several times, and none changes.
final class Candidate {
    /// How it is carried out.
    enum Form {
        /// By elements of a map of this shape.
        case elements(of: MapShape, value: MapValue)
        /// By a rule of its own.
        case rule(because: Layout.Reason)
    }

    /// The redirect's name.
    let redirect: String

    let region: Region
    let form: Form

    /// Whether later redirects are tried for some of what it matches.
    let fallsThrough: Bool

    /// How its connections get another source; `nil` if they keep theirs.
    let source: SourceLabel?

    private let selector: Selector
    private let statement: Statement
    private let isCounting: Bool

    /// Creates a candidate.
    init(
        _ selector: Selector,
        _ statement: Statement,
        of redirect: String,
        source: SourceLabel? = nil,
        isCounting: Bool = false,
        fallsThrough: Bool = false
    ) {
        self.redirect = redirect
        self.selector = selector
        self.statement = statement
        self.source = source
        self.isCounting = isCounting
        self.fallsThrough = fallsThrough
        region = Region(selector)
        guard let mapped = statement.mapped else {
            form = .rule(because: .target)
            return
        }
        let shape = MapShape(region, selector, mapped.action)
        let isTooMuch = region.keyCount > PolicySize.mostCombinations
        let reason =
            region.reasonAgainstMaps ?? shape.reasonAgainstMaps
            ?? (isTooMuch ? .tooManyKeys(region.keyCount) : nil)
        form = reason.map { .rule(because: $0) } ?? .elements(of: shape, value: mapped.value)
    }

    /// What it is as rules of its own.
    var rules: [Rule] {
        let deciding = Rule(
            selector: selector,
            counter: isCounting ? ObjectNames.counter(of: redirect) : nil,
            statement: statement,
            comment: redirect
        )
        guard let source else { return [deciding] }
        let labelling = Rule(
            selector: selector,
            statement: .label(source.label),
            comment: redirect
        )
        return [labelling, deciding]
    }
}

extension MapShape {
    fileprivate var reasonAgainstMaps: Layout.Reason? {
        if key.count < 2 { return .nothingToLookUp }
        if key.count > MapType.mostFields { return .tooManyFields(key.count) }
        let type = type(isCounting: false)
        return type.keyBytes > type.mostKeyBytes ? .keyTooLong : nil
    }

    fileprivate init(_ region: Region, _ selector: Selector, _ action: Action) {
        var key = region.sides.map(\.field)
        if selector.protocols.isEmpty {
            // A part for the protocol is always there: interval maps need a second one.
            key.insert(
                .transport,
                at: key.firstIndex { $0.rank > KeyField.transport.rank } ?? key.count
            )
        }
        self.init(
            family: selector.family,
            namesProtocols: !selector.protocols.isEmpty,
            isToThisMachine: selector.isToThisMachine,
            key: key,
            action: action,
            isInterval: selector.protocols.isEmpty || !region.sides.allSatisfy(\.ranges.areSingle)
        )
    }
}

extension Region {
    /// How many keys it takes; if there are very many, only that.
    fileprivate var keyCount: Int {
        sides.reduce(1) { Swift.min($0 * $1.ranges.count, 1_000_000) }
    }

    /// Its keys for a map that is looked up by some fields.
    func keys(for fields: [KeyField]) -> [MapKey] {
        var keys: [[ClosedRange<UInt128>]] = [[]]
        var rest = sides[...]
        for field in fields {
            guard let side = rest.first, side.field == field else {
                keys = keys.map { $0 + [0...field.highest] }
                continue
            }
            rest.removeFirst()
            switch side.ranges {
            case .one(let range): for index in keys.indices { keys[index].append(range) }
            case .several(let ranges):
                keys = keys.flatMap { key in ranges.map { key + [$0] } }
            }
        }
        return keys.map { MapKey($0) }
    }
}
