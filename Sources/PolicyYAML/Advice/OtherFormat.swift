import Diagnostics
import LocatedYAML

/// A file of another program that was given as a policy.
struct OtherFormat {
    /// What the file looks like.
    let title: String

    /// The span of the line that shows it.
    let span: SourceSpan

    /// Recognises a text by its first lines; it must be one that could not be read as a policy.
    init?(_ text: String, _ source: SourceID) {
        let lines = SourceLines(text)
        for number in 1...AdviceLimits.lines {
            guard let line = lines.line(number).map({ String($0) }) else { return nil }
            let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let first = words.first, !first.hasPrefix("#") || first.hasPrefix("#!") else {
                continue
            }
            let isPatch =
                line.hasPrefix("--- ")
                && lines.line(number + 1)?.starts(with: "+++ ".unicodeScalars) == true
            guard
                let title = isPatch
                    ? "a patch" : Self.title(of: first, words.dropFirst().first, in: line)
            else { return nil }
            self.title = title
            span = SourceSpan(
                source: source,
                start: SourcePosition(line: number, column: 1),
                end: SourcePosition(line: number, column: line.unicodeScalars.count + 1)
            )
            return
        }
        return nil
    }

    /// What `import` can read.
    static let iptables = "the output of iptables-save"

    private static func title(of first: String, _ second: String?, in line: String) -> String? {
        if first.hasPrefix("#!") { return line.contains("nft") ? "an nftables script" : "a script" }
        if ["nft", "iptables", "ip6tables", "sudo"].contains(first) { return "a script" }
        if let second, verbs.contains(first), nouns.contains(second) { return "an nftables script" }
        if ["*nat", "*filter", "*mangle", "*raw", "-A"].contains(first) {
            return iptables
        }
        if ["diff", "Index:"].contains(first) { return "a patch" }
        if first.hasPrefix("<?") || first.hasPrefix("<!") { return "an XML or HTML file" }
        return isSection(line) || second == "=" || first.hasPrefix(";")
            ? "an INI or TOML file" : nil
    }

    /// Whether a line is a name in brackets: `[web]` or `[[web]]`.
    private static func isSection(_ line: String) -> Bool {
        let name = line.drop { $0 == "[" }.prefix { $0 != "]" }
        let isName = name.utf8.allSatisfy { Alphabet.isInInterface($0) || $0 == UInt8(ascii: " ") }
        return isName && !name.isEmpty && ["[\(name)]", "[[\(name)]]"].contains(line)
    }

    private static let verbs = [
        "table", "flush", "add", "create", "delete", "destroy", "insert", "list", "define",
    ]
    private static let nouns = [
        "ip", "ip6", "inet", "arp", "bridge", "netdev", "ruleset", "table", "chain", "rule", "set",
        "map", "element",
    ]
}

extension DecodingContext {
    /// The tree of a text, or `nil` if there is none, which is reported.
    func tree(of text: SourceFiles.Text) -> Node? {
        let before = bag
        let root: Node?
        do throws(NotYAML) {
            root = try files.tree(of: text, bag: &bag, isKey: PolicyLanguage.isAlwaysKey)
        } catch {
            reportOtherFormat(text, insteadOfFindingsSince: before)
            return nil
        }
        switch root {
        case .mapping, .unusable:
            return root
        case .list, .scalar:
            return reportOtherFormat(text, insteadOfFindingsSince: before) ? nil : root
        case nil:
            bag.error(
                .emptyDocument,
                "the file contains no policy",
                at: .beginning(of: text.source),
                help: "a policy without redirects is `{version: 1, redirects: []}`"
            )
            return nil
        }
    }

    /// Reports a file of another program, if it is one, in place of what is wrong with it as YAML.
    @discardableResult
    private func reportOtherFormat(
        _ text: SourceFiles.Text,
        insteadOfFindingsSince before: DiagnosticBag
    ) -> Bool {
        guard let format = OtherFormat(files.sources[text.source].text, text.source) else {
            return false
        }
        bag = before
        bag.error(
            .notAPolicy,
            "the file looks like \(format.title), not like a policy",
            at: format.span,
            help: format.title == OtherFormat.iptables
                ? "`redirctl import FILE` writes a policy from it"
                : "a policy is YAML that begins with `version: 1`"
        )
        return true
    }
}
