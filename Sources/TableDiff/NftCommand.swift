public import RulesetModel

/// One nft command of a transaction.
public enum NftCommand: Sendable, Hashable {
    /// Creates the table if there is none.
    case addTable
    /// Removes the table with all its content.
    case deleteTable
    /// Creates a base chain.
    case addChain(BaseChain.Head)
    /// Sets a base chain's policy to `accept`.
    case acceptByDefault(chain: String)
    /// Creates a regular chain.
    case addRegularChain(name: String)
    /// Empties a chain.
    case flushChain(name: String)
    /// Removes a chain; its rules must be gone.
    case deleteChain(name: String)
    /// Creates a named counter, which begins at a count.
    case addCounter(name: String, PacketCount)
    /// Removes a named counter; no rule may refer to it.
    case deleteCounter(name: String)
    /// Creates a map, empty.
    case addMap(name: String, MapType, size: Int?)
    /// Removes a map with its elements; no rule may use it.
    case deleteMap(name: String, MapType)
    /// Adds elements to a map; the counter of one with a count begins there.
    case addElements([LiveElement], map: String, MapType)
    /// Removes elements from a map.
    case deleteElements([MapElement], map: String, MapType)
    /// Adds a rule after the others of its chain.
    case appendRule(Rule, chain: String)
    /// Adds a rule before all others of its chain.
    case prependRule(Rule, chain: String)
    /// Adds a rule before another one.
    case insertRule(Rule, chain: String, before: Handle)
    /// Removes a rule.
    case deleteRule(LiveRule, chain: String)
    /// Removes an object of a kind that redirctl does not make.
    case deleteObject(LiveObject)
    /// Creates the set that a trial lives by, empty.
    case addLease(isTimed: Bool)
    /// Adds the lease's elements; without a timeout if there is no limit.
    case grantLease(milliseconds: UInt64?)
    /// Ends a trial; the kernel refuses it if the trial has ended.
    case revokeLease
    /// Removes the set that a trial lives by; no rule may use it.
    case deleteLease
    /// Creates the chain that marks a generation.
    case addMarker(Marker)
    /// Removes the chain that marks a generation.
    case deleteMarker(Marker)

    /// The command in nft's language, on one line.
    ///
    /// Rules are addressed by their handles, all else by its name: libnftables 1.0.6 takes no handle
    /// for maps and conntrack helpers. An element is addressed by its key.
    public func text(table: String) -> String {
        func named(_ name: String) -> String { "\(table) \(ObjectName.inCommand(name))" }
        return switch self {
        case .addTable: "add table inet \(table)"
        case .deleteTable: "delete table inet \(table)"
        case .addChain(let head): "add chain inet \(table) \(head.hook.rawValue) { \(head.text) }"
        case .addRegularChain(let name): "add chain inet \(named(name))"
        case .acceptByDefault(let name): "add chain inet \(named(name)) { policy accept; }"
        case .flushChain(let name): "flush chain inet \(named(name))"
        case .deleteChain(let name): "delete chain inet \(named(name))"
        case .addCounter(let name, let count):
            "add counter inet \(named(name))"
                + (count == PacketCount()
                    ? "" : " { packets \(count.packets) bytes \(count.bytes) }")
        case .deleteCounter(let name): "delete counter inet \(named(name))"
        case .addMap(let name, let type, let size):
            "add \(type.keyword) inet \(named(name)) { \(type.text(size: size)) }"
        case .deleteMap(let name, let type): "delete \(type.keyword) inet \(named(name))"
        case .addElements(let elements, let map, let type):
            "add element inet \(named(map)) { "
                + type.text(of: elements) + " }"
        case .deleteElements(let elements, let map, let type):
            "delete element inet \(named(map)) { "
                + type.text(of: elements.lazy.map(\.key)) + " }"
        case .appendRule(let rule, let chain): "add rule inet \(named(chain)) \(rule.text)"
        case .prependRule(let rule, let chain):
            "insert rule inet \(named(chain)) \(rule.text)"
        case .insertRule(let rule, let chain, let handle):
            "insert rule inet \(named(chain)) handle \(handle) \(rule.text)"
        case .deleteRule(let rule, let chain):
            "delete rule inet \(named(chain)) handle \(rule.handle)"
        case .deleteObject(let object):
            "delete \(object.kind) inet \(named(object.name))"
        case .addLease(let isTimed):
            "add set inet \(table) \(LiveLease.name) { "
                + LiveLease.declaration(isTimed: isTimed) + " }"
        case .grantLease(let milliseconds):
            "add element inet \(table) \(LiveLease.name) { "
                + LiveLease.elements(milliseconds: milliseconds) + " }"
        case .revokeLease:
            "delete element inet \(table) \(LiveLease.name) { \(LiveLease.elements()) }"
        case .deleteLease: "delete set inet \(table) \(LiveLease.name)"
        case .addMarker(let marker): "add chain inet \(named(marker.chain))"
        case .deleteMarker(let marker): "delete chain inet \(named(marker.chain))"
        }
    }

