import Addressing
import Glibc
import TestSupport
import Testing

/// A trial that decides after its time is drift, however it came to live longer.
@Suite(.networkNamespace) struct TrialOverdueTests {
    private let scratch: Scratch
    private let machine = Lab().machine
    private let server: EchoServer

    init() throws {
        scratch = try Scratch()
        server = try machine.serve(ports: [8080, 9090])
    }

    private func expectDecider(_ port: Int) throws {
        #expect(try machine.ask(.tcp, "127.0.0.1:80") == .reached("127.0.0.1:\(port)"))
    }

    @Test(arguments: [true, false])
    func `somebody has given its lease more time`(hasConfirmed: Bool) throws {
        if hasConfirmed {
            _ = try scratch.redirctl("apply", scratch.policy(["web": (80, 8080)]))
        }
        let candidate = try scratch.policy(["web": (80, 9090)])
        #expect(try scratch.redirctl("apply", candidate, "--confirm-within", "1s").status == 0)
        try machine.nft(
            """
            delete element inet redirctl lease { ipv4 }
            add element inet redirctl lease { ipv4 timeout 1h }
            """
        )
        usleep(1_300_000)
        try expectDecider(9090)
        let number = hasConfirmed ? 2 : 1
        for command in ["check", "diff", "status"] {
            let ending = try scratch.redirctl(command)
            #expect(ending.status == (command == "status" ? 0 : 2), "\(ending)")
            #expect(ending.output.contains("generation \(number), on trial until "))
            #expect(ending.output.contains("still decides"))
            #expect(ending.errors.isEmpty)
        }
        let json = try JSON(scratch.redirctl("check", "--format", "json").output)
        #expect(json["drift"] == .bool(true))
        #expect(json["overdueTrial"] == .number(Double(number)))
        #expect(try scratch.redirctl("cancel").status == 0)
        if hasConfirmed { try expectDecider(8080) }
        #expect(try !machine.run("nft", "list", "ruleset").contains("trial_"))
    }

    @Test func `when a trial ends is the same at each look`() throws {
        let candidate = try scratch.policy(["web": (80, 9090)])
        let start = try scratch.redirctl(
            "apply",
            candidate,
            "--confirm-within",
            "10m",
            "--format",
            "json"
        )
        let deadline = try JSON(start.output)["deadline"]
        #expect("\(deadline)".contains("text("), "\(start)")
        for _ in 0..<3 {
            usleep(400_000)
            let check = try JSON(scratch.redirctl("check", "--format", "json").output)
            #expect(check["trial", "deadline"] == deadline)
        }
    }
}
