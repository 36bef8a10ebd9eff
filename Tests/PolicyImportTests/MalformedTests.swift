import PolicyImport
import TestSupport
import Testing

/// What can't be read is refused with its line, whatever it is, and within bounds.
struct MalformedTests {
    private func refusal(_ text: String, from kind: ImportKind? = nil) -> ImportRefused? {
        do throws(ImportRefused) {
            _ = try ImportedPolicy(Array(text.utf8), from: kind)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("*nat\n-A PREROUTING -j ACCEPT\n", 1, "no COMMIT"),
        ("*nat\n:PREROUTING ACCEPT\n*filter\nCOMMIT\n", 1, "no COMMIT"),
        ("*nat\n-A PREROUTING -m comment --comment \"x\nCOMMIT\n", 2, "a quote does not end"),
        ("*nat\n-D PREROUTING -j ACCEPT\nCOMMIT\n", 2, "-D is no command"),
        ("*nat\n-A\nCOMMIT\n", 2, "a chain is missing"),
        ("*nat\n-I PREROUTING 3 -j ACCEPT\nCOMMIT\n", 2, "no such place"),
        ("*nat\n-A OUTPUT -j ACCEPT\n-F\nCOMMIT\n", 3, "takes away rules"),
        ("*nat\nCOMMIT\n*nat\nCOMMIT\n*nat\nCOMMIT\n", 5, "is there twice"),
        ("*nat\nCOMMIT\n-A PREROUTING -j ACCEPT\n", 3, "a table begins with"),
        ("config redirect\n\toption x\n", 2, "a name and a value"),
        ("config redirect\n\toption x 'y\n", 2, "a quote does not end"),
        ("package x\noption a b\n", 2, "no `config` before it"),
        ("add v4tov4 listenport=0 connectaddress=1.2.3.4\n", 1, "a number from 1 to 65535"),
        ("add v4tov4 connectaddress=1.2.3.4\n", 1, "listenport is missing"),
        ("interface portproxy\nadd v5tov4 listenport=1\n", 2, "v4tov4"),
        ("Listen on ipv4: to ipv4:\n---- ----\n* 80 1.2.3.4\n", 3, "an address and a port"),
        ("Listen on ipv4: to ipv4:\n---- ----\n* http 1.2.3.4 80\n", 3, "a number from 1"),
    ])
    func `a mistake is told with its line`(text: String, line: Int, reason: String) {
        let refused = refusal(text)
        #expect(refused?.line == line)
        #expect(refused?.reason.contains(reason) == true, "\(refused?.reason ?? "taken")")
    }

    @Test(arguments: [
        ("", "--from"), ("hello\n", "iptables-save, nft, uci, netsh"),
        ("#!/bin/sh\niptables -t nat -A PREROUTING -j ACCEPT\n", "looks like a script"),
        ("iptables -t nat -A PREROUTING -j ACCEPT\n", "looks like a script"),
        ("table ip nat {\n", "nft -j list ruleset"), ("version: 1\n", "a policy already"),
        ("firewall.@redirect[0]=redirect\n", "/etc/config/firewall"),
        ("*nat\0COMMIT", "not text"), ("{\"nftables\": [", "whole JSON"),
        ("{\"nftables\": {}}", "nft -j list ruleset"), ("{}", "nft -j list ruleset"),
    ])
    func `what is not readable at all is told, and what to do`(text: String, reason: String) {
        let refused = refusal(text)
        #expect(refused?.line == nil)
        #expect(refused?.reason.contains(reason) == true, "\(refused?.reason ?? "taken")")
    }

    @Test func `bytes that are no UTF-8 are refused, also UTF-16`() {
        for (bytes, reason) in [([0x2A, 0x80], "UTF-8"), ([0xFF, 0xFE, 0x41, 0], "UTF-16")]
            as [([UInt8], String)]
        {
            do throws(ImportRefused) {
                _ = try ImportedPolicy(bytes, from: .iptablesSave)
                Issue.record("taken")
            } catch {
                #expect(error.reason.contains(reason))
            }
        }
    }

