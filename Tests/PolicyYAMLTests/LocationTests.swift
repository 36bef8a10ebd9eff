import Diagnostics
import TestSupport
import Testing

@Suite struct LocationTests {
    @Test func `an unknown key is marked alone, in braces`() throws {
        try expectFinding(
            .unknownKey,
            in: policy(with: "to: {local: true, 1️⃣prot2️⃣: 80}")
        )
    }

    @Test func `an unknown key is marked alone, in a block`() throws {
        try expectFinding(
            .unknownKey,
            in: policy(with: "to:\n      1️⃣locol2️⃣: true"),
            help: "did you mean `local`?"
        )
    }

    @Test func `quotes belong to the value that is marked`() throws {
        try expectFinding(
            .invalidName,
            in:
                "version: 1\nredirects:\n  - name: 1️⃣\"a b\"2️⃣\n    direction: inbound\n    to: {local: true}\n"
        )
    }

    @Test func `columns count characters, not bytes`() throws {
        try expectFinding(
            .invalidBoolean,
            in: policy(with: "to: {local: true}\n    description: é\n    enabled: 1️⃣ü2️⃣")
        )
        try expectFinding(
            .unknownKey,
            in: "{version: 1, \"é日本\": 1, redirects: []}".replacing(
                "\"é日本\"",
                with: "1️⃣\"é日本\"2️⃣"
            )
        )
    }

    @Test func `a value that is missing is marked at its key`() throws {
        try expectFinding(.wrongKind, in: policy(with: "1️⃣to2️⃣:"))
    }

    @Test func `a missing key is marked at the first key of its mapping`() throws {
        try expectFinding(
            .missingKey,
            in: "version: 1\nredirects:\n  - 1️⃣name2️⃣: web\n    direction: inbound\n",
            help: "add `to: {port: 8080}`, or `bypass: true` to leave the connections alone"
        )
    }

    @Test func `an anchor is marked without what follows, a tag in front of it too`() throws {
        try expectFinding(.yamlAnchor, in: policy(with: "to: 1️⃣&here2️⃣ {local: true}"))
        try expectFinding(.yamlTag, in: policy(with: "to: 1️⃣!target2️⃣ {local: true}"))
        try expectFinding(.yamlTag, in: policy(with: "to: {local: 1️⃣!2️⃣ true}"))
    }

    @Test func `one value of a list is marked alone`() throws {
        try expectFinding(
            .portOutOfRange,
            in: policy(
                with: """
                    match: {protocol: tcp, destination: {port: [80, 1️⃣700002️⃣]}}
                        to: {local: true}
                    """
            )
        )
    }

    @Test func `lines are counted alike for every line ending`() throws {
        let marked = "version: 1\nredirects: []\n1️⃣more2️⃣: 1\n"
        try expectFinding(.unknownKey, in: marked)
        let old = marked.replacing("\n", with: "\r\n").replacing("1️⃣", with: "")
            .replacing("2️⃣", with: "")
        let finding = try #require(findings(in: old).first)
        #expect(finding.primary.span.start.line == 3)
        #expect(finding.primary.span.start.column == 1)
    }
}
