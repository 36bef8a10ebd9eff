import Diagnostics
import LocatedYAML
import TestSupport
import Testing

@testable import PolicyYAML

/// What is said to people who write what other programs want.
///
/// Each case is a mistake between two marks. The help has what belongs there instead, and with
/// that the policy is valid.
@Suite struct AdviceTests {
    private static let match = "match: {protocol: tcp, destination: {port: 80}}\n    "

    @Test(arguments: [
        (
            "[10.0.0.1, 10.0.0.2:81]",
            "to: {balance: round-robin, targets: [{address: 10.0.0.1}, {address: 10.0.0.2, port: 81}]}"
        ),
        (
            "[{address: 10.0.0.1}, {local: 81}]",
            "to: {balance: round-robin, targets: [{address: 10.0.0.1}, {local: 81}]}"
        ),
    ])
    func `a list of targets becomes a balance`(text: String, snippet: String) throws {
        try expectAdvice(.wrongKind, in: policy(with: Self.match + "1️⃣to: \(text)2️⃣"), snippet)
    }

    @Test(arguments: [
        ("8080", "to: :8080"), ("'*:8080'", "to: :8080"), ("0.0.0.0:8080", "to: :8080"),
        ("10.2.0.2:ssh", "to: 10.2.0.2:22"), ("localhost:8080", "to: local:8080"),
        ("http://10.0.0.5:80/", "to: 10.0.0.5:80"), ("10.0.0.5 80", "to: 10.0.0.5:80"),
        ("local:http", "to: local:80"), ("http://[2001:db8::1]:80", "to: \"[2001:db8::1]:80\""),
    ])
    func `a target in another form gets the right one`(text: String, snippet: String) throws {
        try expectAdvice(.invalidTarget, in: policy(with: Self.match + "1️⃣to: \(text)2️⃣"), snippet)
    }

    @Test(arguments: [
        ("match: 80", "match: {protocol: tcp, destination: {port: 80}}"),
        ("match: udp", "match: {protocol: udp}"),
        ("match: 53/udp", "match: {protocol: udp, destination: {port: 53}}"),
        ("match: tcp dport 80", "match: {protocol: tcp, destination: {port: 80}}"),
        (
            "match: tcp 192.0.2.1:80",
            "match: {protocol: tcp, destination: {address: 192.0.2.1, port: 80}}"
        ),
        ("match: {destination: 192.0.2.1}", "destination: {address: 192.0.2.1}"),
        ("match: {source: 10.0.0.0/8}", "source: {address: 10.0.0.0/8}"),
        ("match: {source: [10.0.0.0/8, fd00::1]}", "source: {address: [10.0.0.0/8, \"fd00::1\"]}"),
        ("except: 10.0.0.0/8", "except: [{destination: {address: 10.0.0.0/8}}]"),
        ("log: true", "log: {rate: 10/minute}"), ("log: info", "log: {level: info}"),
        ("log: 'web: '", "log: {prefix: \"web: \"}"), ("log: 5", "log: {group: 5}"),
        ("log: 10/second", "log: {rate: 10/second}"), ("enabled: [true]", "enabled: true"),
    ])
    func `a value becomes the mapping that is meant`(text: String, snippet: String) throws {
        let marked = Self.marked(text, from: snippet)
        try expectAdvice(.wrongKind, in: policy(with: marked + "\n    to: {local: true}"), snippet)
    }

