import Addressing
import Diagnostics
import Glibc
import LocatedYAML
import PolicyModel
import TestSupport
import Testing

@testable import PolicyYAML

/// Lists of addresses in files of their own.
@Suite struct AddressFileTests {
    private static let policy = """
        version: 1
        addresses: {blocked: {file: lists/blocked.txt}}
        redirects:
          - {name: sink, direction: inbound, match: {source: {address: blocked}}, to: {local: true}}
        """

    private func files(_ list: String, limits: Limits = Limits()) throws -> PolicyFiles {
        try PolicyFiles(["web.yaml": Self.policy, "lists/blocked.txt": list], limits: limits)
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `a line holds an address, a prefix, a range or nothing`(lineEnd: String) throws {
        let list = """
            # scanners
            192.0.2.1
            \t 198.51.100.0/24   # a network

            10.0.0.1-10.0.0.9#no space
            2001:db8::/32
            fd00::1-fd00::5 \t
            0.0.0.0/32
            192.0.2.1
            """
        let loaded = try files(list.replacing("\n", with: lineEnd)).load()
        #expect(loaded.warnings.isEmpty)
        let addresses = loaded.policy.redirects.first?.match.source.addresses
        #expect(
            addresses?.description
                == "0.0.0.0,10.0.0.1-10.0.0.9,192.0.2.1,198.51.100.0/24,2001:db8::/32,"
                + "fd00::1-fd00::5"
        )
    }

    @Test func `the text of the file is one of the policy's`() throws {
        let loaded = try files("10.0.0.1\n").load()
        #expect(loaded.sources.sources.map(\.text) == [Self.policy, "10.0.0.1\n"])
        #expect(loaded.sources.sources.last?.name.hasSuffix("/lists/blocked.txt") == true)
    }

    @Test func `a file of two lists is read once`() throws {
        let text = """
            version: 1
            addresses: {a: {file: list}, b: {file: list}}
            redirects: [{name: r, direction: inbound, match: {source: {address: [a, b]}}, bypass: true}]
            """
        let loaded = try PolicyFiles(["web.yaml": text, "list": "10.0.0.1"]).load()
        #expect(loaded.sources.sources.count == 2)
        #expect(loaded.policy.redirects.first?.match.source.addresses?.description == "10.0.0.1")
    }

    @Test func `every mistake is shown in its own line, whatever stands before it`() throws {
        let text = try files("\u{FEFF}# é\r\n10.0.0.1\r\n\t10.0.0.1/8 # ü\r\n1.2.3 x\r\nlan\r\n")
            .text()
        for place in ["blocked.txt:3:2", "blocked.txt:4:1", "blocked.txt:4:7", "blocked.txt:5:1"] {
            #expect(text.contains("--> lists/\(place)\n"), "\(place)\n\(text)")
        }
        #expect(text.contains("web.yaml: 4 errors") || text.contains("4 errors"))
    }

    @Test func `what is no text is refused with its place`() throws {
        for (list, code) in [
            ("10.0.0.1\n\u{1B}[2J", DiagnosticCode.invalidCharacter),
            ("\u{202E}", .invalidCharacter),
        ] {
            #expect(try files(list).read().findings.map(\.code) == [code])
        }
    }

    @Test(arguments: ["", "\n\n", "# nobody", "   "])
    func `a file without addresses is refused`(list: String) throws {
        #expect(try files(list).read().findings.map(\.code) == [.emptyList])
    }

    @Test(arguments: [257, 4_000_000])
    func `a line without an end is refused at its beginning`(length: Int) throws {
        let files = try files("10.0.0.1\n10.0.0.2 # x\n" + String(repeating: "1", count: length))
        var text = ""
        let time = try ContinuousClock().measure { text = try files.text() }
        #expect(text.contains("a line is too long to be an address, a prefix or a range"))
        #expect(text.contains("--> lists/blocked.txt:3:1\n"))
        #expect(text.utf8.count < 1000)
        #expect(time < .seconds(20))
    }

    @Test func `a file that is too large is not read`() throws {
        let many = String(repeating: "10.0.0.1\n", count: 100)
        let read = try files(many, limits: Limits(bytes: 800)).read()
        #expect(read.findings.map(\.code) == [.fileTooLarge])
        #expect(
            try files(many, limits: Limits(values: 50)).read().findings.map(\.code) == [
                .fileTooLarge
            ]
        )
    }

    @Test func `what is not there is the policy's fault, and has a place`() throws {
        let text = try PolicyFiles(["web.yaml": Self.policy]).text()
        #expect(text.contains("error[unreadable-file]: cannot open"))
        #expect(text.contains("--> web.yaml:2:29\n"))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `root refuses a list that others can write`() throws {
        let files = try files("10.0.0.1\n")
        #expect(chmod(files.path(of: "lists/blocked.txt"), 0o666) == 0)
        let error = #expect(throws: PolicyRejected.self) {
            try PolicyReader().read(path: files.path(of: "web.yaml"))
        }
        #expect(error?.findings.map(\.code) == [.unsafePermissions])
        #expect(error?.findings.first?.related.map(\.text) == ["named here"])
        #expect(error?.findings.first?.message.contains("has mode 666: every user") == true)
    }

    @Test(arguments: UInt64(1)...8)
    func `the short way to an IPv4 address ends where the long one does`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            var text = (0..<4).map { _ in "\(UInt8.random(in: 0...255, using: &generator))" }
                .joined(separator: ".")
            if generator.once(in: 2) { text += "/\(Int.random(in: 0...34, using: &generator))" }
            if generator.once(in: 2),
                let piece = ["0", ".", "/", "", "256", " "].randomElement(using: &generator)
            {
                let place = Int.random(in: 0...text.count, using: &generator)
                text.insert(contentsOf: piece, at: text.index(text.startIndex, offsetBy: place))
            }
            if generator.once(in: 3) {
                text = text.split(separator: "/").first.map { "\($0)/8" } ?? ""
            }
            let long = try? AddressRange(parsing: text)
            if let short = IPv4Text.range(text.utf8) { #expect(short == long, "\(text)") }
            if let address = IPv4Text.address(text.utf8) { #expect(address == IPAddress(text)) }
            if let long, !text.contains("/"), !text.contains("-") {
                #expect(IPv4Text.range(text.utf8) == long, "\(text)")
            }
        }
    }
}
