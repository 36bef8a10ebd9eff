import Glibc
import TestSupport
import Testing

/// What `check` says is the same however it is asked: in the plain words of a crontab, which are
/// answered without setting up the command, and in words that only the command understands.
@Suite(.networkNamespace) struct CheckTests {
    let scratch: Scratch
    let machine = Lab().machine

    init() throws {
        scratch = try Scratch()
        _ = try scratch.redirctl("apply", scratch.policy(["a": (80, 8080)]))
    }

    private static let wordings = [
        [], ["--table", "redirctl"], ["--table=redirctl"], ["--color", "never"],
        ["--format", "text"],
    ]

    private func check(_ words: [String]) throws -> Program.Ending {
        let place = ["--state-dir", "\(scratch.directory)/state"]
        return try Program.run([Program.path, "check"] + words + place)
    }

    @Test(arguments: wordings) func `all is well`(words: [String]) throws {
        let ending = try check(words)
        #expect(ending.status == 0)
        #expect(ending.output.isEmpty && ending.errors.isEmpty)
    }

    @Test(arguments: wordings) func `somebody was here with nft`(words: [String]) throws {
        _ = try machine.run("nft", "add rule inet redirctl output tcp dport 22 redirect to :2222")
        let ending = try check(words)
        #expect(ending.status == 2)
        #expect(ending.output.contains("! not from redirctl: rule in chain output"))
    }

    @Test(arguments: wordings) func `the table was replaced by an equal one`(
        words: [String]
    ) throws {
        _ = try machine.run("nft", "delete table inet redirctl")
        #expect(try check(words).status == 2)
    }

    @Test func `what is wrongly asked is wrong usage, though all is well`() throws {
        for words in [["--table", "9"], ["--state-dir", ""], ["--table"], ["--nonsense", "x"]] {
            #expect(try Program.run([Program.path, "check"] + words).status == 64, "\(words)")
        }
    }

    @Test func `another store knows nothing of the table`() throws {
        let ending = try Program.run([
            Program.path, "check", "--state-dir", "\(scratch.directory)/elsewhere",
        ])
        #expect(ending.status == 2)
        #expect(ending.output.contains("/elsewhere/"))
    }
}