    @Test func `chains that jump in a circle are refused`() {
        let circle = refusal("*nat\n-A PREROUTING -j a\n-A a -j b\n-A b -g a\nCOMMIT\n")
        #expect(circle?.reason == "the chains jump in a circle: a → b → a")
        let chain = (0..<70).map { "-A c\($0) -j c\($0 + 1)\n" }.joined()
        let deep = refusal("*nat\n-A PREROUTING -j c0\n\(chain)-A c70 -j ACCEPT\nCOMMIT\n")
        #expect(deep?.reason == "jumps are nested more than 64 deep")
    }

    @Test func `jumps that multiply rules are refused in bounded time`() {
        let doubling = (0..<40).map { "-A c\($0) -j c\($0 + 1)\n-A c\($0) -j c\($0 + 1)\n" }
            .joined()
        let many = refusal("*nat\n-A PREROUTING -j c0\n\(doubling)-A c40 -j ACCEPT\nCOMMIT\n")
        #expect(many?.reason.contains("more than 500000 rules") == true)
        let returns = (1...2000).map { "-A a -s 10.0.\($0 / 256).\($0 % 256) -j RETURN\n" }.joined()
        let rules = (1...2000).map { "-A a -p tcp --dport \($0) -j REDIRECT\n" }.joined()
        let exceptions = refusal("*nat\n-A PREROUTING -j a\n\(returns)\(rules)COMMIT\n")
        #expect(exceptions?.reason.contains("more than 300000 exceptions") == true)
    }

    /// The policy of a text that can be read.
    private func policy(_ text: String) throws -> String {
        PolicyWriter(try ImportedPolicy(Array(text.utf8))).text
    }

    @Test func `a draw whose numbers are there twice is left out`() throws {
        let set = Array(repeating: #"[{"range":[0,65534]},"10.0.0.1"]"#, count: 65_600)
            .joined(separator: ",")
        let text = try policy(
            """
            {"nftables":[{"table":{"family":"ip","name":"t"}},
            {"chain":{"family":"ip","table":"t","name":"c","type":"nat","hook":"prerouting",
            "prio":-100,"policy":"accept"}},
            {"rule":{"family":"ip","table":"t","chain":"c","expr":[{"dnat":{"addr":{"map":
            {"key":{"numgen":{"mode":"inc","mod":65535,"offset":0}},"data":{"set":[\(set)]}}}}}]}}]}
            """
        )
        #expect(text.contains("each number below 65535 once"), "\(text.prefix(600))")
        #expect(text.contains("redirects: []"))
    }

    @Test func `ports at random are left out wherever the option stands`() throws {
        for target in [
            "--random --to-destination 10.0.0.1:8000-8010",
            "--to-destination 10.0.0.1:8000-8010 --random",
        ] {
            let text = try policy(
                "*nat\n-A PREROUTING -p tcp --dport 80 -j DNAT \(target)\nCOMMIT\n"
            )
            #expect(text.contains("it chooses ports at random"), "\(text)")
            #expect(text.contains("redirects: []"))
        }
    }

    @Test func `a rule with very many words is left out, in bounded time`() throws {
        let negated = (0..<20_000).map { "! -s 10.\($0 / 256).\($0 % 256).1 " }.joined()
        let text = try policy("*nat\n-A PREROUTING \(negated)-j DNAT --to 10.0.0.1\nCOMMIT\n")
        #expect(text.contains("it has more than 256 words"), "\(text.prefix(400))")
    }

    @Test(arguments: ["docker.rules", "balance.json", "odd.uci", "both-families.netsh"])
    func `a text that is cut off anywhere, or damaged, ends nothing`(file: String) throws {
        let directory = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let bytes = try TestFile.read("\(directory)/Rules/\(file)")
        var random = SeededGenerator(seed: 7)
        for round in 0..<400 {
            var damaged = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            if round % 2 == 0 { damaged = bytes }
            for _ in 0..<(round % 5) {
                let place = Int.random(in: 0..<max(1, damaged.count), using: &random)
                guard damaged.indices.contains(place) else { continue }
                let other = bytes[Int.random(in: 0..<bytes.count, using: &random)]
                damaged[place] = round % 3 == 0 ? UInt8.random(in: 0...255, using: &random) : other
            }
            do throws(ImportRefused) {
                let policy = try ImportedPolicy(damaged)
                #expect(policy.taken <= policy.total)
            } catch {
                #expect(!error.reason.isEmpty)
            }
        }
    }
}
