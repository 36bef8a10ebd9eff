internal import CTestSupport
internal import Glibc

/// The lines that rules of the calling thread's namespace log to an nflog group.
public final class LabLog {
    private let socket: Int32

    /// Listens to a group from now on.
    public init(group: UInt16) throws {
        var socket: Int32 = -1
        let error = ctest_listen_to_log(group, &socket)
        guard error == 0 else {
            let reason = String(cString: strerror(error))
            throw NamespaceThread.Refusal(description: "nflog group \(group): \(reason)")
        }
        self.socket = socket
    }

    deinit { close(socket) }

    /// The prefixes of the lines that have come; the last one is waited for in vain.
    public func prefixes(patience: Int32 = 200) -> [String] {
        var prefixes: [String] = []
        while let prefix = next(patience) { prefixes.append(prefix) }
        return prefixes
    }

    private func next(_ patience: Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress,
                ctest_next_log_prefix(socket, patience, start, 256) == 0
            else { return nil }
            return String(cString: start)
        }
    }
}
