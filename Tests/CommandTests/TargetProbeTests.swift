import Addressing
import TestSupport
import Testing

/// Trials that are probed by connections to the targets on the machine.
@Suite(.networkNamespace) struct TargetProbeTests {
    private let doctor: DoctorLab
    private let policy: String

    init() throws {
        doctor = try DoctorLab(.withInternet())
        policy = try doctor.scratch.file(
            "policy.yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: outbound
                match: {family: ipv4, protocol: tcp, destination: {port: 80}}
                to: {local: 8080}
              - name: dns
                direction: outbound
                match: {family: ipv4, protocol: udp, destination: {port: 53}}
                to: {local: 5353}
              - name: elsewhere
                direction: outbound
                match: {family: ipv4, protocol: tcp, destination: {port: 81}}
                to: {address: 10.1.0.2}

            """
        )
    }

    private func tryOut(_ probe: String...) throws -> Program.Ending {
        try doctor.scratch.redirctl(["apply", policy, "--confirm-within", "10m"] + probe)
    }

    @Test(arguments: [true, false])
    func `a target that refuses connections ends the trial`(isOverTCP: Bool) throws {
        let machine = doctor.lab.machine
        let server =
            isOverTCP
            ? try machine.serve(.udp, at: "127.0.0.1:5353")
            : try machine.serve(.tcp, at: "127.0.0.1:8080")
        let ending = try tryOut("--probe")
        withExtendedLifetime(server) {}
        #expect(ending.status == 1)
        let target =
            isOverTCP
            ? "`web`: tcp 127.0.0.1:8080 refuses connections"
            : "`dns`: udp 127.0.0.1:5353 has no open socket"
        #expect(ending.errors.contains("warning: \(target)\n"), "\(ending)")
        #expect(ending.errors.contains("1 of 2 targets on this machine failed the probe"))
        #expect(try doctor.scratch.redirctl("confirm").status == 1)
    }

    @Test(arguments: [["--probe"], ["--probe-targets"], ["--probe", "--color", "never"]])
    func `if all are listening, the trial goes on`(words: [String]) throws {
        let machine = doctor.lab.machine
        let servers = [
            try machine.serve(.tcp, at: "127.0.0.1:8080"),
            try machine.serve(.udp, at: "127.0.0.1:5353"),
        ]
        let ending = try doctor.scratch.redirctl(
            ["apply", policy, "--confirm-within", "10m"] + words
        )
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.errors.contains(
                "1 of 2 targets on this machine accept connections; not tried: 1 of udp, where a socket "
                    + "is open; the trial goes on"
            )
        )
        #expect(try machine.reaches("198.51.100.7:80"))
        #expect(try doctor.scratch.redirctl("confirm").status == 0)
        withExtendedLifetime(servers) {}
    }

    @Test func `a rollback is probed by the targets of the earlier policy`() throws {
        let machine = doctor.lab.machine
        var servers = [
            try machine.serve(.tcp, at: "127.0.0.1:8080"),
            try machine.serve(.udp, at: "127.0.0.1:5353"),
        ]
        #expect(try doctor.scratch.redirctl("apply", policy).status == 0)
        let text = try String(decoding: TestFile.read(policy), as: UTF8.self)
        let next = try doctor.scratch.file("next.yaml", text.replacing("8080", with: "8081"))
        #expect(try doctor.scratch.redirctl("apply", next).status == 0)
        func rollBack() throws -> Program.Ending {
            try doctor.scratch.redirctl("rollback", "--confirm-within", "10m", "--probe")
        }
        let good = try rollBack()
        #expect(good.status == 0, "\(good.errors)")
        #expect(try doctor.scratch.redirctl("cancel").status == 0)
        servers.removeFirst()
        let bad = try rollBack()
        #expect(bad.status == 1)
        #expect(bad.errors.contains("tcp 127.0.0.1:8080 refuses connections"), "\(bad.errors)")
        withExtendedLifetime(servers) {}
    }

    @Test func `a target that does not answer ends the trial`() throws {
        let machine = doctor.lab.machine
        let servers = [
            try machine.serve(.tcp, at: "127.0.0.1:8080"),
            try machine.serve(.udp, at: "127.0.0.1:5353"),
        ]
        let rule = "type filter hook input priority 0; tcp dport 8080 drop"
        try machine.nft("table inet filter { chain input { \(rule); }; }")
        let ending = try tryOut("--probe-targets")
        withExtendedLifetime(servers) {}
        #expect(ending.status == 1)
        #expect(
            ending.errors.contains("`web`: tcp 127.0.0.1:8080 did not answer within 2 s"),
            "\(ending)"
        )
    }

    @Test func `what this process could not try ends no trial`() throws {
        let redirects = (1...60).map { number in
            """
              - name: r\(number)
                direction: outbound
                match: {family: ipv4, protocol: tcp, destination: {port: \(1000 + number)}}
                to: {address: 127.0.0.\(number), port: 8080}

            """
        }
        let range = """
              - name: range
                direction: outbound
                match: {family: ipv4, protocol: tcp, destination: {port: 2000-2009}}
                to: {local: 3000-3009}

            """
        let many = try doctor.scratch.file(
            "many.yaml",
            "version: 1\nredirects:\n\(redirects.joined())\(range)"
        )
        let server = try doctor.lab.machine.serve(.tcp, at: "0.0.0.0:8080")
        let words = [
            Program.path, "apply", many, "--confirm-within", "10m", "--probe-targets",
            "--state-dir",
            "\(doctor.scratch.directory)/state",
        ]
        let ending = try Program.run(["sh", "-c", "ulimit -n 40; exec \"$@\"", "-"] + words)
        withExtendedLifetime(server) {}
        #expect(ending.status == 0, "\(ending)")
        #expect(ending.errors.contains("could not be probed: Too many open files"), "\(ending)")
        #expect(ending.errors.contains(" of 61 targets on this machine accept connections; not"))
        #expect(ending.errors.contains("1 with several ports"))
        #expect(ending.errors.contains(" for the reasons above; the trial goes on"))
    }

    @Test func `a policy that the probe took as its command is told of`() throws {
        let ending = try doctor.scratch.redirctl(
            "apply",
            "--confirm-within",
            "10m",
            "--probe",
            policy
        )
        #expect(ending.status == 64)
        #expect(ending.errors.contains("`--probe` took `\(policy)` as its command"), "\(ending)")
        #expect(ending.errors.contains("Write `--probe-targets`"))
    }

    @Test func `both kinds of probes are refused`() throws {
        #expect(try tryOut("--probe", "true", "--probe-targets").status == 64)
        let untried = try doctor.scratch.redirctl("apply", policy, "--probe")
        #expect(untried.status == 64)
    }
}
