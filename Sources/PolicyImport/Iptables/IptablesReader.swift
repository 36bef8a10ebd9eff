import Addressing
import PolicyModel

/// Reads what iptables-save(8) writes and iptables-restore(8) takes.
struct IptablesReader {
    private let options: ImportOptions
    private var ruleset = ForeignRuleset()
    private var families: Set<IPFamily> = []

    /// The tables that have rules.
    private var tables: Set<String> = []

    /// How many rules are put before others.
    private var insertions = 0
    private static let mostInsertions = 10_000

    init(_ options: ImportOptions) { self.options = options }

    /// A table under way.
    private struct Section {
        let name: String
        let line: Int
        /// The family that the comment before it names.
        let family: IPFamily?
        var lines: [(number: Int, text: Substring)] = []
    }

    /// Reads the tables of a text.
    mutating func read(_ text: ForeignText) throws(ImportRefused) -> ForeignRuleset {
        ruleset.remarks.append("imported by redirctl from the output of iptables-save")
        ruleset.remarks.append(ForeignRuleset.advice)
        var family: IPFamily?
        var open: Section?
        for (index, line) in text.lines.enumerated() {
            let number = index + 1
            guard let first = line.first(where: { $0 != " " && $0 != "\t" }) else { continue }
            if first == "#" {
                if line.contains("ip6tables-save") {
                    family = .ipv6
                } else if line.contains("iptables-save") {
                    family = .ipv4
                }
            } else if first == "*" {
                if let open { throw Self.cutOff(open) }
                let name = line.words.joined(separator: " ").dropFirst()
                open = Section(name: String(name), line: number, family: family)
            } else if line.words == ["COMMIT"], let section = open {
                try take(section)
                open = nil
            } else if open != nil {
                open?.lines.append((number, line))
            } else {
                throw ImportRefused("a table begins with `*`, such as `*nat`", line: number)
            }
        }
        if let open { throw Self.cutOff(open) }
        if families.isEmpty { ruleset.remarks.append("there is no table nat") }
        return ruleset
    }

    private static func cutOff(_ section: Section) -> ImportRefused {
        ImportRefused(
            "the table \(section.name.inComment) has no COMMIT; is the text cut off?",
            line: section.line
        )
    }

    private mutating func take(_ section: Section) throws(ImportRefused) {
        guard section.name == "nat" else {
            let rules = section.lines.count { $0.text.words.first.map { $0 != ":" } ?? false }
            if rules > 0 {
                ruleset.remarks.append(
                    "the table \(section.name.inComment) was not read, it has no redirects"
                        + (section.lines.contains { $0.text.contains("TPROXY") }
                            ? " but TPROXY, which a policy can't say" : "")
                )
            }
            return
        }
        let family = family(of: section)
        guard families.insert(family).inserted else {
            throw ImportRefused(
                "the table nat for \(family.title) is there twice; import one of them",
                line: section.line
            )
        }
        let table = family == .ipv4 ? "ip" : "ip6"
        for (chain, hook) in Self.hooks {
            let name = ForeignRuleset.ChainName(table: table, name: chain)
            declare(name)
            let region = Region(match: Match(family: family))
            ruleset.starts.append(.init(hook: hook, chain: name, region: region))
        }
        let input = ForeignRuleset.ChainName(table: table, name: "INPUT")
        ruleset.unread[input] = "a policy can't change the sources of connections to this machine"
        for (number, text) in section.lines { try takeLine(number, text, table, family) }
    }

    private static let hooks: [(chain: String, hook: ForeignRuleset.Hook)] = [
        ("PREROUTING", .prerouting), ("OUTPUT", .output), ("POSTROUTING", .postrouting),
    ]

    private mutating func declare(_ chain: ForeignRuleset.ChainName) {
        guard ruleset.chains[chain] == nil else { return }
        ruleset.chains[chain] = []
        ruleset.order.append(chain)
    }

