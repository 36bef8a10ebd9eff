import TestSupport
import Testing

/// What `redirctl import` prints for rules of every kind; `ImportedRulesTests` hold the same rules to
/// real connections.
struct ImportGoldenTests {
    private static let directory =
        #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/Rules/"

    private static let zones = ["--interface", "wan=machine2", "--interface", "lan=machine3"]

    static let runs: [(file: String, options: [String])] = [
        ("docker.rules", []), ("docker.rules", ["--all-chains"]), ("home-router.rules", []),
        ("transparent-proxy.rules", []), ("kubernetes.rules", []),
        ("kubernetes.rules", ["--all-chains"]), ("ufw-before.rules", []),
        ("vps-forwarder.rules", []), ("chains.rules", []), ("dual-stack.rules", []),
        ("odd.rules", []), ("router.json", []), ("proxy.json", []), ("balance.json", []),
        ("chains.json", []), ("dual-stack.json", []), ("iptables.json", []), ("odd.json", []),
        ("router.uci", []), ("router.uci", zones), ("ranges.uci", []), ("guest-dns.uci", zones),
        ("dmz.uci", zones), ("reflection.uci", zones), ("odd.uci", []), ("usual.netsh", []),
        ("german.netsh", []), ("both-families.netsh", []), ("local.netsh", []),
        ("changed.netsh", []), ("reset.netsh", []), ("jump-by-interface.rules", []),
        ("jump-by-interface.json", []), ("return-by-interface.rules", []),
        ("goto-by-interface.rules", []), ("accept-by-interface.rules", []), ("ipsec.rules", []),
        ("twins-apart.rules", []), ("tables.json", []), ("ignored.uci", []),
    ]

    @Test(arguments: runs)
    func `rules become a policy`(file: String, options: [String]) throws {
        let ending = try Program.run(
            [Program.path, "import"] + options + [Self.directory + file]
        )
        #expect(ending.status == 0)
        let scratch = try ScratchDirectory()
        let policy = try scratch.write(ending.output, to: "policy.yaml")
        // What the analysis finds is allowed.
        let check = try Program.run([Program.path, "validate", policy])
        #expect(check.status == 0 && !check.errors.contains("error["))
        let suffix = options.first.map { $0.dropFirst(1) } ?? ""
        try Golden().check(ending.output + "\n" + ending.errors, against: file + suffix + ".txt")
    }
}
