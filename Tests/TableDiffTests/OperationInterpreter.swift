import RulesetModel
import TableDiff

/// Carries out a transaction on a table as the kernel would, and refuses what it would refuse.
struct OperationInterpreter {
    struct Refusal: Error {
        let command: NftCommand
        let reason: String
    }

    var table: LiveTable?
    private var nextHandle: Handle = 1000

    init(_ table: LiveTable?) {
        self.table = table
    }

    mutating func carryOut(_ commands: [NftCommand], on name: String) throws {
        for command in commands {
            if case .addTable = command {
                table = table ?? LiveTable(name: name)
                table?.isDormant = false
            } else if case .deleteTable = command {
                table = nil
            } else {
                guard var changed = table else {
                    throw Refusal(command: command, reason: "no table")
                }
                do { try carryOut(command, on: &changed) } catch let complaint as Complaint {
                    throw Refusal(command: command, reason: complaint.reason)
                }
                table = changed
            }
        }
    }

    mutating func take() -> Handle {
        nextHandle += 1
        return nextHandle
    }

    private mutating func carryOut(_ command: NftCommand, on table: inout LiveTable) throws {
        switch command {
        case .addTable, .deleteTable: break
        case .addChain, .addRegularChain, .addMarker, .acceptByDefault, .flushChain, .deleteChain,
            .deleteMarker:
            try changeChains(command, of: &table)
        case .addCounter(let name, let count):
            table.counters.append(
                LiveCounter(
                    name: name,
                    handle: take(),
                    packets: count.packets,
                    bytes: count.bytes
                )
            )
        case .deleteCounter(let name):
            try table.refuseIf(table.rules.contains { $0.counter == name }, "the counter is in use")
            table.counters.removeAll { $0.name == name }
        case .addMap, .deleteMap, .addElements, .deleteElements:
            try changeMaps(command, of: &table)
        case .appendRule, .prependRule, .insertRule, .deleteRule:
            try changeRules(command, of: &table)
        case .addLease, .grantLease, .revokeLease, .deleteLease:
            try changeLease(command, of: &table)
        case .deleteObject(let object):
            try table.refuseIf(table.isAsked(object.name), "the object is in use")
            table.others.removeAll { $0 == object }
            if object.name == LiveLease.name { table.lease = nil }
        }
    }
}

/// Why the kernel refuses.
struct Complaint: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

// MARK: - Chains and rules

extension OperationInterpreter {
    private mutating func changeChains(
        _ command: NftCommand,
        of table: inout LiveTable
    ) throws {
        switch command {
        case .addChain(let head):
            try table.add(head.hook.rawValue, handle: take(), attachment: .nat(head))
        case .addRegularChain(let name): try table.add(name, handle: take())
        case .addMarker(let marker): try table.add(marker.chain, handle: take())
        case .acceptByDefault(let name):
            let index = try table.chain(name)
            guard case .dropping(let head) = table.chains[index].attachment else {
                throw Complaint("the chain drops nothing")
            }
            table.chains[index].attachment = .nat(head)
        case .flushChain(let name): table.chains[try table.chain(name)].rules = []
        case .deleteChain(let name): try table.delete(chain: name)
        case .deleteMarker(let marker): try table.delete(chain: marker.chain)
        default: break
        }
    }

    private mutating func changeRules(_ command: NftCommand, of table: inout LiveTable) throws {
        switch command {
        case .appendRule(let rule, let name):
            let index = try table.chain(name)
            try table.check(rule)
            table.chains[index].rules.append(LiveRule(handle: take(), content: .known(rule)))
        case .prependRule(let rule, let name):
            let index = try table.chain(name)
            try table.check(rule)
            table.chains[index].rules.insert(
                LiveRule(handle: take(), content: .known(rule)),
                at: 0
            )
        case .insertRule(let rule, let name, let handle):
            let index = try table.chain(name)
            try table.check(rule)
            let position = try table.rule(handle, inChain: index)
            table.chains[index].rules.insert(
                LiveRule(handle: take(), content: .known(rule)),
                at: position
            )
        case .deleteRule(let rule, let name):
            let index = try table.chain(name)
            table.chains[index].rules.remove(at: try table.rule(rule.handle, inChain: index))
        default: break
        }
    }
}

extension LiveTable {
    var rules: [Rule] { chains.flatMap(\.rules).compactMap(\.known) }

    /// Whether a rule asks the map or set.
    func isAsked(_ name: String) -> Bool {
        rules.contains { $0.lookup?.map == name }
    }

    func refuseIf(_ condition: Bool, _ reason: String) throws {
        if condition { throw Complaint(reason) }
    }

    func chain(_ name: String) throws -> Int {
        guard let index = chains.firstIndex(where: { $0.name == name }) else {
            throw Complaint("no chain \(name)")
        }
        return index
    }

    func rule(_ handle: Handle, inChain index: Int) throws -> Int {
        guard let position = chains[index].rules.firstIndex(where: { $0.handle == handle }) else {
            throw Complaint("no rule \(handle)")
        }
        return position
    }

    mutating func add(
        _ name: String,
        handle: Handle,
        attachment: LiveChain.Attachment = .none
    ) throws {
        try refuseIf(chains.contains { $0.name == name }, "the chain exists")
        chains.append(LiveChain(name: name, handle: handle, attachment: attachment))
    }

    mutating func delete(chain name: String) throws {
        let index = try chain(name)
        try refuseIf(!chains[index].rules.isEmpty, "the chain has rules")
        try refuseIf(
            rules.contains { [.jump(to: name), .trial(chain: name)].contains($0.statement) },
            "a rule jumps there"
        )
        let elements = maps.lazy.flatMap(\.elements)
        try refuseIf(
            elements.contains { $0.element.value == .jump(to: name) },
            "an element jumps there"
        )
        chains.remove(at: index)
    }

    func check(_ rule: Rule) throws {
        if let counter = rule.counter {
            try refuseIf(!counters.contains { $0.name == counter }, "no counter \(counter)")
        }
        if case .jump(let target) = rule.statement { try checkJump(to: target) }
        if case .trial(let target) = rule.statement {
            try checkJump(to: target)
            try refuseIf(lease == nil, "no lease")
        }
        guard let lookup = rule.lookup else { return }
        guard let map = maps.first(where: { $0.name == lookup.map }) else {
            throw Complaint("no map \(lookup.map)")
        }
        try refuseIf(map.type.key.map(\.type) != lookup.key.map(\.type), "another key")
        let isMember = rule.selector.member != nil
        try refuseIf(
            isMember ? map.type.value != .member : !rule.statement.takes(map.type.value),
            "values of another type"
        )
    }

    func checkJump(to target: String) throws {
        try refuseIf(chains[try chain(target)].attachment != .none, "\(target) is a base chain")
    }
}

extension Statement {
    fileprivate func takes(_ value: MapType.Value) -> Bool {
        switch (self, value) {
        case (.dnatMapped(let family, _), .address(let other)),
            (.dnatMapped(let family, _), .addressAndPort(let other)):
            family == other
        case (.verdict, .verdict), (.dnatPort, .port), (.dnat, .port), (.redirect, .port): true
        default: false
        }
    }
}