    /// The family of a table: what the comment says, or what its addresses are.
    private mutating func family(of section: Section) -> IPFamily {
        if let family = section.family { return family }
        for (_, text) in section.lines {
            if text.contains("ufw6-") { return .ipv6 }
            for word in text.words where !word.hasPrefix("-") && !word.hasPrefix("\"") {
                if word.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1,
                    word.utf8.allSatisfy(Self.isInIPv6)
                {
                    return .ipv6
                }
                let host = word.prefix { ("0"..."9").contains($0) || $0 == "." }
                if IPAddress(host) != nil { return .ipv4 }
            }
        }
        let family: IPFamily = families.contains(.ipv4) ? .ipv6 : .ipv4
        ruleset.remarks.append(
            "line \(section.line): nothing says which family the table is for; \(family.title) was assumed"
        )
        return family
    }

    private static func isInIPv6(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: ":.[]-/".utf8.contains(byte)
        }
    }

    // MARK: - Lines

    private mutating func takeLine(
        _ number: Int,
        _ text: Substring,
        _ table: String,
        _ family: IPFamily
    ) throws(ImportRefused) {
        var words = try Self.words(of: text, line: number)
        if words.first?.hasPrefix("[") == true { words.removeFirst() }
        guard let command = words.first else { return }
        func chain(_ name: some StringProtocol) -> ForeignRuleset.ChainName {
            ForeignRuleset.ChainName(table: table, name: String(name))
        }
        if command.hasPrefix(":") {
            declare(chain(command.dropFirst()))
            try checkPolicy(words.count > 1 ? words[1] : "-", of: command.dropFirst(), number)
            return
        }
        switch command {
        case "-A", "--append", "-I", "--insert":
            guard words.count > 1 else { throw ImportRefused("a chain is missing", line: number) }
            let name = chain(words[1])
            declare(name)
            var place: Int?
            var rest = words.dropFirst(2)
            if command == "-I" || command == "--insert" {
                place = 0
                if let first = rest.first, let number: Int = first.decimal() {
                    place = number - 1
                    rest = rest.dropFirst()
                }
            }
            if place != nil {
                insertions += 1
                guard insertions <= Self.mostInsertions else {
                    throw ImportRefused("there are more than \(Self.mostInsertions) insertions")
                }
            }
            tables.insert(table)
            let id = ruleset.written.count
            ruleset.written.append(WrittenRule(line: number, text: String(text)))
            var parser = IptablesRule(id: id, table: table, family: family, options)
            parser.read(Array(rest))
            let count = ruleset.chains[name]?.count ?? 0
            guard (0...count).contains(place ?? count) else {
                throw ImportRefused("there is no such place in the chain", line: number)
            }
            ruleset.chains[name]?.insert(parser.rule, at: place ?? count)
        case "-N", "--new-chain":
            if words.count > 1 { declare(chain(words[1])) }
        case "-P", "--policy":
            if words.count > 2 { try checkPolicy(words[2], of: words[1][...], number) }
        case "-Z", "--zero": break
        case "-F", "--flush", "-X", "--delete-chain":
            let isEmpty =
                words.count > 1
                ? ruleset.chains[chain(words[1])]?.isEmpty ?? true : !tables.contains(table)
            guard isEmpty else {
                throw ImportRefused(
                    "\(command) takes away rules from before; import the output of iptables-save",
                    line: number
                )
            }
        default:
            throw ImportRefused(
                "\(command.inComment) is no command that can be read; import the output of iptables-save",
                line: number
            )
        }
    }

    private mutating func checkPolicy(
        _ policy: String,
        of chain: Substring,
        _ line: Int
    ) throws(ImportRefused) {
        guard !["-", "ACCEPT"].contains(policy) else { return }
        ruleset.remarks.append(
            "line \(line): the policy \(policy.inComment) of \(chain.inComment) is not taken"
        )
    }

    /// The words of a line; quotes make one word, in which a backslash takes the next character as it is.
    private static func words(
        of text: Substring,
        line: Int
    ) throws(ImportRefused) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                word?.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
                word = word ?? []
            } else if !isQuoted, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                if let word { words.append(String(decoding: word, as: UTF8.self)) }
                word = nil
            } else {
                word = (word ?? [])
                word?.append(byte)
            }
        }
        guard !isQuoted else { throw ImportRefused("a quote does not end", line: line) }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
