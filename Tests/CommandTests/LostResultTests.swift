import GenerationModel
import Glibc
import TestSupport
import Testing

/// Results that can't be written: what was changed is told all the same.
@Suite(.networkNamespace) struct LostResultTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ command: String, _ redirection: String) throws -> Program.Ending {
        let words =
            "\(Program.path) \(command) --state-dir \(scratch.directory)/state \(redirection)"
        return try Program.run(["sh", "-c", words])
    }

    @Test(arguments: [
        (">/dev/full", "No space left on device"), (">&-", "Bad file descriptor"),
        ("<&- >&-", "Bad file descriptor"),
    ])
    func `a change whose result is lost is told on standard error`(
        redirection: String,
        reason: String
    ) throws {
        let lost = "the result could not be written: \(reason)\n"
        let table = "in table inet redirctl"
        let policy = try scratch.policy(["web": (80, 8080)])
        let commands = [
            ("apply \(policy)", "Generation 1 is live \(table): 1 added"),
            (
                "apply \(policy)",
                "No changes: table inet redirctl has generation 1 with 1 redirect."
            ),
            ("remove", "Table inet redirctl is gone with 1 redirect; recorded as generation 2."),
            ("apply \(policy) --confirm-within 10m", "Generation 3 is on trial \(table) until "),
            ("extend 20m", "The trial of generation 3 goes on until "),
            (
                "cancel --format json",
                "The trial of generation 3 is over; the state of generation 2 is restored."
            ),
            ("apply \(policy) --confirm-within 10m --format json", "Generation 4 is on trial "),
            ("confirm", "Generation 4 is confirmed and live \(table), replacing 2: 1 added,"),
        ]
        for (command, change) in commands {
            let ending = try run(command, redirection)
            #expect(ending.status == 1 && ending.output.isEmpty, "\(command): \(ending)")
            #expect(ending.errors.hasPrefix("error: \(change)"), "\(command): \(ending)")
            #expect(ending.errors.hasSuffix(lost), "\(command): \(ending)")
        }
        #expect(try scratch.redirctl("check").status == 0)
        let check = try run("status", redirection)
        #expect(check.status == 1 && check.errors == "error: \(lost)", "\(check)")
    }

    @Test func `a reader that ends early leaves a change that is told`() throws {
        let policy = try scratch.policy(["web": (80, 8080)])
        let words = "\(Program.path) apply \(policy) --state-dir \(scratch.directory)/state"
        let ending = try Program.run(["sh", "-c", "{ sleep 0.1; \(words); } | true"])
        #expect(
            ending.errors.contains("Generation 1 is live in table inet redirctl: 1 added,"),
            "\(ending)"
        )
        #expect(ending.errors.contains("Broken pipe"))
    }
}