    @Test(arguments: [
        ("from: 80", "match: {protocol: tcp, destination: {port: 80}}"),
        ("from: 10.0.0.0/8", "match: {source: {address: 10.0.0.0/8}}"),
        (
            "from: 192.0.2.1:80",
            "match: {protocol: tcp, destination: {address: 192.0.2.1, port: 80}}"
        ),
        ("listen: ':80'", "match: {protocol: tcp, destination: {port: 80}}"),
        ("port: 80", "match: {protocol: tcp, destination: {port: 80}}"),
        ("interface: eth0", "match: {interface: eth0}"), ("proto: tcp", "match: {protocol: tcp}"),
        ("when: {protocol: tcp}", "match: {protocol: tcp}"),
        ("dport: [80, 443]", "match: {protocol: tcp, destination: {port: [80, 443]}}"),
        ("SRC_PORT: 80-90", "match: {protocol: tcp, source: {port: 80-90}}"),
        ("exclude: [{user: 0}]", "except: [{user: 0}]"), ("comment: why", "description: why"),
        ("note: 'a: b'", "description: \"a: b\""), ("unless: {user: 0}", "except: [{user: 0}]"),
        ("enable: false", "enabled: false"), ("logging: {rate: 1/second}", "log: {rate: 1/second}"),
    ])
    func `a key of another program becomes a key of a redirect`(
        text: String,
        snippet: String
    ) throws {
        let rest = "1️⃣\(text)2️⃣\n    to: {local: true}"
        try expectAdvice(.unknownKey, in: policy(with: rest).outbound, snippet)
    }

