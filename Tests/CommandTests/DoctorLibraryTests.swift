import Addressing
import TestSupport
import Testing

/// What `doctor` says of libnftables.
@Suite(.networkNamespace) struct DoctorLibraryTests {
    @Test func `a table of a newer version crashes the library`() throws {
        let doctor = try DoctorLab(.withInternet())
        let machine = doctor.lab.machine
        let server = try doctor.lab.internet.serve(ports: [80, 8080])
        let path = try doctor.scratch.file(
            "policy.yaml",
            """
            version: 1
            redirects:
              - name: web
                direction: outbound
                match: {protocol: tcp, destination: {address: 192.0.2.1, port: 80}}
                to: {port: 8080}

            """
        )
        func isRedirected() throws -> Bool {
            try machine.ask(.tcp, "192.0.2.1:80") == .reached("192.0.2.1:8080")
        }
        func findings() throws -> [DoctorLab.Finding] {
            let ending = try doctor.scratch.redirctl("doctor", path, "--format", "json")
            return try JSON(ending.output)["findings"].elements.map { DoctorLab.Finding($0) }
        }
        try machine.run(Self.script, "make")
        let isCrashing = try Program.run(["nft", "list", "tables"]).status != 0
        let found = try findings()
        let refused = try doctor.scratch.redirctl("apply", path)
        if isCrashing {
            #expect(found.map(\.code) == ["library-crashes"])
            #expect(found.allSatisfy { $0.isCertain && $0.redirects.isEmpty })
            #expect(refused.status == 1)
            #expect(refused.errors.contains("libnftables ended unexpectedly"), "\(refused)")
            #expect(refused.errors.contains("`redirctl doctor POLICY`"), "\(refused)")
            #expect(try !isRedirected())
        } else {
            // Newer versions know what they don't know.
            #expect(found.isEmpty)
            #expect(refused.status == 0)
        }
        try machine.run(Self.script, "delete")
        #expect(try findings().isEmpty)
        #expect(try doctor.scratch.redirctl("apply", path).status == 0)
        #expect(try isRedirected())

        try machine.run(Self.script, "make")
        let later = try doctor.findings()
        #expect(later.map(\.code) == (isCrashing ? ["library-crashes"] : []))
        #expect(later.allSatisfy { !$0.isCertain })
        #expect(try isRedirected())
        withExtendedLifetime(server) {}
    }

    private static let script =
        "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        + "/Shells/newer-table"
}
