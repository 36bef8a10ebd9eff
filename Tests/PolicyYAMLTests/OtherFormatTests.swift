import Diagnostics
import TestSupport
import Testing

/// What is said of files that are built in another way, or belong to another program.
@Suite struct OtherFormatTests {
    private static let redirect = "direction: inbound\n    to: {local: true}\n"

    @Test(arguments: [
        ("1️⃣#!/usr/sbin/nft -f2️⃣\nflush ruleset\n", "an nftables script"),
        ("# old\n\n1️⃣table ip nat {2️⃣\n  chain x {\n  }\n}\n", "an nftables script"),
        ("1️⃣add rule ip nat prerouting tcp dport 80 redirect to :80802️⃣\n", "an nftables script"),
        ("# Generated\n1️⃣*nat2️⃣\n:PREROUTING ACCEPT [0:0]\n-A x\n", "the output of iptables-save"),
        ("1️⃣iptables -t nat -A PREROUTING -p tcp -j REDIRECT2️⃣\n", "a script"),
        ("1️⃣#!/bin/sh2️⃣\nexec true: {\n", "a script"),
        ("1️⃣[web]2️⃣\nport = 80\n", "an INI or TOML file"),
        ("1️⃣version = 12️⃣\n\n[[redirects]]\nname = \"web\"\n", "an INI or TOML file"),
        ("1️⃣<?xml version=\"1.0\"?>2️⃣\n<a/>\n", "an XML or HTML file"),
        ("1️⃣diff --git a/p b/p2️⃣\n--- a/p\n+++ b/p\n", "a patch"),
        ("1️⃣--- a/p2️⃣\n+++ b/p\n@@ -1 +1 @@\n", "a patch"),
    ])
    func `a file of another program is named as such`(text: String, title: String) throws {
        let message = "the file looks like \(title), not like a policy"
        try expectFinding(.notAPolicy, in: text, message: message)
    }

    @Test func `a policy that looks strange is still one`() throws {
        for start in ["#!/usr/sbin/nft -f\n", "#!/bin/sh\n", "---\n", "# table ip nat {\n", "\n\n"]
        {
            #expect(findings(in: start + "version: 1\nredirects: []\n").isEmpty)
        }
        #expect(findings(in: "{\"version\": 1,\n\t\"redirects\": []}\n").isEmpty)
    }

    @Test func `a comment after three dashes makes no patch`() {
        let text = "--- # my redirects\nversion: 1\nredirects: [}\n"
        #expect(findings(in: text).map(\.code) == [.yamlSyntax])
    }

    @Test(arguments: ["[]\n", "[{\"name\": \"a\"}]\n", "[{}]\n", "[[]]\n"])
    func `a list in brackets is no section of an INI file`(text: String) {
        #expect(findings(in: text).map(\.code) == [.wrongKind])
    }

    @Test(arguments: [
        (
            "redirects:\n  1️⃣web2️⃣:\n    \(redirect)",
            "each entry of the list begins with a dash and has its name inside: `- name: web`, and "
                + "the other keys below `name`"
        ),
        (
            "redirects:\n    1️⃣name2️⃣: web\n    \(redirect)",
            "each entry of the list begins with a dash: `- name: web`"
        ),
        (
            "redirects: 1️⃣web2️⃣\n",
            "for example `redirects: []`"
        ),
        (
            "redirects: []\naddresses: 1️⃣[10.0.0.0/8]2️⃣\n",
            "give the list a name: `addresses: {my-list: [10.0.0.0/8]}`"
        ),
    ])
    func `another structure gets the right one`(text: String, help: String) throws {
        try expectFinding(.wrongKind, in: "version: 1\n" + text, help: help)
    }

    @Test func `a list of redirects alone is no policy`() throws {
        let help = "begin with `version: 1` and `redirects:`, and write the list below that"
        let all = findings(in: "- name: web\n  direction: inbound\n  to: {local: true}\n")
        #expect(all.map(\.code) == [.wrongKind])
        #expect(all.first?.help == help)
        #expect(findings(in: "hello\n").first?.help == "a policy begins with `version: 1`")
    }

    @Test func `keys of a match in a list stand together`() throws {
        let match = "match:\n      1️⃣- protocol: tcp\n      - destination: {port: 80}2️⃣\n    "
        let all = findings(in: MarkedText(policy(with: match + "to: {local: true}")).text)
        #expect(all.map(\.code) == [.wrongKind])
        #expect(all.first?.help == "the keys of `match` stand together; write them without `- `")
    }

    @Test func `a name that is a key has the other keys inside`() throws {
        let text = "version: 1\nredirects:\n  - web:\n      direction: inbound\n"
        let finding = findings(in: text).first { $0.code == .unknownKey }
        #expect(finding?.help == "write `name: web`, and the other keys beside it")
    }

    @Test(arguments: [
        ("inbound tcp local:80", "8080", "write `local:8080`"),
        ("inbound tcp 192.0.2.1:80", "'*:8080'", "write `192.0.2.1:8080`"),
        (
            "inbound tcp 192.0.2.1:80", "{address: 10.0.0.1, port: 81}",
            "write `expect: 10.0.0.1:81`"
        ),
        ("inbound tcp local:80", "{local: 81}", "write `expect: local:81`"),
    ])
    func `an outcome in another form gets the right one`(
        connection: String,
        text: String,
        help: String
    ) throws {
        let tests = "tests:\n  - connection: \(connection)\n    expect: \(text)\n"
        let all = findings(in: "version: 1\nredirects: []\n" + tests)
        #expect(all.count == 1)
        #expect(all.first?.help == help)
    }
}