    @Test(arguments: [
        ("target: 10.0.0.1:80", "to: 10.0.0.1:80"),
        ("redirect: 8080", "to: :8080"), ("forward_to: 10.0.0.1", "to: 10.0.0.1"),
        ("to-port: 8080", "to: {port: 8080}"), ("dnat: {local: 1}", "to: {local: 1}"),
    ])
    func `a key of another program becomes the target`(text: String, snippet: String) throws {
        let marked = policy(with: Self.match + "1️⃣\(text)2️⃣")
        let help = try #require(
            findings(in: MarkedText(marked).text).compactMap(\.help).first {
                $0.hasPrefix("write")
            }
        )
        #expect(help.hasPrefix("write `\(snippet)`"))
        #expect(
            findings(in: marked.replacingMarked(by: snippet)).filter { $0.severity == .error } == []
        )
    }

    @Test(arguments: [
        ("dport: 80", "destination: {port: 80}"),
        ("ports: [80, 443]", "destination: {port: [80, 443]}"),
        ("sport: 80", "source: {port: 80}"), ("saddr: 10.0.0.0/8", "source: {address: 10.0.0.0/8}"),
        ("daddr: fd00::1", "destination: {address: \"fd00::1\"}"),
        ("dst: 192.0.2.1:80", "destination: {address: 192.0.2.1, port: 80}"),
        ("src: 10.0.0.1", "source: {address: 10.0.0.1}"), ("iifname: eth0", "interface: eth0"),
        ("uid: 1000", "user: 1000"), ("fwmark: 0x10", "mark: 0x10"), ("af: ipv4", "family: ipv4"),
        ("dscp:46", "dscp: 46"),
    ])
    func `a key of another program becomes a key of a match`(text: String, snippet: String) throws {
        let rest = "match: {protocol: tcp, 1️⃣\(text)2️⃣}\n    to: {local: true}"
        try expectAdvice(.unknownKey, in: policy(with: rest).outbound, snippet)
    }

    @Test(arguments: [
        ("host: 10.0.0.1", "address: 10.0.0.1"), ("ip: 10.0.0.1:81", "address: 10.0.0.1, port: 81"),
        ("dport: 8080", "port: 8080"),
    ])
    func `a key of another program becomes a key of a target`(text: String, snippet: String) throws
    {
        try expectAdvice(.unknownKey, in: policy(with: Self.match + "to: {1️⃣\(text)2️⃣}"), snippet)
    }

    @Test func `a key goes into the mapping that is there`() throws {
        let rest = "match: {protocol: tcp, destination: {address: 192.0.2.1}}\n    dport: 80\n"
        let help = findings(in: policy(with: rest + "    to: {local: true}")).first?.help
        #expect(help == "write `port: 80` inside `destination`")
        let listen = findings(
            in: policy(with: rest.replacing("dport", with: "listen") + "    to: {port: 81}")
        )
        #expect(listen.first?.help == "write `port: 80` inside `destination`")
        let long =
            "match: {protocol: tcp}\n    dport: [\((1...20).map { "\($0)" }.joined(separator: ", "))]\n"
        let called = findings(in: policy(with: long + "    to: {local: true}")).first?.help
        #expect(called == "here it is called `port` inside `destination`")
        let twice = findings(in: policy(with: Self.match + "target: 81\n    to: {local: true}"))
        #expect(twice.first?.help == "`to` says this, and is there already; keep one of them")
    }

    @Test(arguments: [
        ("port: '80,443'", "[80, 443]", DiagnosticCode.invalidPort),
        ("port: 80 443", "[80, 443]", .invalidPort),
        ("port: 80-90/443", "[80-90, 443]", .invalidPort),
        ("port: 80:90", "80-90", .invalidPort), ("port: 80 - 90", "80-90", .invalidPort),
        ("port: '>1024'", "1025-65535", .invalidPort), ("port: 1024-", "1024-65535", .invalidPort),
        ("port: postgres", "5432", .invalidPort), ("port: 443/tcp", "443", .invalidPort),
        ("address: '10.0.0.1, fd00::1'", "[10.0.0.1, \"fd00::1\"]", .invalidAddress),
        ("address: 10.0.0.0/8 and 192.0.2.1", "[10.0.0.0/8, 192.0.2.1]", .invalidAddress),
    ])
    func `several values in one text become a list`(
        text: String,
        snippet: String,
        code: DiagnosticCode
    ) throws {
        let parts = text.split(separator: ": ", maxSplits: 1)
        let end = "destination: {\(parts[0]): 1️⃣\(parts[1].quotedForFlow)2️⃣}"
        try expectAdvice(
            code,
            in: policy(with: "match: {protocol: tcp, \(end)}\n    to: {local: true}"),
            snippet
        )
    }

    @Test(arguments: ["tcp/udp", "'tcp,udp'", "tcp and udp", "tcp+udp", "both"])
    func `several protocols in one text become a list`(text: String) throws {
        let match = "match: {protocol: 1️⃣\(text)2️⃣, destination: {port: 53}}\n    "
        try expectAdvice(.unknownWord, in: policy(with: match + "to: {local: true}"), "[tcp, udp]")
    }

    @Test(arguments: [
        ("source: {address: 10.0.0.1}", "10.0.0.1"), ("destination: {port: 80}", "80"),
        ("interface: eth0", "eth0"), ("protocol: tcp", "tcp"), ("user: 1000", "1000"),
    ])
    func `a value with a sign that means not belongs under except`(
        exception: String,
        value: String
    ) throws {
        for sign in ["!", "! ", "not "] {
            let negated = exception.replacing(value, with: "'\(sign)\(value)'")
            let rest = "match: {\(negated)}\n    to: {local: true}"
            let all = findings(in: policy(with: rest).outbound)
            #expect(all.first?.help?.contains("`except: [{\(exception)}]`") == true, "\(rest)")
        }
        let right = "except: [{protocol: tcp, \(exception)}]".replacing(
            "tcp, protocol: tcp",
            with: "tcp"
        )
        let policy = policy(with: right + "\n    to: {local: true}").outbound
        #expect(findings(in: policy).filter { $0.severity == .error } == [])
    }

    @Test func `a list of endpoints is not advised to be one of addresses`() {
        let match = "match: {source: ['10.0.0.1:80', '10.0.0.2:81']}\n    "
        let all = findings(in: policy(with: match + "to: {local: true}"))
        #expect(all.map(\.code) == [.wrongKind])
        #expect(all.first?.help?.contains("address: [") != true)
    }

    @Test func `a tag that means not is one finding`() throws {
        let rest = "match:\n      source:\n        address: 1️⃣!10.0.0.12️⃣\n    to: {local: true}"
        let help = "remove it; a `!` that means \"not\" is written as an exception, under `except`"
        let marked = MarkedText(policy(with: rest))
        let all = findings(in: marked.text)
        #expect(all.map(\.code) == [.yamlTag])
        #expect(all.first?.help == help)
    }

    @Test(arguments: ["$PORT", "${PORT}", "'{{ port }}'", "<%= port %>", "{{ port }}"])
    func `a template is named as such`(text: String) {
        let rest = "match:\n      protocol: tcp\n      destination:\n        port: \(text)\n    "
        let all = findings(in: policy(with: rest + "to: {local: true}"))
        #expect(all.count == 1)
        #expect(all.first?.help == TemplateText.help)
    }

    @Test func `lines of a template are named as such`() throws {
        let text = "version: 1\nredirects:\n1️⃣{% for port in ports %}2️⃣\n  - name: a\n{% endfor %}\n"
        try expectFinding(.yamlSyntax, in: text, message: "a template was not expanded")
        let flow = policy(with: "1️⃣    to: {port: ${PORT}}2️⃣").replacing("    1️⃣", with: "1️⃣")
        try expectFinding(.yamlSyntax, in: flow, message: "a template was not expanded")
        let value = policy(with: "to: {port: 1️⃣{{ port }}2️⃣}")
        try expectFinding(.yamlSyntax, in: value, message: "a template was not expanded")
    }

    // MARK: - Helpers

    /// A text with marks around its last part, which begins like the snippet.
    private static func marked(_ text: String, from snippet: String) -> String {
        let key = snippet.prefix { $0 != ":" } + ":"
        guard let range = text.firstRange(of: key) else { return text }
        let isInner = text.hasSuffix("}") && range.lowerBound > text.startIndex
        let end = isInner ? text.index(before: text.endIndex) : text.endIndex
        return text[..<range.lowerBound] + "1️⃣" + text[range.lowerBound..<end] + "2️⃣"
            + text[end...]
    }
}

