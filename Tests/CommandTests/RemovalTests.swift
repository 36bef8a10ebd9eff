import TestSupport
import Testing

/// Changes that remove many redirects ask first, and say what they removed.
@Suite(.networkNamespace) struct RemovalTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A policy with so many redirects of one name.
    private func policy(_ file: String, _ name: String = "old", count: Int) throws -> String {
        let entries = (0..<count).map { index in
            "  - {name: \(name)-\(index), direction: outbound, "
                + "match: {protocol: tcp, destination: {port: \(1000 + index)}}, to: {port: 9000}}\n"
        }
        return try scratch.file(file, "version: 1\nredirects:\n" + entries.joined())
    }

    /// Runs a command at a terminal that types an answer.
    private func answering(_ answer: String, _ words: String...) throws -> Program.Ending {
        let command = ([Program.path] + words + ["--state-dir", "\(scratch.directory)/state"])
            .joined(separator: " ")
        return try Program.run([
            "sh", "-c", "echo '\(answer)' | script -qec '\(command)' /dev/null",
        ])
    }

    @Test func `the wrong file is refused, and nothing is lost`() throws {
        let right = try policy("right.yaml", count: 20)
        let wrong = try policy("wrong.yaml", "new", count: 1)
        #expect(try scratch.redirctl("apply", right).status == 0)
        #expect(try scratch.redirctl("plan", wrong).errors.contains("removes 20 of 20 redirects"))
        for words in [["apply", wrong], ["apply", wrong, "--confirm-within", "60"], ["remove"]] {
            let refused = try scratch.redirctl(words)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("this removes 20 of the 20 redirects of table inet"))
            #expect(
                refused.errors.contains(
                    "no terminal on which to ask; nothing was changed\n`--yes` allows"
                )
            )
            #expect(try scratch.redirctl("check").status == 0)
        }
        #expect(try scratch.redirctl("apply", wrong, "--max-removals", "19").status == 1)
        #expect(try scratch.redirctl("apply", wrong, "--max-removals", "99%").status == 1)
        #expect(try scratch.redirctl("history").output.split(separator: "\n").count == 1)
        let done = try scratch.redirctl("apply", wrong, "--max-removals", "20")
        #expect(done.output.hasSuffix(": 1 added, 0 changed, 20 removed, 0 unchanged.\n"))
        #expect(try scratch.redirctl("rollback").status == 0)
        #expect(try scratch.redirctl("apply", wrong, "--yes").status == 0)
    }

    @Test func `a quarter and ten redirects go without a question`() throws {
        let policies = try [44, 33, 22].map { try policy("\($0).yaml", count: $0) }
        #expect(try scratch.redirctl("apply", policies[0]).status == 0)
        #expect(try scratch.redirctl("apply", policies[1]).status == 0)
        #expect(try scratch.redirctl("apply", policies[2]).status == 1)
        #expect(try scratch.redirctl("apply", policy("23.yaml", count: 23)).status == 0)
        #expect(
            try scratch.redirctl("apply", policy("22.yaml", count: 22), "--max-removals", "0")
                .status == 1
        )
        #expect(try scratch.redirctl("apply", policy("10.yaml", count: 13)).status == 0)
        #expect(try scratch.redirctl("apply", policy("3.yaml", count: 3)).status == 0)
        #expect(try scratch.redirctl("remove").status == 0)
    }

    @Test func `a table that was flushed by others is still worth a question`() throws {
        let right = try policy("right.yaml", count: 20)
        #expect(try scratch.redirctl("apply", right).status == 0)
        #expect(try Lab().machine.run("nft", "delete", "table", "inet", "redirctl").isEmpty)
        #expect(try scratch.redirctl("apply", policy("wrong.yaml", "new", count: 1)).status == 1)
        #expect(try scratch.redirctl("apply", "--restore").status == 0)
    }

    @Test func `a table that is gone is removed without a question`() throws {
        #expect(try scratch.redirctl("apply", policy("right.yaml", count: 20)).status == 0)
        #expect(try Lab().machine.run("nft", "delete", "table", "inet", "redirctl").isEmpty)
        #expect(try scratch.redirctl("remove").status == 0)
    }

    @Test func `of an adopted table, what stays counts, too`() throws {
        #expect(try scratch.redirctl("apply", policy("48.yaml", count: 48)).status == 0)
        let other = ["--adopt", "--state-dir", "\(scratch.directory)/other"]
        let adopt = [Program.path, "apply", try policy("36.yaml", count: 36)] + other
        #expect(try Program.run(adopt).status == 0)
        let more = [Program.path, "apply", try policy("20.yaml", count: 20)] + other.dropFirst()
        #expect(try Program.run(more).errors.contains("removes 16 of the 36 redirects"))
    }

    @Test func `who has seen the plan is not asked`() throws {
        #expect(try scratch.redirctl("apply", policy("right.yaml", count: 20)).status == 0)
        let fewer = try policy("fewer.yaml", count: 1)
        let plan = "\(scratch.directory)/saved.plan"
        #expect(try scratch.redirctl("plan", fewer, "--out", plan).status == 0)
        #expect(try scratch.redirctl("apply", plan).status == 0)
    }

    @Test func `at a terminal, only yes goes on`() throws {
        let right = try policy("right.yaml", count: 20)
        #expect(try scratch.redirctl("apply", right).status == 0)
        for answer in ["y", "no", ""] {
            let ending = try answering(answer, "remove")
            #expect(ending.status == 1, "\(ending.output)")
            #expect(
                ending.output.contains("error: the answer was not `yes`; nothing was changed")
            )
        }
        #expect(try scratch.redirctl("check").status == 0)
        let ending = try answering("yes", "remove")
        #expect(ending.status == 0)
        #expect(ending.output.contains("is gone with 20 redirects"))
    }

    @Test func `a removal is shown first`() throws {
        #expect(try scratch.redirctl("apply", policy("right.yaml", count: 2)).status == 0)
        let plan = try scratch.redirctl("remove", "--plan")
        #expect(plan.status == 0)
        #expect(plan.output.contains("- old-0") && plan.output.contains("Plan: 2 to remove"))
        #expect(try scratch.redirctl("check").status == 0)
        #expect(try scratch.redirctl("history").output.split(separator: "\n").count == 1)
    }

    @Test func `rollbacks go further back, past removals and rollbacks`() throws {
        for number in 1...3 {
            #expect(try scratch.redirctl("apply", policy("p.yaml", count: number)).status == 0)
        }
        #expect(try scratch.redirctl("remove").status == 0)
        let back = try scratch.redirctl("rollback")
        #expect(back.output.hasPrefix("Going back to generation 3 (applied"))
        #expect(
            try scratch.redirctl("rollback").output.contains("Going back to generation 2 (applied")
        )
        #expect(
            try scratch.redirctl("rollback").output.contains("Going back to generation 1 (applied")
        )
        #expect(try scratch.redirctl("rollback").status == 1)
        #expect(try scratch.redirctl("rollback", "--to", "4").status == 0)
        let lines = try scratch.redirctl("history").output.split(separator: "\n")
        let signs = lines.reversed().compactMap { line in
            line.split(separator: " ").drop { $0.first != "+" }.prefix(3).joined(separator: " ")
        }
        #expect(
            signs == [
                "+1 ~0 -0", "+1 ~0 -0", "+1 ~0 -0", "+0 ~0 -3", "+3 ~0 -0", "+0 ~0 -1", "+0 ~0 -1",
                "+0 ~0 -1",
            ]
        )
    }
}
