import Addressing
import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// Redirects that live and die with a process.
@Suite(.networkNamespace) struct RunTests {
    let scratch: Scratch
    let machine = Lab().machine
    let policy: String

    init() throws {
        scratch = try Scratch()
        policy = try scratch.policy(["a": (80, 8080)])
        try machine.ip(["link set lo up"])
    }

    private func run(_ command: String...) throws -> Program.Ending {
        try Program.run([Program.path, "run", policy, "--"] + command)
    }

    /// Starts a shell script, and waits until it says that it is ready.
    private func start(_ script: String) throws -> Program {
        let ready = "\(scratch.directory)/ready"
        let program = try Program([
            Program.path, "run", policy, "--", "sh", "-c",
            "\(script); touch \(ready); while :; do sleep 0.02; done",
        ])
        try awaitThat { FileManager.default.fileExists(atPath: ready) }
        return program
    }

    private func awaitThat(_ condition: () throws -> Bool) throws {
        for _ in 0..<30_000 {
            if try condition() { return }
            usleep(1000)
        }
        throw Scratch.Failure(description: "it never came about")
    }

    private func tables() throws -> String { try machine.run("nft", "list", "tables") }

    /// The children of a process: the one that has the table, then the command.
    private func children(of process: Int32) throws -> [Int32] {
        let path = "/proc/\(process)/task/\(process)/children"
        return String(decoding: try TestFile.read(path), as: UTF8.self).split(separator: " ")
            .compactMap { Int32($0) }
    }

    @Test func `a command's connections are redirected, and afterwards nothing is left`() throws {
        let server = try machine.serve(ports: [8080])
        defer { withExtendedLifetime(server) {} }
        let ending = try run("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/80; cat <&3")
        #expect(ending.output.hasPrefix("127.0.0.1:8080"))
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
        #expect(try tables().isEmpty)
    }

    @Test func `the exit status is the command's`() throws {
        #expect(try run("sh", "-c", "exit 7").status == 7)
        #expect(try run("sh", "-c", "kill -9 $$").status == 128 + 9)
        #expect(try run("sh", "-c", "kill -TERM $$").status == 128 + 15)
        let absent = try run("/no/such/program")
        #expect(absent.status == 127)
        #expect(absent.errors == "error: /no/such/program: No such file or directory\n")
        #expect(try run(policy).status == 126)
        #expect(try tables().isEmpty)
    }

    @Test(arguments: [
        (SIGINT, "INT"), (SIGTERM, "TERM"), (SIGHUP, "HUP"), (SIGQUIT, "QUIT"), (SIGUSR1, "USR1"),
        (SIGUSR2, "USR2"),
    ])
    func `a signal is passed on`(number: Int32, name: String) throws {
        let program = try start("trap 'exit 40' \(name)")
        #expect(try tables().contains("redirctl"))
        kill(program.process, number)
        #expect(try program.wait().status == 40)
        #expect(try tables().isEmpty)
    }

    @Test func `what a terminal sends to all of a group reaches the command once`() throws {
        let times = "\(scratch.directory)/times"
        let ready = "\(scratch.directory)/ready"
        let script = """
            trap 'echo x >>\(times)' INT; trap 'exit 0' TERM; touch \(ready); \
            while :; do sleep 0.02; done
            """
        let program = """
            import os, pty, sys, time
            child, terminal = pty.fork()
            if child == 0:
                os.execvp(sys.argv[1], sys.argv[1:])
            def wait(condition):
                while not condition(): time.sleep(0.01)
            wait(lambda: os.path.exists(\"\(ready)\"))
            os.write(terminal, b"\\x03")
            wait(lambda: os.path.exists(\"\(times)\"))
            os.kill(child, 15)
            _, status = os.waitpid(child, 0)
            sys.exit(os.waitstatus_to_exitcode(status))
            """
        let words = [Program.path, "run", policy, "--", "sh", "-c", script]
        let ending = try Program.run(["python3", "-c", program] + words)
        #expect(ending.status == 0, "\(ending.errors)")
        let lines = try TestFile.read(times).count { $0 == UInt8(ascii: "\n") }
        #expect(lines == 1)
        #expect(try tables().isEmpty)
    }

    @Test func `whichever of its processes is killed, the table is gone`() throws {
        let program = try start("trap 'exit 40' TERM")
        let children = try children(of: program.process)
        try #require(children.count == 2)
        kill(children[0], SIGKILL)
        let ending = try program.wait()
        #expect(ending.status == 1)
        #expect(ending.errors.contains("was ended, and the table is gone"))
        #expect(kill(children[1], 0) != 0, "the command was told to end")
        #expect(try tables().isEmpty)
    }

