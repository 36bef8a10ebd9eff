import FoundationEssentials
import Glibc

/// What an earlier version of redirctl left on a machine: its store, and the kernel's table.
///
/// The files in `Tests/Fixtures/stores/VERSION` were made by that version.
public struct FormerStore: Sendable {
    private static let fixtures =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        + "/Fixtures/stores"

    private let path: String

    /// Names what a version left in one situation, such as `live` of `0.1`.
    public init(_ situation: String, of version: String = "0.1") {
        path = "\(Self.fixtures)/\(version)/\(situation)"
    }

    /// The policy that the version applied last.
    public var policy: String { "\(path)/store/generations/2/policy/0-policy.yaml" }

    private static func boot() throws -> String {
        String(try LabCommand.run(["cat", "/proc/sys/kernel/random/boot_id"]).prefix(36))
    }

    /// The inode of the caller's network namespace.
    public static func namespace() throws -> UInt64 {
        var status = stat()
        guard stat("/proc/thread-self/ns/net", &status) == 0 else {
            throw LabCommand.Failure(description: "/proc/thread-self/ns/net: errno \(errno)")
        }
        return UInt64(status.st_ino)
    }

    /// Puts the store into a directory, and the table into the kernel of this namespace.
    ///
    /// What the store says of boot, namespace and time becomes what it would say here and now.
    public func install(in directory: String) throws {
        try LabCommand.run(["mkdir", "-p", directory])
        try LabCommand.run(["cp", "-rT", "\(path)/store", directory])
        try LabCommand.run(["chmod", "-R", "go=", directory])
        let head = "\(directory)/head.json"
        var text = try String(contentsOfFile: head, encoding: .utf8)
        text = text.replacingValues(of: "boot", with: "\"\(try Self.boot())\"")
        text = text.replacingValues(
            of: "namespace",
            with: "\(try Self.namespace())"
        )
        // The table is to be read: this namespace may have seen as many transactions.
        text = text.replacingValues(of: "kernelGeneration", with: "\(UInt32.max)")
        let now = time(nil)
        text = text.replacingValues(of: "started", with: "\(now)")
        text = text.replacingValues(of: "deadline", with: "\(now + 3600)")
        try text.write(toFile: head, atomically: true, encoding: .utf8)
        let table = try String(contentsOfFile: "\(path)/table.nft", encoding: .utf8)
        if !table.isEmpty { try LabCommand.run(["nft", "-f", "-"], input: table) }
    }
}

extension String {
    /// The JSON text with another value after every occurrence of a key.
    fileprivate func replacingValues(of key: String, with value: String) -> String {
        let parts = split(separator: "\"\(key)\":", omittingEmptySubsequences: false)
        let rest = parts.dropFirst().map { value + $0.drop { $0 != "," && $0 != "}" } }
        return ([String(parts[0])] + rest).joined(separator: "\"\(key)\":")
    }
}
