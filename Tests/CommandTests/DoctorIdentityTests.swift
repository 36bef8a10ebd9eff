import Addressing
import FoundationEssentials
import TestSupport
import Testing

/// What `doctor` says of users and control groups that are no longer what the rules were made for.
///
/// Only the machine's own root can act as somebody else.
@Suite(.networkNamespace, .enabled(if: LabIdentity.isFree, "root of the machine is needed"))
struct DoctorIdentityTests {
    @Test func `a control group that is missing`() throws {
        let doctor = try DoctorLab(.withInternet())
        let server = try doctor.lab.internet.serve(ports: [80, 8080])
        let machine = doctor.lab.machine
        let group = "rc-doctor.slice"
        let path = try doctor.scratch.file("policy.yaml", Self.policy("cgroup: \(group)"))
        func arrives(from group: String) throws -> Bool {
            try machine.ask("192.0.2.1", 80, inControlGroup: group).hasPrefix("192.0.2.1:8080 ")
        }
        try LabIdentity.withControlGroups(["rc-other.slice"]) {
            let refused = try doctor.scratch.redirctl("apply", path)
            #expect(refused.status == 1, "\(refused)")
            #expect(refused.errors.contains(group), "\(refused)")
            #expect(try Self.findings(of: path, doctor).map(\.code) == ["missing-cgroup"])
            #expect(try !arrives(from: "rc-other.slice"))

            try LabIdentity.withControlGroups([group]) { () throws -> Void in
                #expect(try Self.findings(of: path, doctor).isEmpty)
                #expect(try doctor.scratch.redirctl("apply", path).status == 0)
                #expect(try arrives(from: group))
                #expect(try doctor.findings().isEmpty)
                // One of the same name is another one.
                try LabIdentity.replaceControlGroup(group)
                #expect(try !arrives(from: group))
            }
            let found = try doctor.findings()
            let finding = try #require(found.first { $0.code == "missing-cgroup" }, "\(found)")
            #expect(finding.isCertain && finding.redirects == ["web"])
            #expect(finding.advice == "start what runs in it, then apply the policy again")

            try LabIdentity.withControlGroups([group]) { () throws -> Void in
                #expect(try doctor.scratch.redirctl("apply", path).status == 0)
                #expect(try arrives(from: group))
                #expect(try doctor.findings().isEmpty)
            }
        }
        withExtendedLifetime(server) {}
    }

    @Test func `a user who has another id by now`() throws {
        let doctor = try DoctorLab(.withInternet())
        let server = try doctor.lab.internet.serve(ports: [80, 8080])
        let machine = doctor.lab.machine
        try withCoveredDirectory("/etc") {
            func register(_ id: UInt32?) throws {
                let line = id.map { "crawler:x:\($0):\($0)::/:/bin/sh\n" } ?? ""
                try "root:x:0:0::/root:/bin/sh\n\(line)"
                    .write(toFile: "/etc/passwd", atomically: false, encoding: .utf8)
            }
            func arrives(as user: UInt32) throws -> Bool {
                try LabIdentity.with(user: user) { try machine.ask(.tcp, "192.0.2.1:80") }
                    == .reached("192.0.2.1:8080")
            }
            try register(2345)
            let path = try doctor.scratch.file("policy.yaml", Self.policy("user: crawler"))
            #expect(try doctor.scratch.redirctl("apply", path).status == 0)
            #expect(try arrives(as: 2345))
            #expect(try doctor.findings().isEmpty)

            try register(2346)
            let finding = try doctor.expectMended(
                "changed-account",
                of: "web",
                by: { (_: DoctorLab.Finding) throws -> Void in
                    #expect(try doctor.scratch.redirctl("apply", path).status == 0)
                },
                { try arrives(as: 2346) }
            )
            #expect(
                finding.sentence.hasSuffix(
                    "had id 2345 when the policy was applied and has 2346 now"
                )
            )
            #expect(finding.advice == "apply the policy again")

            try register(nil)
            let found = try doctor.findings()
            #expect(found.map(\.code) == ["changed-account"])
            #expect(found.first?.sentence.hasSuffix("and no longer exists") == true)
        }
        withExtendedLifetime(server) {}
    }

    private static func policy(_ owner: String) -> String {
        """
        version: 1
        redirects:
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {address: 192.0.2.1, port: 80}, \(owner)}
            to: {port: 8080}

        """
    }

    /// What `doctor` finds about a policy that is not applied.
    private static func findings(
        of path: String,
        _ doctor: DoctorLab
    ) throws -> [DoctorLab.Finding] {
        let ending = try doctor.scratch.redirctl("doctor", path, "--format", "json")
        return try JSON(ending.output)["findings"].elements.map { DoctorLab.Finding($0) }
    }
}
