import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// `log`.
@Suite struct LogTests {
    private func text(_ log: String) -> String { policy(with: "bypass: true\n    log: \(log)") }

    private func log(_ text: String) throws -> PacketLog? {
        try load(self.text(text)).policy.redirects.first?.log
    }

    @Test func `what is left out has its default`() throws {
        #expect(try load(policy(with: "bypass: true")).policy.redirects.first?.log == nil)
        #expect(try log("{level: warn}") == PacketLog(prefix: "web: "))
        #expect(
            try log("{prefix: 'a b', group: 0, rate: 1/second}")
                == PacketLog(
                    prefix: "a b",
                    destination: .group(0),
                    rate: LogRate(count: 1, unit: .second)
                )
        )
        #expect(try log("{group: 65535}")?.destination == .group(.max))
    }

    @Test(arguments: LogLevel.allCases)
    func `every level is read`(level: LogLevel) throws {
        #expect(try log("{level: \(level.rawValue)}")?.destination == .kernel(level))
    }

    @Test(arguments: [
        ("error", "err"), ("warning", "warn"), ("panic", "emerg"), ("emergency", "emerg"),
        ("critical", "crit"), ("Info", "info"), ("notce", "notice"),
    ])
    func `another word for a level is recognised`(word: String, meant: String) throws {
        try expectFinding(
            .unknownWord,
            in: text("{level: 1️⃣\(word)2️⃣}"),
            help: "did you mean `\(meant)`?"
        )
    }

    @Test(arguments: ["1/second", "1000000/day", "10/minute", "999999/hour"])
    func `a rate is read as it stands`(rate: String) throws {
        #expect(try log("{rate: \(rate)}")?.rate?.description == rate)
    }

    @Test(arguments: [
        ("10/m", "write `10/minute`" as String?), ("10/min", "write `10/minute`"),
        ("5/s", "write `5/second`"),
        ("10 per hour", "write `10/hour`"), ("10 / day", "write `10/day`"),
        ("10/Minute", "write `10/minute`"), ("010/minute", "write `10/minute`"),
        ("10/minutes", "write `10/minute`"), ("10/mintue", "write `10/minute`"),
        ("0/minute", "to log nothing leave `log` out"), ("10/week", nil), ("10/5 minutes", nil),
        ("1000001/second", "the highest rate is `1000000/second`"),
        ("10", "say in what time: `10/second`, `10/minute`, `10/hour` or `10/day`"), ("", nil),
        ("/minute", nil), ("10/", nil), ("-1/minute", nil), ("1.5/minute", nil),
        ("99999999999999999999/day", nil), ("10/minute/5", nil), ("10/minute burst 5", nil),
    ])
    func `a rate in another form is refused with the right one`(rate: String, help: String?) throws
    {
        try expectFinding(.invalidLogRate, in: text("{rate: 1️⃣\"\(rate)\"2️⃣}"), help: help)
    }

    @Test(arguments: ["65536", "-1", "01", "0x1", "''", "nflog", "1.0"])
    func `a group is a number that nflog has`(group: String) throws {
        try expectFinding(.invalidLogGroup, in: text("{group: 1️⃣\(group)2️⃣}"))
    }

    @Test(arguments: ["price 1️⃣$2️⃣", "1️⃣\\2️⃣", "say 1️⃣\"2️⃣", "a1️⃣ü2️⃣b", "1️⃣😀2️⃣"])
    func `a character that nft cannot say is marked`(prefix: String) throws {
        // In single quotes a backslash and a double quote stand for themselves.
        try expectFinding(.invalidLogPrefix, in: text("{prefix: '\(prefix)'}"))
    }

    @Test(arguments: ["a\\nb", "\\t", "a\\e[31m", "\\u007f", "\\\"", "\\\\"])
    func `an escape is marked with its value`(prefix: String) throws {
        try expectFinding(.invalidLogPrefix, in: text("{prefix: 1️⃣\"\(prefix)\"2️⃣}"))
    }

    @Test func `a prefix is as long as it may be and no longer`() {
        for (count, isValid) in [(0, false), (1, true), (127, true), (128, false)] {
            let prefix = String(repeating: "a", count: count)
            let codes = findings(in: text("{prefix: '\(prefix)'}")).map(\.code)
            #expect(codes == (isValid ? [] : [.invalidLogPrefix]))
        }
    }

    @Test func `a line goes to one place`() throws {
        try expectFinding(.ambiguousLog, in: text("{level: info, 1️⃣group2️⃣: 1}"))
        try expectFinding(.ambiguousLog, in: text("{group: 1, 1️⃣level2️⃣: info}"))
    }

    @Test(arguments: [
        ("{}", DiagnosticCode.emptyMapping), ("true", .wrongKind), ("web", .wrongKind),
    ])
    func `a log is a mapping that says something`(log: String, code: DiagnosticCode) throws {
        try expectFinding(code, in: text("1️⃣\(log)2️⃣"))
    }
}
