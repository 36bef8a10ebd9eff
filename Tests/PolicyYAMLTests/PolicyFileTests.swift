import Diagnostics
import FoundationEssentials
import Glibc
import Testing
import TrustedFiles

@testable import PolicyYAML

@Suite struct PolicyFileTests {
    private let reader = PolicyReader(allowsUnsafePermissions: true)

    @Test func `a file is read under the name that was given`() throws {
        try withDirectory { directory in
            let path = "\(directory)/web.yaml"
            try "version: 1\nredirects: []\n".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try reader.read(path: path).sources.sources.map(\.name) == [path])
        }
    }

    @Test func `a file that is not there is the machine's fault`() {
        let error = #expect(throws: FileError.self) { try reader.read(path: "/nowhere/x") }
        #expect(error == .cannotOpen(path: "/nowhere/x", errno: ENOENT))
        #expect(error?.description == "cannot open /nowhere/x: No such file or directory")
    }

    @Test func `a directory and a pipe are no policies`() throws {
        try withDirectory { directory in
            let pipe = "\(directory)/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [directory, pipe, "/dev/null"] {
                let error = #expect(throws: FileError.self) { try reader.read(path: path) }
                #expect(error == .notARegularFile(path: path))
            }
        }
    }

    @Test func `a file that is too large is not read`() throws {
        try withDirectory { directory in
            let path = "\(directory)/large.yaml"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            #expect(truncate(path, 65 << 20) == 0)
            let error = #expect(throws: PolicyRejected.self) { try reader.read(path: path) }
            #expect(error?.findings.map(\.code) == [.fileTooLarge])
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `root refuses a file that others can write, and reads it when told to`() throws {
        try withDirectory { directory in
            let path = "\(directory)/web.yaml"
            try "version: 1\nredirects: []\n".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(chmod(path, 0o666) == 0)
            let error = #expect(throws: PolicyRejected.self) {
                try PolicyReader().read(path: path)
            }
            #expect(error?.findings.map(\.code) == [.unsafePermissions])
            #expect(throws: Never.self) { try reader.read(path: path) }
        }
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let name = "redirctl-test-\(UInt64.random(in: 0...UInt64.max))"
        let directory = FileManager.default.temporaryDirectory.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }
}
