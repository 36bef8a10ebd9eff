import Diagnostics
import LocatedYAML
import Testing

@testable import PolicyYAML

/// No file, however made, takes much memory or time.
@Suite struct LimitTests {
    private let clock = ContinuousClock()

    @Test(arguments: ["[", "{", "- ", "? ", "{a: "])
    func `deep nesting ends where it is too deep`(opening: String) {
        let text =
            "redirects: " + (opening == "- " || opening == "? " ? "\n  " : "")
            + String(repeating: opening, count: 500_000)
        let time = clock.measure {
            #expect(findings(in: text).contains { $0.code == .nestingTooDeep })
        }
        #expect(time < .seconds(5))
    }

    @Test func `a bomb of aliases is harmless`() {
        var text = "version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, before) in zip("bcdefghi", "abcdefgh") {
            let aliases = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
            text += "\(name): &\(name) [\(aliases)]\n"
        }
        #expect(findings(in: text).filter { $0.code == .yamlAlias }.count == 72)
    }

    @Test func `a mapping of many keys that are there twice takes no time`() {
        let keys = (0..<20_000).map { "k\($0): 1\n" }.joined()
        let time = clock.measure {
            #expect(findings(in: keys + keys).last?.code == .tooManyFindings)
        }
        #expect(time < .seconds(10))
    }

    @Test func `findings end where there are too many`() {
        let text =
            "version: 1\nredirects: [\(Array(repeating: "x", count: 50).joined(separator: ","))]"
        let all = findings(in: text, limits: Limits(findings: 10))
        #expect(all.count == 11)
        #expect(all.last?.code == .tooManyFindings)
    }

    @Test func `a text that is too large is not read`() {
        let all = findings(in: "version: 1\nredirects: []\n", limits: Limits(bytes: 24))
        #expect(all.map(\.code) == [.fileTooLarge])
        #expect(findings(in: "version: 1\nredirects: []\n", limits: Limits(bytes: 25)).isEmpty)
    }

    @Test func `many tag directives are refused before they cost anything`() {
        let text = String(repeating: "%TAG !a! b\n", count: 100_000) + "---\nversion: 1\n"
        let time = clock.measure {
            #expect(findings(in: text).first?.code == .yamlTag)
        }
        #expect(time < .seconds(10))
    }

    @Test func `the longest possible word gets no suggestion and takes no time`() {
        let word = String(repeating: "protoco", count: 100_000)
        #expect(findings(in: "{\(word): 1, version: 1, redirects: []}").map(\.code).count == 1)
    }
}
