import Glibc
import TestSupport
import Testing

/// The policies that a user begins with.
@Suite struct InitTests {
    static let examples = [
        "http-to-8080", "unprivileged-web", "port-forward", "vps-forwarder", "transparent-proxy",
        "load-balancer",
    ]

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Runs the command in the scratch directory.
    private func run(_ words: String, umask: String = "022") throws -> Program.Ending {
        let command = "umask \(umask); cd \(scratch.directory) && \(Program.path) init \(words)"
        return try Program.run(["sh", "-c", command])
    }

    @Test func `without words, the first example is written to policy.yaml`() throws {
        let ending = try run("", umask: "002")
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
        #expect(
            ending.output == """
                Wrote the example http-to-8080 to policy.yaml.
                Change it as you need it, then:
                  redirctl validate policy.yaml    check it
                  sudo redirctl plan policy.yaml   show what an apply would change
                  sudo redirctl apply policy.yaml  make it live

                """
        )
        let text = try String(
            decoding: TestFile.read("\(scratch.directory)/policy.yaml"),
            as: UTF8.self
        )
        #expect(text == (try run("-").output))
        #expect(text.hasPrefix("# Outbound HTTP goes to port 8080"))
        var status = stat()
        #expect(stat("\(scratch.directory)/policy.yaml", &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o644)
    }

    @Test func `what exists is not overwritten, nor what a link leads to`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let text = try TestFile.read(policy)
        let ending = try run("")
        #expect(ending.status == 1)
        #expect(ending.output.isEmpty)
        #expect(
            ending.errors.hasPrefix("error: policy.yaml exists already and is not overwritten; ")
        )
        #expect(try TestFile.read(policy) == text)
        #expect(symlink("\(scratch.directory)/new.yaml", "\(scratch.directory)/link.yaml") == 0)
        #expect(try run("link.yaml").status == 1)
        #expect(access("\(scratch.directory)/new.yaml", F_OK) != 0)
        let nowhere = try run("none/policy.yaml")
        #expect(nowhere.status == 1)
        #expect(
            nowhere.errors
                == "error: none/policy.yaml can't be written: No such file or directory\n"
        )
    }

    @Test func `a result that can't be printed names the file that was written`() throws {
        let ending = try run("> /dev/full")
        #expect(ending.status == 1)
        #expect(
            ending.errors.hasPrefix("error: Wrote the example http-to-8080 to policy.yaml."),
            "\(ending.errors)"
        )
        #expect(access("\(scratch.directory)/policy.yaml", F_OK) == 0)
    }

    @Test func `the examples are listed, as JSON too`() throws {
        let names = try run("--list").output.split(separator: "\n").dropLast()
            .map { String($0.split(separator: " ")[0]) }
        #expect(names == Self.examples)
        let json = try JSON(run("--list --format json").output)
        #expect(json["examples", "5", "name"] == .text("load-balancer"))
        let written = try JSON(run("--format json --example port-forward p.yaml").output)
        #expect(written["file"] == .text("p.yaml"))
        #expect(written["example"] == .text("port-forward"))
        let printed = try JSON(run("--format json -").output)
        #expect(printed["text"] == .text(try run("-").output))
        #expect(printed["file"] == .null)
    }

    @Test(arguments: examples)
    func `an example is valid, and its tests pass`(name: String) throws {
        #expect(try run("--example \(name) policy.yaml").status == 0)
        let policy = "\(scratch.directory)/policy.yaml"
        let validation = try Scratch.redirctl("validate", "--strict", policy)
        #expect(validation.status == 0)
        #expect(validation.errors.isEmpty, "\(validation.errors)")
        let tests = try JSON(Scratch.redirctl("test", "--format", "json", policy).output)
        #expect(tests["passed"] == .bool(true))
        #expect(tests["tests"] != .number(0))
    }

    @Test(arguments: examples)
    func `its redirects are those of the example in Policies`(name: String) throws {
        let policy = try scratch.file("example.yaml", run("--example \(name) -").output)
        let json = try JSON(
            Scratch.redirctl(
                "diff",
                ExamplePolicies.path(of: name),
                policy,
                "--format",
                "json"
            ).output
        )
        // A beginner needs fewer redirects, but none that differ.
        guard case .list(let redirects) = json["difference", "redirects"] else {
            Issue.record("\(json)")
            return
        }
        #expect(redirects.allSatisfy { $0["change"] == .text("remove") }, "\(redirects)")
        #expect(json["difference", "totals", "added"] == .number(0))
        #expect(json["difference", "unchanged"] != .number(0))
        let list = try run("--list").output
        let reference = try ExamplePolicies.reference()
        #expect(list.contains("  \(name)  ") && reference.contains("| [\(name)](\(name).yaml) |"))
    }
}