    /// The redirects that the command, or a part of its text, is about.
    public func redirects(table: String, at part: ClosedRange<Int>? = nil) -> [String] {
        let names: [String?]
        switch self {
        case .appendRule(let rule, _), .prependRule(let rule, _), .insertRule(let rule, _, _):
            names = [rule.comment]
        case .deleteRule(let rule, _): names = [rule.redirect]
        case .addElements(let elements, let map, let type):
            let start = "add element inet \(table) \(map) { ".utf8.count
            let lengths = elements.lazy.map { type.text(of: [$0]).utf8.count }
            names = elements[Self.indices(of: lengths, from: start, at: part)].map(
                \.element.redirect
            )
        case .deleteElements(let elements, let map, let type):
            let start = "delete element inet \(table) \(map) { ".utf8.count
            let lengths = elements.lazy.map { type.text(of: $0.key).utf8.count }
            names = elements[Self.indices(of: lengths, from: start, at: part)].map(\.redirect)
        default: names = []
        }
        var seen: Set<String> = []
        return names.compactMap(\.self).filter { seen.insert($0).inserted }
    }

    /// Which of the texts in a list, which are joined by a comma and a space, a part
    /// of the whole is in; all of them where it is in none.
    private static func indices(
        of lengths: some Sequence<Int>,
        from start: Int,
        at part: ClosedRange<Int>?
    ) -> Range<Int> {
        var position = start
        var count = 0
        for length in lengths {
            let next = position + length + 2
            if let part, position..<next ~= part.lowerBound { return count..<(count + 1) }
            position = next
            count += 1
        }
        return 0..<count
    }
}

extension NftCommand {
    /// Whether the command adds or removes a rule.
    public var isAboutRule: Bool {
        switch self {
        case .appendRule, .prependRule, .insertRule, .deleteRule: true
        default: false
        }
    }

    /// The number of map elements that the command adds or removes.
    public var elementCount: Int {
        switch self {
        case .addElements(let elements, _, _): elements.count
        case .deleteElements(let elements, _, _): elements.count
        default: 0
        }
    }

    /// Whether the command adds or removes the marker of a generation.
    var isAboutMarker: Bool {
        switch self {
        case .addMarker, .deleteMarker: true
        default: false
        }
    }

    /// The rule that the command removes, if only nft has words for it.
    var unreadableRule: LiveRule? {
        guard case .deleteRule(let rule, _) = self, rule.known == nil else { return nil }
        return rule
    }

    /// The same command with its rule in nft's words, if `texts` has that rule.
    func worded(by texts: [Handle: String]) -> NftCommand {
        guard case .deleteRule(let rule, let chain) = self, rule.known == nil,
            let text = texts[rule.handle]
        else { return self }
        return .deleteRule(LiveRule(handle: rule.handle, content: .foreign(text)), chain: chain)
    }
}
