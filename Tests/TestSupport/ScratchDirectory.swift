internal import Glibc

/// A directory of a test's own; it goes with the value.
public final class ScratchDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes an empty directory.
    public init() throws {
        var name = Array("/tmp/redirctl-test.XXXXXX".utf8CString)
        guard let made = mkdtemp(&name) else {
            throw NamespaceThread.Refusal(description: "mkdtemp: errno \(errno)")
        }
        path = String(cString: made)
    }

    deinit { _ = try? LabCommand.run(["rm", "-rf", path]) }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        let path = "\(path)/\(name)"
        try TestFile.write(Array(text.utf8), to: path)
        return path
    }
}

/// Files as tests look at them and damage them.
public enum TestFile {
    /// Reads a whole file.
    public static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw failure(path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// Puts bytes in the place of what a file holds.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw failure(path) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure(path) }
    }

    private static func failure(_ path: String) -> NamespaceThread.Refusal {
        NamespaceThread.Refusal(description: "\(path): \(String(cString: strerror(errno)))")
    }
}
