internal import Nftables
internal import RulesetModel

/// A table that is being put together from the entries of its listing.
struct TableListing {
    /// The table, as far as it was listed.
    private(set) var table: LiveTable

    /// Whether there is a rule that ``Rule`` can't express, or one of which JSON does not say all.
    private(set) var needsTexts = false

    private var chains: [String: Int] = [:]

    /// Creates the listing of a table of which nothing has been read yet.
    init(of table: LiveTable) {
        self.table = table
    }

    /// Adds one entry of the listing.
    mutating func add(_ object: JSONObject, of kind: String) throws(KernelError) {
        switch kind {
        case "metainfo", "table": break
        case "chain": try add(chain: object)
        case "rule": try add(rule: object)
        case "counter": try table.counters.append(LiveCounter(listing: object))
        case "map":
            if let map = LiveMap(listing: object) { table.maps.append(map) } else { fallthrough }
        default: table.others.append(LiveObject(listing: object, kind: kind))
        }
    }

    private mutating func add(chain object: JSONObject) throws(KernelError) {
        let chain = try LiveChain(listing: object)
        chains[chain.name] = table.chains.count
        table.chains.append(chain)
    }

    private mutating func add(rule object: JSONObject) throws(KernelError) {
        guard let chain = chains[try object.text("chain", of: "rule")] else {
            throw .unreadableListing("a rule of an unlisted chain")
        }
        let rule = try LiveRule(listing: object)
        if rule.known?.selector.cgroup != nil || rule.known == nil { needsTexts = true }
        table.chains[chain].rules.append(rule)
    }
}

extension JSONObject {
    /// The text of a key that every object of this kind has.
    func text(_ key: String, of kind: String) throws(KernelError) -> String {
        guard let text = self[key]?.text else {
            throw .unreadableListing("a \(kind) without `\(key)`")
        }
        return text
    }

    /// The kernel's number for an object of a kind that has one.
    func handle(of kind: String) throws(KernelError) -> Handle {
        guard let handle else { throw .unreadableListing("a \(kind) without `handle`") }
        return handle
    }

    /// The kernel's number for the object, where it has one.
    var handle: Handle? {
        self["handle"]?.number.map(Handle.init(bitPattern:))
    }
}
