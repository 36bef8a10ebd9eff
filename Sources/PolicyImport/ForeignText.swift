import Diagnostics

/// The text of another system's rules.
struct ForeignText {
    /// The whole text.
    let bytes: [UInt8]

    /// Its lines, without the characters that end them.
    let lines: [Substring]

    /// Creates a text; refuses what is none.
    init(_ bytes: [UInt8]) throws(ImportRefused) {
        guard bytes.count <= ImportedPolicy.mostBytes else {
            throw ImportRefused("it is larger than \(ImportedPolicy.mostBytes >> 20) MiB")
        }
        // PowerShell writes UTF-16 if the output of a command is redirected.
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ImportRefused("it is UTF-16; save it as UTF-8")
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard !body.contains(0), let text = String(validating: body, as: UTF8.self) else {
            throw ImportRefused("it is not text in UTF-8")
        }
        self.bytes = Array(body)
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in
                Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            }
    }

    /// The system that the text comes from.
    func recognisedKind() throws(ImportRefused) -> ImportKind {
        for line in lines {
            let words = line.words
            guard let first = words.first else { continue }
            if first.hasPrefix("{") { return .nft }
            if first.hasPrefix("#") {
                if line.contains("tables-save") { return .iptablesSave }
                continue
            }
            if first.hasPrefix("*") || first.hasPrefix(":") { return .iptablesSave }
            if ["config", "package"].contains(first) { return .uci }
            if words.contains("portproxy") || words.contains(where: { $0.hasPrefix("v4tov") })
                || words.count(where: { $0.hasPrefix("ipv4") || $0.hasPrefix("ipv6") }) == 2
            {
                return .netsh
            }
            if let advice = Self.advice(on: words) { throw ImportRefused(advice) }
            break
        }
        throw ImportRefused(
            "what it is can't be recognised; say it with `--from` and one of "
                + ImportKind.allCases.map(\.rawValue).joined(separator: ", ")
        )
    }

    /// What to give instead of a text that begins with some words.
    private static func advice(on words: [Substring]) -> String? {
        let name = words[0].split(separator: "/").last ?? ""
        if name.hasSuffix("tables") || name.hasPrefix("#!") || name == "sudo" {
            return "it looks like a script; run it, and import the output of iptables-save"
        }
        if ["table", "flush", "add", "define", "include"].contains(name) {
            return "it looks like nft's own language; import the output of `nft -j list ruleset`"
        }
        if name.hasPrefix("firewall.") {
            return "it looks like the output of `uci show`; import /etc/config/firewall itself"
        }
        if name == "version:" || name == "redirects:" { return "it is a policy already" }
        return nil
    }
}

extension Substring {
    /// The words between spaces and tabs.
    var words: [Substring] {
        utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Substring.init)
    }
}

extension StringProtocol {
    /// The text as one line of a comment: harmless, and shortened if it is long.
    var inComment: String {
        let longest = 240
        let beginning = unicodeScalars.prefix(longest + 1)
        guard beginning.count > longest else { return String(self).escaped }
        return String(String.UnicodeScalarView(beginning.dropLast())).escaped + "…"
    }

    /// The number that a text of decimal digits stands for.
    func decimal<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
        guard !isEmpty, utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Number(self)
    }

    /// The number that a text stands for, decimal, or hexadecimal after `0x`.
    var number: UInt32? {
        guard hasPrefix("0x") || hasPrefix("0X") else { return decimal() }
        let digits = dropFirst(2)
        return digits.first == "+" || digits.first == "-" ? nil : UInt32(digits, radix: 16)
    }
}
