import RulesetModel
import TableDiff

extension NftCommand {
    /// The role of the command's line.
    var role: ReportLine.Role {
        switch self {
        case .addTable, .addChain, .addRegularChain, .addCounter, .addMap, .addElements,
            .appendRule, .prependRule, .insertRule, .addLease, .grantLease, .addMarker:
            .addition
        case .acceptByDefault: .change
        case .deleteObject: .foreign
        default: .removal
        }
    }

    /// The command for people: a sign, what, and where.
    var summary: String {
        let sign = role.glyph
        switch self {
        case .addTable: return "\(sign) table"
        case .deleteTable: return "\(sign) table with all its contents"
        case .addChain(let head): return "\(sign) chain \(head.hook.rawValue) { \(head.text) }"
        case .addRegularChain(let name): return "\(sign) chain \(name)"
        case .acceptByDefault(let name): return "\(sign) chain \(name) { policy accept; }"
        case .flushChain(let name): return "\(sign) all rules of chain \(name)"
        case .deleteChain(let name): return "\(sign) chain \(name)"
        case .addCounter(let name, _), .deleteCounter(let name): return "\(sign) counter \(name)"
        case .addMap(let name, let type, _), .deleteMap(let name, let type):
            return "\(sign) \(type.keyword) \(name)"
        case .addElements(let elements, let map, let type):
            return "\(sign) \(elements.map(\.element).summary(map, type))"
        case .deleteElements(let elements, let map, let type):
            return "\(sign) \(elements.summary(map, type))"
        case .appendRule(let rule, let chain): return "\(sign) rule in \(chain): \(rule.text)"
        case .prependRule(let rule, let chain):
            return "\(sign) rule in \(chain), before all others: \(rule.text)"
        case .insertRule(let rule, let chain, let handle):
            return "\(sign) rule in \(chain), before handle \(handle): \(rule.text)"
        case .deleteRule(let rule, let chain):
            return "\(sign) rule in \(chain), handle \(rule.handle): \(rule.text)"
        case .deleteObject(let object): return "\(sign) \(object.kind) \(object.name)"
        case .addLease, .deleteLease: return "\(sign) set \(LiveLease.name)"
        case .grantLease(let milliseconds):
            return "\(sign) lease: \(LiveLease.elements(milliseconds: milliseconds))"
        case .revokeLease: return "\(sign) lease: \(LiveLease.elements())"
        case .addMarker(let marker), .deleteMarker(let marker):
            return "\(sign) marker \(marker.chain)"
        }
    }
}

extension Difference {
    /// The first commands, one a line, and how many more there are.
    func commandLines(atMost limit: Int, hint: String = "") -> [ReportLine] {
        commands.prefix(limit).map { ReportLine($0.role, "  \($0.summary)") }
            + ReportLine.rest(commands.count - limit, "command", "commands", hint: hint)
    }
}

extension [MapElement] {
    /// The number of elements and the first three of them.
    fileprivate func summary(_ map: String, _ type: MapType) -> String {
        let lookup = Lookup(map, by: type.key)
        let shown = prefix(3).map { lookup.line(of: $0) }.joined(separator: ", ")
        return "\(count) \(count == 1 ? "element" : "elements") of \(type.keyword) \(map): \(shown)"
            + (count > 3 ? ", …" : "")
    }
}
