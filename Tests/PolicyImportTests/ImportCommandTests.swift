import TestSupport
import Testing

/// `redirctl import` as a command: where it reads, what it says, and that what it prints is valid.
struct ImportCommandTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func run(_ script: String) throws -> Program.Ending {
        try Program.run(["sh", "-c", "cd \"$1\" && \(script)", Program.path, scratch.path])
    }

    @Test func `standard input is read, and the policy can be piped on`() throws {
        try scratch.write(
            "*nat\n-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n",
            to: "nat"
        )
        let ending = try run("\"$0\" import - < nat | \"$0\" validate -")
        #expect(ending.status == 0)
        #expect(ending.errors.contains("note: took 1 of 1 rule"))
        #expect(ending.output.contains("1 redirect"))
    }

    @Test func `a mistake is told with file and line, and nothing is printed`() throws {
        try scratch.write("*nat\n-A PREROUTING \"\nCOMMIT\n", to: "nat")
        let ending = try run("\"$0\" import nat")
        #expect(ending.status == 1)
        #expect(ending.output.isEmpty)
        #expect(ending.errors == "error: nat:2: a quote does not end\n")
        let missing = try run("\"$0\" import nowhere")
        #expect(missing.status == 1 && missing.errors.contains("nowhere"))
        let large = try run("head -c 17000000 /dev/zero > large; \"$0\" import large")
        #expect(large.status == 1)
        #expect(large.errors.contains("large is larger than 16 MiB"))
    }

    @Test func `a kind that does not fit is refused`() throws {
        try scratch.write("*nat\nCOMMIT\n", to: "nat")
        for (kind, reason) in [
            ("nft", "it is not whole JSON"), ("uci", "nat:1: a line begins with"),
            ("netsh", "nat:1: *nat is not what"),
        ] {
            let ending = try run("\"$0\" import --from \(kind) nat")
            #expect(ending.status == 1)
            #expect(ending.errors.contains(reason), "\(ending.errors)")
        }
    }

    @Test func `more source addresses than labels have bits leave redirects out`() throws {
        var rules = ""
        for number in 1...12 {
            rules += "-A PREROUTING -d 203.0.113.\(number) -p tcp -j DNAT --to 192.0.2.\(number)\n"
            rules += "-A POSTROUTING -d 192.0.2.\(number) -j SNAT --to-source 10.0.0.\(number)\n"
        }
        try scratch.write("*nat\n\(rules)COMMIT\n", to: "nat")
        let ending = try run("\"$0\" import nat > policy.yaml && \"$0\" validate policy.yaml")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.errors.contains("are explained in comments"))
    }

    @Test func `what is in the rules can't write YAML`() throws {
        let text = #"""
            *nat
            -A PREROUTING -p tcp --dport 80 -m comment --comment "x\"\\
            """# + "\u{2028}\u{1B}[2J\u{85}: {a: [b}" + "\" -j REDIRECT --to-ports 8080\n"
        try scratch.write(
            text + "-A PREROUTING -i \"a\u{1B}b\" -j ACCEPT\nCOMMIT\n",
            to: "nat"
        )
        let ending = try run("\"$0\" import nat > policy.yaml && \"$0\" validate policy.yaml")
        #expect(ending.status == 0, "\(ending.errors)")
        let policy = try TestFile.read("\(scratch.path)/policy.yaml")
        #expect(!policy.contains(0x1B))
    }
}