/// Expects one finding in the marked part, and that the policy is valid with the snippet of its help
/// in place of that part.
private func expectAdvice(
    _ code: DiagnosticCode,
    in marked: String,
    _ snippet: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let places = MarkedText(marked)
    let all = findings(in: places.text).filter { $0.severity == .error }
    let finding = try #require(all.first, sourceLocation: sourceLocation)
    #expect(all.count == 1, "\(all.map(\.message))", sourceLocation: sourceLocation)
    #expect(finding.code == code, sourceLocation: sourceLocation)
    #expect(finding.help?.contains("write `\(snippet)`") == true, "\(finding.help ?? "no help")")
    let (start, end) = (finding.primary.span.start, finding.primary.span.end)
    let (first, last) = (try #require(places.places[1]), try #require(places.places[2]))
    #expect((Int(start.line), Int(start.column)) >= (first.line, first.column))
    #expect((Int(end.line), Int(end.column)) <= (last.line, last.column))
    let repaired = marked.replacingMarked(by: snippet)
    let left = findings(in: repaired).filter { $0.severity == .error }.map(\.message)
    #expect(left == [], "\(repaired)", sourceLocation: sourceLocation)
}

extension String {
    /// The same policy with an outbound redirect.
    fileprivate var outbound: String {
        replacing("direction: inbound", with: "direction: outbound")
    }

    /// The text with another part between the marks.
    fileprivate func replacingMarked(by part: String) -> String {
        let parts = components(between: "1️⃣", and: "2️⃣")
        return replacing("1️⃣\(parts.first ?? "")2️⃣", with: part)
    }
}

extension StringProtocol {
    /// A value of a mapping in braces, in quotes where it needs them.
    fileprivate var quotedForFlow: String {
        hasPrefix("'") || !contains(where: { ":,>".contains($0) }) ? String(self) : "'\(self)'"
    }
}
