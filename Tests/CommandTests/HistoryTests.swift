import Glibc
import TestSupport
import Testing

/// What the history says of generations, and the way back to one.
@Suite(.networkNamespace) struct HistoryTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws { scratch = try Scratch() }

    @Test func `a message stands in the history`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        #expect(try scratch.redirctl("apply", policy, "-m", "for the new proxy").status == 0)
        #expect(try scratch.redirctl("remove", "--message", "it is gone").status == 0)
        #expect(try scratch.redirctl("rollback", "--message", "it is back").status == 0)
        let lines = try scratch.redirctl("history").output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasSuffix("rollback to 1  “it is back”"))
        #expect(lines[1].hasSuffix("remove  “it is gone”"))
        #expect(lines[2].hasSuffix("apply \(policy)  “for the new proxy”"))
        let json = try scratch.redirctl("history", "--format", "json").output
        #expect(json.contains(#""message" : "it is gone""#))
    }

    @Test func `the newest generations are listed alone, with the number of the others`() throws {
        for port in 8081...8084 {
            #expect(try scratch.redirctl("apply", scratch.policy(["a": (80, port)])).status == 0)
        }
        let all = try scratch.redirctl("history").output.split(separator: "\n")
        #expect(all.count == 4)
        for option in ["-n", "--last"] {
            let two = try scratch.redirctl("history", option, "2").output.split(separator: "\n")
            #expect(two == all[..<2] + ["  … and 2 more generations"])
        }
        #expect(try scratch.redirctl("history", "-n", "9").output.split(separator: "\n") == all)
        let json = try JSON(scratch.redirctl("history", "-n", "1", "--format", "json").output)
        #expect(json["generationsTotal"] == .number(4))
        #expect(json["generations", "0", "number"] == .number(4))
        #expect(json["generations", "1"] == .null)
    }

    @Test func `the table is compared with an earlier generation`() throws {
        for port in [8080, 9090] {
            #expect(try scratch.redirctl("apply", scratch.policy(["a": (80, port)])).status == 0)
        }
        let diff = try scratch.redirctl("diff", "--generation", "1")
        #expect(diff.status == 2)
        #expect(diff.output.hasPrefix("Table inet redirctl differs from generation 1 (applied "))
        #expect(diff.output.contains("  ~ a  outbound  tcp  *:80  → :8080  (was → :9090)\n"))
        #expect(diff.output.contains("`redirctl rollback --to 1 --state-dir "), "\(diff)")
        let json = try JSON(
            scratch.redirctl("diff", "--generation", "1", "--format", "json").output
        )
        #expect(json["comparedGeneration"] == .number(1))
        #expect(json["generation"] == .number(2))
        #expect(try scratch.redirctl("diff", "--generation", "2").status == 0)
        _ = try machine.run("nft", "delete table inet redirctl")
        #expect(try scratch.redirctl("diff", "--generation", "2").output.contains("  + a  "))
        #expect(try scratch.redirctl("remove", "--yes").status == 0)
        let none = try scratch.redirctl("diff", "--generation", "3")
        #expect(none.status == 1)
        #expect(none.errors.contains("generation 3 has no table to compare with"))
        #expect(
            try scratch.redirctl("diff", "--generation", "9").errors.contains("no generation 9")
        )
        #expect(try scratch.redirctl("diff", "p.yaml", "--generation", "1").status == 64)
    }

    @Test func `a generation's policy is printed as it was`() throws {
        let list = try scratch.file("list.txt", "192.0.2.1 # the first\n192.0.2.2")
        let policy = try scratch.file(
            "lists.yaml",
            """
            version: 1 # exactly so
            addresses: {blocked: {file: list.txt}}
            redirects:
              - name: a
                direction: outbound
                match: {destination: {address: blocked}}
                to: {local: true}
            """
        )
        _ = try scratch.redirctl("apply", policy)
        let other = try scratch.policy(["b": (80, 8080)])
        let text = try String(decoding: TestFile.read(other), as: UTF8.self)
        _ = try scratch.redirctl("apply", other)
        let first = try String(decoding: TestFile.read(policy), as: UTF8.self)
        unlink(policy)
        unlink(other)
        #expect(try scratch.redirctl("history", "show", "2").output == text)
        let shown = try scratch.redirctl("history", "show", "1")
        #expect(
            shown.output
                == "\(first)\n# ---- \(list)\n192.0.2.1 # the first\n192.0.2.2\n"
        )
        let json = try JSON(try scratch.redirctl("history", "show", "2", "--format", "json").output)
        guard case .object(let object) = json, case .list(let sources)? = object["sources"] else {
            Issue.record("\(json)")
            return
        }
        #expect(sources == [.object(["name": .text(other), "text": .text(text)])])
        let unknown = try scratch.redirctl("history", "show", "9")
        #expect(unknown.status == 1)
        #expect(unknown.errors.contains("there is no generation 9; the history has 1, 2"))
        _ = try scratch.redirctl("remove")
        let removal = try scratch.redirctl("history", "show", "3")
        #expect(removal.status == 0 && removal.output.isEmpty)
        #expect(removal.errors.contains("it removed the table"))
    }

    @Test func `two generations are compared in the policy's words`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080), "b": (81, 8081)]))
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 9090), "c": (82, 8082)]))
        _ = try scratch.redirctl("remove")
        let forth = try scratch.redirctl("history", "--diff", "1", "2").output
        #expect(forth.hasPrefix("Table inet redirctl, generation 1 → 2\n"))
        #expect(forth.contains("~ a  outbound  tcp  *:80  → :9090  (was → :8080)"))
        #expect(forth.contains("+ c") && forth.contains("- b"))
        #expect(forth.hasSuffix("1 added, 1 changed, 1 removed, 0 unchanged.\n"))
        let back = try scratch.redirctl("history", "--diff", "2", "1").output
        #expect(back.contains("(was → :9090)") && back.contains("+ b") && back.contains("- c"))
        let same = try scratch.redirctl("history", "--diff", "2", "2").output
        #expect(same.hasSuffix("The two generations are the same.\n"))
        let gone = try scratch.redirctl("history", "--diff", "2", "3").output
        #expect(gone.hasSuffix("0 added, 0 changed, 2 removed, 0 unchanged.\n"))
        #expect(try scratch.redirctl("history", "--diff", "2", "7").status == 1)
    }

    @Test func `a rollback is seen before it happens`() throws {
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080)]))
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 9090)]))
        let before = try machine.run("nft", "-a", "list", "ruleset")
        let plan = try scratch.redirctl("rollback", "--plan")
        #expect(plan.status == 0)
        #expect(plan.output.hasPrefix("Table inet redirctl, generation 2 → 3\n"))
        #expect(plan.output.contains("~ a  outbound  tcp  *:80  → :8080  (was → :9090)"))
        #expect(try machine.run("nft", "-a", "list", "ruleset") == before)
        #expect(try scratch.redirctl("history").output.split(separator: "\n").count == 2)
        _ = try scratch.redirctl("remove")
        _ = try scratch.redirctl("rollback", "--to", "1")
        let removal = try scratch.redirctl("rollback", "--to", "3", "--plan")
        #expect(removal.output.contains("- the table itself"))
        #expect(removal.output.contains("- a"))
        #expect(!removal.output.contains("not from redirctl"))
        #expect(try scratch.redirctl("rollback", "--to", "9", "--plan").status == 1)
    }
}
