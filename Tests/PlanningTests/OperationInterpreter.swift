import Planning
import RulesetModel

/// Carries out a transaction on a table as the kernel would, and refuses what it would refuse.
struct OperationInterpreter {
    struct Refusal: Error {
        let operation: Operation
        let reason: String
    }

    private(set) var table: LiveTable?
    private var nextHandle: Handle = 1000

    init(_ table: LiveTable?) {
        self.table = table
    }

    mutating func carryOut(_ operations: [Operation], on name: String) throws {
        for operation in operations {
            if case .addTable = operation {
                table = table ?? LiveTable(name: name)
                table?.isDormant = false
            } else if case .deleteTable = operation {
                table = nil
            } else {
                guard var changed = table else {
                    throw Refusal(operation: operation, reason: "no table")
                }
                try carryOut(operation, on: &changed)
                table = changed
            }
        }
    }

    private mutating func carryOut(_ operation: Operation, on table: inout LiveTable) throws {
        func refuse(_ reason: String) -> Refusal { Refusal(operation: operation, reason: reason) }
        func chain(_ name: String) throws -> Int {
            guard let index = table.chains.firstIndex(where: { $0.name == name }) else {
                throw refuse("no chain \(name)")
            }
            return index
        }
        switch operation {
        case .addTable, .deleteTable: break
        case .addChain(let head):
            guard !table.chains.contains(where: { $0.name == head.hook.rawValue }) else {
                throw refuse("the chain exists")
            }
            table.chains.append(
                LiveChain(name: head.hook.rawValue, handle: take(), attachment: .nat(head))
            )
        case .addRegularChain(let name):
            table.chains.append(LiveChain(name: name, handle: take()))
        case .addMarker(let marker):
            table.chains.append(LiveChain(name: marker.chain, handle: take()))
        case .deleteMarker(let marker):
            table.chains.remove(at: try chain(marker.chain))
        case .acceptByDefault(let name):
            let index = try chain(name)
            guard case .dropping(let head) = table.chains[index].attachment else {
                throw refuse("the chain drops nothing")
            }
            table.chains[index].attachment = .nat(head)
        case .flushChain(let name):
            table.chains[try chain(name)].rules = []
        case .deleteChain(let name):
            let index = try chain(name)
            guard table.chains[index].rules.isEmpty else { throw refuse("the chain has rules") }
            table.chains.remove(at: index)
        case .addCounter(let name):
            table.counters.append(LiveCounter(name: name, handle: take(), packets: 0, bytes: 0))
        case .deleteCounter(let name):
            let users = table.chains.flatMap(\.rules).compactMap { $0.known?.counter }
            guard !users.contains(name) else { throw refuse("the counter is in use") }
            table.counters.removeAll { $0.name == name }
        case .addMap, .deleteMap, .addElements, .deleteElements:
            try change(map: operation, in: &table, refuse)
        case .appendRule(let rule, let name):
            let index = try chain(name)
            try check(rule, in: table, refuse)
            table.chains[index].rules.append(LiveRule(handle: take(), content: .known(rule)))
        case .insertRule(let rule, let name, let handle):
            let index = try chain(name)
            try check(rule, in: table, refuse)
            guard
                let position = table.chains[index].rules.firstIndex(where: { $0.handle == handle })
            else { throw refuse("no rule \(handle)") }
            table.chains[index].rules.insert(
                LiveRule(handle: take(), content: .known(rule)),
                at: position
            )
        case .deleteRule(let rule, let name):
            let index = try chain(name)
            guard
                let position = table.chains[index].rules.firstIndex(where: {
                    $0.handle == rule.handle
                })
            else { throw refuse("no rule \(rule.handle)") }
            table.chains[index].rules.remove(at: position)
        case .deleteObject(let object):
            let users = table.chains.flatMap(\.rules).compactMap { $0.known?.statement.map }
            guard !users.contains(object.name) else { throw refuse("the object is in use") }
            table.others.removeAll { $0 == object }
        }
    }

    private func check(_ rule: Rule, in table: LiveTable, _ refuse: (String) -> Refusal) throws {
        if let counter = rule.counter, !table.counters.contains(where: { $0.name == counter }) {
            throw refuse("no counter \(counter)")
        }
        if let map = rule.statement.map, !table.maps.contains(where: { $0.content.name == map }) {
            throw refuse("no map \(map)")
        }
    }

    private mutating func change(
        map operation: Operation,
        in table: inout LiveTable,
        _ refuse: (String) -> Refusal
    ) throws {
        func index(_ name: String) throws -> Int {
            guard let index = table.maps.firstIndex(where: { $0.content.name == name }) else {
                throw refuse("no map \(name)")
            }
            return index
        }
        switch operation {
        case .addMap(let name):
            let others = table.maps.map(\.content.name) + table.others.map(\.name)
            guard !others.contains(name) else { throw refuse("the map exists") }
            let map = PortMap(name: name, pairs: [])
            table.maps.append(LiveMap(handle: take(), content: map))
        case .deleteMap(let name):
            let users = table.chains.flatMap(\.rules).compactMap { $0.known?.statement.map }
            guard !users.contains(name) else { throw refuse("the map is in use") }
            table.maps.remove(at: try index(name))
        case .addElements(let pairs, let name):
            let index = try index(name)
            let present = table.maps[index].content.pairs
            guard Set(present.map(\.from)).isDisjoint(with: pairs.map(\.from)) else {
                throw refuse("an element exists")
            }
            table.maps[index].content = PortMap(name: name, pairs: present + pairs)
        case .deleteElements(let pairs, let name):
            let index = try index(name)
            let present = table.maps[index].content.pairs
            guard Set(pairs).isSubset(of: present) else { throw refuse("no such element") }
            let rest = present.filter { !pairs.contains($0) }
            table.maps[index].content = PortMap(name: name, pairs: rest)
        default: break
        }
    }

    private mutating func take() -> Handle {
        nextHandle += 1
        return nextHandle
    }
}