    @Test func `a stopped process of it keeps nothing from ending`() throws {
        let program = try start("trap 'exit 40' TERM")
        let children = try children(of: program.process)
        try #require(children.count == 2)
        kill(children[0], SIGSTOP)
        kill(program.process, SIGTERM)
        #expect(try program.wait().status == 40)
        #expect(try tables().isEmpty)
    }

    @Test(arguments: [false, true])
    func `the kernel drops the table of one that is killed`(isHolderStopped: Bool) throws {
        let program = try start("true")
        let children = try children(of: program.process)
        try #require(children.count == 2)
        defer { kill(children[1], SIGKILL) }
        if isHolderStopped { kill(children[0], SIGSTOP) }
        #expect(try tables().contains("redirctl"))
        kill(program.process, SIGKILL)
        #expect(try program.wait().status == 128 + SIGKILL)
        try awaitThat { try tables().isEmpty }
    }

    @Test func `a table that is there is left alone, whosever it is`() throws {
        try machine.nft("table inet redirctl { chain theirs { accept; }; }")
        let before = try machine.run("nft", "list", "ruleset")
        let refused = try run("true")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("table inet redirctl exists already"))
        #expect(try machine.run("nft", "list", "ruleset") == before)
        try machine.nft("flush ruleset")
        #expect(try scratch.redirctl("apply", policy).status == 0)
        #expect(try run("true").status == 1)
        #expect(try scratch.redirctl("check").status == 0)
    }

    @Test func `other commands say who has the table`() throws {
        let program = try start("trap 'exit 0' TERM")
        let words = "process \(program.process) (`\(Program.path) run \(policy) -- sh -c "
        for command in [["status"], ["check"], ["diff"], ["apply", policy], ["remove"]] {
            let ending = try Program.run(
                [Program.path] + command + ["--state-dir", "\(scratch.directory)/state"]
            )
            #expect(ending.status == 1)
            #expect(ending.errors.hasPrefix("error: \(words)"), "\(command): \(ending.errors)")
            #expect(ending.errors.contains("owns table inet redirctl"))
        }
        let second = try run("true")
        #expect(second.status == 1)
        #expect(second.errors.contains(words))
        kill(program.process, SIGTERM)
        #expect(try program.wait().status == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `without a command it goes on until it is told to end`(number: Int32) throws {
        let program = try Program([Program.path, "run", policy])
        try awaitThat { try tables().contains("redirctl") }
        // Signals before it waits for them are kept.
        kill(program.process, number)
        let ending = try program.wait()
        #expect(ending.status == 0)
        #expect(
            ending.output == "Table inet redirctl has 1 redirect until this program ends.\n"
        )
        #expect(try tables().isEmpty)
    }

    @Test func `a signal that is to be ignored ends nothing`() throws {
        let program = try Program(["nohup", Program.path, "run", policy])
        try awaitThat { try tables().contains("redirctl") }
        kill(program.process, SIGHUP)
        kill(program.process, SIGUSR1)
        kill(program.process, SIGTERM)
        #expect(try program.wait().status == 0)
    }

    @Test func `what the kernel refuses is told, and the command is not run`() throws {
        // A control group that is not there can't be named.
        let path = try scratch.file(
            "cgroup.yaml",
            """
            version: 1
            redirects:
              - name: a
                direction: outbound
                match: {cgroup: no-such.slice}
                to: {local: true}
            """
        )
        let made = "\(scratch.directory)/made"
        let ending = try Program.run([Program.path, "run", path, "--", "touch", made])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("error:"))
        #expect(!FileManager.default.fileExists(atPath: made))
        #expect(try tables().isEmpty)
    }

    @Test func `what would take new SSH sessions elsewhere is not run`() throws {
        let path = try scratch.file(
            "ssh.yaml",
            """
            version: 1
            settings: {protect: inbound tcp local:22}
            redirects:
              - {name: a, direction: inbound, match: {protocol: tcp}, to: {port: 1}}
            """
        )
        let refused = try Program.run([Program.path, "run", path, "--", "true"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("`--allow-lockout`"))
        let ending = try Program.run([
            Program.path, "run", path, "--allow-lockout", "--", "true",
        ])
        #expect(ending.status == 0)
    }
}
