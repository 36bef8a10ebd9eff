import Addressing
import TestSupport
import Testing

/// What others do to the table with plain nft, and what the commands make of it.
@Suite(.networkNamespace) struct TamperingTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["ip", "map", "a\\\\b", "1", "x; flush ruleset", "two\\nlines", "\\u001b[2J"])
    func `names that nft's language can't say are drift, and are mended`(name: String) throws {
        try machine.nft("table inet other { chain c { }; }")
        let policy = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        let before = try lines()
        try add("\"chain\": {\"family\": \"inet\", \"table\": \"redirctl\", \"name\": \"\(name)\"}")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("! not from redirctl: chain "))
        #expect(!check.output.contains("\u{1B}"))
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try lines() == before)
    }

    @Test func `a chain made to drop accepts again, and keeps its place and its counters`() throws {
        let server = try machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        let policy = try scratch.policy(["a": (80, 8080)])
        _ = try scratch.redirctl("apply", policy)
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:8080"))
        let before = try machine.run("nft", "-a", "list", "table", "inet", "redirctl")
        try machine.nft("add chain inet redirctl output { policy drop; }")
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(check.output.contains("~ chain output drops what no redirect matches"))
        #expect(try scratch.redirctl("apply", policy).status == 0)
        #expect(try machine.run("nft", "-a", "list", "table", "inet", "redirctl") == before)
    }

    @Test func `no command finds a difference in chains that were deleted and created again`()
        throws
    {
        let policy = try scratch.file(
            "policy.yaml",
            """
            version: 1
            redirects:
              - name: a
                direction: [inbound, outbound]
                match: {protocol: tcp, destination: {port: 80}}
                to: {port: 8080}

            """
        )
        _ = try scratch.redirctl("apply", policy)
        try machine.nft(
            "flush chain inet redirctl prerouting; delete chain inet redirctl prerouting"
        )
        #expect(try scratch.redirctl("check").output.contains("- chain prerouting is gone"))
        _ = try scratch.redirctl("apply", policy)
        #expect(try scratch.redirctl("check").status == 0)
        let plan = try scratch.redirctl("plan", policy, "--exit-code")
        #expect(plan.status == 0)
        #expect(plan.output.hasSuffix("\n\nNo changes: 1 redirect is up to date.\n"))
    }

    /// Other tables' rules and ours; nft lists a table in the order in which its parts were made.
    private func lines() throws -> [String] {
        let listing = try machine.run("nft", "list", "ruleset")
        return listing.split(separator: "\n").map(String.init).sorted()
    }

    private func add(_ object: String) throws {
        try machine.run(
            "nft",
            "-j",
            "-f",
            "-",
            input: "{\"nftables\": [{\"add\": {\(object)}}]}"
        )
    }
}
