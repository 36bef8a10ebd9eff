import TestSupport
import Testing

/// A table that is live without a record of it, or in the hands of another program.
@Suite(.networkNamespace) struct StrangeTableTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a table whose records are elsewhere or lost is drift`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        #expect(try scratch.redirctl("apply", policy).status == 0)
        try LabCommand.run(["rm", "-rf", "\(scratch.directory)/state"])
        let check = try scratch.redirctl("check")
        #expect(check.status == 2)
        #expect(
            check.output.contains("is live (gen_1_") && check.output.contains("has no record of it")
        )
        #expect(check.output.contains("redirctl apply --adopt POLICY"))
        #expect(try scratch.redirctl("diff").status == 2)
        let status = try scratch.redirctl("status")
        #expect(status.status == 0)
        #expect(
            status.output.contains("has no record of it") && status.output.contains("a  outbound")
        )
        let json = try JSON(scratch.redirctl("check", "--format", "json").output)
        guard case .text(let marker) = json["unknownMarker"] else {
            Issue.record("no marker: \(json)")
            return
        }
        #expect(marker.hasPrefix("gen_1_"))
        let plan = try scratch.redirctl("plan", policy)
        #expect(plan.errors.contains("use the state directory that has it"))
        #expect(plan.errors.contains("apply --adopt"))
        #expect(try scratch.redirctl("apply", policy).status == 1)
        #expect(try scratch.redirctl("apply", policy, "--adopt").status == 0)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `a host that nothing was applied to has no drift`() throws {
        let status = try JSON(scratch.redirctl("status", "--format", "json").output)
        #expect(status["state", "drift"] == .bool(false))
        #expect(try scratch.redirctl("check").status == 1)
    }

    @Test func `a table that another program took for itself is drift`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        #expect(try scratch.redirctl("apply", policy).status == 0)
        try LabCommand.run(["nft", "delete", "table", "inet", "redirctl"])
        let name = "own\u{1B}[2Jer"
        let script = """
            redirctl() { \(Program.path) "$@" --state-dir \(scratch.directory)/state; }
            \(Program.path) run \(policy) -- sh -c 'sleep 60' '\(name)' >/dev/null & owner=$!
            until nft list tables | grep -q redirctl; do sleep 0.05; done
            redirctl check; echo "check $?"; redirctl diff >/dev/null; echo "diff $?"
            redirctl status; echo "status $?"; redirctl check --format json
            redirctl apply --restore; echo "restore $?"
            kill $owner; wait
            redirctl apply --restore; redirctl check; echo "check $?"
            """
        let output = try LabCommand.run(["sh", "-c", script])
        #expect(output.contains("was taken over: process "))
        #expect(output.contains("check 2\ndiff 2\n"))
        #expect(output.contains("\nstatus 0\n") && output.contains("\nrestore 1\n"))
        #expect(output.contains("\"drift\" : true") && output.contains("\"owner\" : "))
        #expect(!output.contains("\u{1B}"))
        #expect(output.hasSuffix("check 0\n"))
    }
}
