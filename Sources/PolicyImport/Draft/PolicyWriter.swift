import Addressing
import Diagnostics
import PolicyModel

/// Writes an imported policy as YAML.
public struct PolicyWriter {
    /// The text.
    public private(set) var text = ""

    /// The lines at which the redirects begin, with their places in ``ImportedPolicy/entries``.
    public private(set) var places: [(line: Int, entry: Int)] = []

    private var line = 1

    /// Writes a policy.
    public init(_ policy: ImportedPolicy) {
        for sentence in policy.head { write("# \(sentence.escaped)") }
        write("version: 1")
        let hasRedirects = policy.entries.contains { entry in
            if case .redirect = entry { true } else { false }
        }
        if hasRedirects { write("redirects:") }
        for (index, entry) in policy.entries.enumerated() {
            switch entry {
            case .comment(let lines): comment(lines)
            case .redirect(let draft):
                comment(draft.notes.map { "note: \($0)" })
                places.append((line, index))
                write(draft)
            }
        }
        if !hasRedirects { write("redirects: []") }
        for lines in policy.tail {
            write("")
            comment(lines, indent: "")
        }
    }

    /// The entry that a line of the text belongs to.
    public func entry(atLine line: Int) -> Int? {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].line <= line { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? places[low - 1].entry : nil
    }

    private mutating func write(_ text: String) {
        self.text += text + "\n"
        line += 1
    }

    private mutating func comment(_ lines: [String], indent: String = "  ") {
        for line in lines { write("\(indent)# \(line.escaped)") }
    }
}

// MARK: - Redirects

extension PolicyWriter {
    private mutating func write(_ draft: RedirectDraft) {
        write("  - name: \(draft.name)")
        if let description = draft.description {
            write("    description: \(Self.quoted(description))")
        }
        let line = draft.match.line(draft.directions, beside: draft.decision.families)
        if line.utf8.count <= Self.longestLine {
            write("    connection: \(Self.inBlock(line))")
        } else {
            writeMatch(draft)
        }
        if !draft.exceptions.isEmpty {
            write("    except:")
            for exception in draft.exceptions {
                let keys = Self.keys(of: exception, in: nil).joined(separator: ", ")
                write("      - {\(keys)}")
            }
        }
        write(draft.decision)
        if let masquerade = draft.masquerade { write("    masquerade: \(Self.text(masquerade))") }
        if !draft.isEnabled { write("    enabled: false") }
        if !draft.allowed.isEmpty {
            write("    allow: [\(draft.allowed.map(\.rawValue).joined(separator: ", "))]")
        }
    }

    /// Writes connections whose lists are too long for one line.
    private mutating func writeMatch(_ draft: RedirectDraft) {
        let directions = draft.directions.sorted().map(\.rawValue)
        write("    direction: \(Self.list(directions))")
        let keys = Self.keys(of: draft.match, in: draft)
        if keys.isEmpty { return }
        write("    match:")
        for key in keys { write("      \(key)") }
    }

    private mutating func write(_ decision: Decision) {
        switch decision {
        case .bypass: write("    bypass: true")
        case .target(let target): write("    to: \(Self.inBlock(Self.line(target)))")
        case .balance(let balance):
            write("    to:")
            write("      balance: \(balance.method.rawValue)")
            write("      targets:")
            for share in balance.shares {
                let weight = share.weight == 1 ? "" : ", weight: \(share.weight)"
                write("        - {\(Self.text(share.target))\(weight)}")
            }
        }
    }

    /// A target in one text: `10.2.0.2:22`, `:8080`, `local`.
    private static func line(_ target: Target) -> String {
        let port = target.port.map { ":\($0.ports)" } ?? ""
        return switch target {
        case .port: port
        case .address(let address, _):
            (address.family == .ipv6 && !port.isEmpty ? "[\(address)]" : "\(address)") + port
        case .prefix(let move): "\(move.destination)"
        case .local: "local" + port
        }
    }

    private static func text(_ target: Target) -> String {
        let port = target.port?.ports.description
        return switch target {
        case .port: "port: \(port ?? "")"
        case .address(let address, _):
            "address: \(scalar("\(address)"))" + (port.map { ", port: \($0)" } ?? "")
        case .prefix(let move): "address: \(scalar("\(move.destination)"))"
        case .local: "local: \(port ?? "true")"
        }
    }

    private static func text(_ masquerade: Masquerade) -> String {
        let clients = masquerade.clients.map { "from: \(list(texts(of: $0)))" }
        let addresses = masquerade.source.addresses.values.sorted().map { scalar("\($0)") }
        let source = addresses.isEmpty ? nil : "to: \(list(addresses))"
        let keys = [clients, source].compactMap(\.self)
        return keys.isEmpty ? "true" : "{\(keys.joined(separator: ", "))}"
    }

    /// The keys of a match, each with its value in one line.
    private static func keys(of match: Match, in draft: RedirectDraft?) -> [String] {
        var keys: [String] = []
        // What the addresses say needs no key.
        var anyFamily = match
        anyFamily.family = nil
        let possible = draft?.decision.families ?? Set(IPFamily.allCases)
        let isImplied =
            anyFamily.families.intersection(possible) == match.families.intersection(possible)
        if let family = match.family, !isImplied { keys.append("family: \(family.rawValue)") }
        if let protocols = match.protocols {
            keys.append("protocol: \(list(protocols.sorted().map(\.rawValue)))")
        }
        if let end = text(match.source) { keys.append("source: \(end)") }
        if let end = text(match.destination) { keys.append("destination: \(end)") }
        if let interfaces = match.interfaces {
            keys.append("interface: \(list(interfaces.sorted().map { scalar($0.description) }))")
        }
        if let users = match.users { keys.append("user: \(list(users.texts))") }
        if let groups = match.groups { keys.append("group: \(list(groups.texts))") }
        if let cgroups = match.cgroups {
            keys.append("cgroup: \(list(cgroups.sorted().map { quoted($0.text) }))")
        }
        if let mark = match.mark { keys.append("mark: \(mark)") }
        if let dscp = match.dscp { keys.append("dscp: \(list(dscp.sorted().map(\.description)))") }
        return keys
    }

    private static func text(_ end: Match.Endpoint) -> String? {
        var keys: [String] = []
        let addresses = (end.isLocal ? ["local"] : []) + (end.addresses.map(texts(of:)) ?? [])
        if !addresses.isEmpty { keys.append("address: \(list(addresses))") }
        if let ports = end.ports { keys.append("port: \(list(ports.texts))") }
        return keys.isEmpty ? nil : "{\(keys.joined(separator: ", "))}"
    }

    private static func texts(of addresses: AddressSet) -> [String] {
        addresses.ranges.map { scalar($0.description) }
    }
}

// MARK: - YAML

extension PolicyWriter {
    /// The longest line of connections; longer ones are written key by key.
    private static let longestLine = 160

    /// A text on a line of its own, in quotes where it needs them.
    private static func inBlock(_ text: String) -> String {
        let isPlain = text.first != "[" && !text.hasPrefix("::") && text.last != ":"
        return isPlain ? text : "\"\(text)\""
    }

    private static func list(_ values: [String]) -> String {
        values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]"
    }

    /// A value that is quoted if YAML could take it for something else.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            ![nil, "-", "."].contains(text.first) && text != "null"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-/".utf8.contains(byte)
                }
            }
        return isPlain ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
