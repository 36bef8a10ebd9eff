import Addressing
import PolicyModel

/// Makes a policy of what `netsh interface portproxy` lists.
///
/// The port proxy of Windows is a program: it takes TCP connections to addresses of the machine, and opens
/// others to the target, from an address of the machine.
struct NetshImport {
    /// The forwards; `nil` for one that a later line replaces or deletes.
    private var forwards: [PortProxy?] = []
    private var replaced: [PortProxy] = []
    private var places: [PortProxy.Place: Int] = [:]
    private var written: [WrittenRule] = []

    /// The policy.
    func policy(from text: ForeignText) throws(ImportRefused) -> ImportedPolicy {
        var copy = self
        try copy.read(text)
        return copy.policy
    }

    private var policy: ImportedPolicy {
        var entries: [ImportedPolicy.Entry] = replaced.sorted { $0.number < $1.number }.map {
            .comment(["left out, \($0.written.quotation)", "  a later line replaces or deletes it"])
        }
        // A server at one address is asked before one at all addresses.
        let left = forwards.compactMap(\.self)
        for forward in left.filter({ !$0.isForAll }) + left.filter(\.isForAll) {
            entries.append(contentsOf: forward.entries)
        }
        return ImportedPolicy(
            head: [
                "imported by redirctl from the port proxy of Windows, which takes TCP connections to this",
                "machine and opens others from it: so they are masqueraded here",
            ],
            entries: entries,
            written: written
        )
    }

    // MARK: - Reading

    private mutating func read(_ text: ForeignText) throws(ImportRefused) {
        var families: (listen: IPFamily, connect: IPFamily)?
        var isInRows = false
        var isKnown = false
        // A dump goes to the context of what it is about.
        var isElsewhere = false
        for (index, line) in text.lines.enumerated() {
            let number = index + 1
            let words = Array(line.words)
            guard let first = words.first, !first.hasPrefix("#") else {
                isInRows = false
                continue
            }
            let written = WrittenRule(line: number, text: words.joined(separator: " "))
            let named = words.compactMap(Self.family)
            if first == "pushd" { isElsewhere = !words.contains("portproxy") }
            if words == ["reset"] && !isElsewhere || words.suffix(2) == ["portproxy", "reset"] {
                for place in places.keys { takeAway(place) }
                (isInRows, isKnown) = (false, true)
            } else if let (verb, values) = Self.command(words) {
                isKnown = true
                try take(verb, values, written)
            } else if named.count == 2, words.allSatisfy({ !$0.contains("=") }) {
                families = (named[0], named[1])
                (isInRows, isKnown) = (false, true)
            } else if words.allSatisfy({ $0.allSatisfy { $0 == "-" } }) {
                isInRows = families != nil
            } else if isInRows, let families {
                guard words.count == 4 else {
                    throw ImportRefused("a row has an address and a port, twice", line: number)
                }
                add(
                    try PortProxy(
                        families,
                        listen: (String(words[0]), String(words[1])),
                        connect: (String(words[2]), String(words[3])),
                        written
                    )
                )
            } else if families == nil, !Self.other.contains(first) {
                throw ImportRefused(
                    "\(first.inComment) is not what `netsh interface portproxy dump` or `show all` writes",
                    line: number
                )
            }
        }
        guard isKnown || text.lines.contains(where: { $0.contains("portproxy") }) else {
            throw ImportRefused("there is nothing of a port proxy in it")
        }
    }

    private static let other: Set<Substring> = ["pushd", "popd", "reset", "interface", "netsh"]

    private static func family(_ word: Substring) -> IPFamily? {
        if word.hasPrefix("ipv4") { return .ipv4 }
        return word.hasPrefix("ipv6") ? .ipv6 : nil
    }

    /// The command of a line: `add v4tov4 …`, perhaps with `netsh interface portproxy` before it.
    private static func command(_ words: [Substring]) -> (Substring, ArraySlice<Substring>)? {
        let rest = words.drop { ["netsh", "interface", "int", "portproxy"].contains($0) }
        guard let verb = rest.first, ["add", "set", "delete"].contains(verb) else { return nil }
        return (verb, rest.dropFirst())
    }

    private mutating func take(
        _ verb: Substring,
        _ words: ArraySlice<Substring>,
        _ written: WrittenRule
    ) throws(ImportRefused) {
        let kinds: [Substring: (IPFamily, IPFamily)] = [
            "v4tov4": (.ipv4, .ipv4), "v4tov6": (.ipv4, .ipv6), "v6tov4": (.ipv6, .ipv4),
            "v6tov6": (.ipv6, .ipv6),
        ]
        guard let kind = words.first, let families = kinds[kind] else {
            throw ImportRefused("v4tov4, v4tov6, v6tov4 or v6tov6 is missing", line: written.line)
        }
        var values: [Substring: Substring] = [:]
        var places: ArraySlice<Substring> =
            verb == "delete"
            ? ["listenport", "listenaddress", "protocol"]
            : ["listenport", "connectaddress", "connectport", "listenaddress", "protocol"]
        for word in words.dropFirst() {
            if let equals = word.firstIndex(of: "=") {
                values[word[..<equals]] = word[word.index(after: equals)...]
            } else if let place = places.popFirst() {
                values[place] = word
            }
        }
        guard values["protocol"].map({ $0.lowercased() == "tcp" }) ?? true else {
            throw ImportRefused("the port proxy knows no protocol but tcp", line: written.line)
        }
        guard let port = values["listenport"] else {
            throw ImportRefused("listenport is missing", line: written.line)
        }
        let proxy = try PortProxy(
            families,
            listen: (String(values["listenaddress"] ?? "*"), String(port)),
            connect: (
                String(values["connectaddress"] ?? ""), String(values["connectport"] ?? port)
            ),
            written
        )
        if verb == "delete" {
            takeAway(proxy.place)
        } else {
            add(proxy)
        }
    }

    private mutating func add(_ proxy: PortProxy) {
        takeAway(proxy.place)
        places[proxy.place] = forwards.count
        var proxy = proxy
        proxy.number = written.count
        written.append(proxy.written)
        forwards.append(proxy)
    }

    private mutating func takeAway(_ place: PortProxy.Place) {
        guard let index = places.removeValue(forKey: place), let old = forwards[index] else {
            return
        }
        replaced.append(old)
        forwards[index] = nil
    }
}
