import Glibc

/// The right to change one table and its store; at most one process has it.
///
/// The kernel keeps the lock (`flock(2)`), so it ends with its process, however that ends. The file
/// is never unlinked: a lock on a file without a name would exclude no other process.
public final class StoreLock: Sendable {
    /// The descriptor of the locked file.
    ///
    /// A child process that inherits it keeps the lock until its transaction is over.
    public let file: Int32

    private init(file: Int32) {
        self.file = file
    }

    deinit {
        ftruncate(file, 0)
        close(file)
    }

    /// Takes the lock of a store, waiting up to a number of seconds.
    ///
    /// - Parameters:
    ///   - directory: The store's directory.
    ///   - seconds: How long to wait while another process has the lock.
    ///   - note: What a waiting process is told of this one, such as `redirctl apply web.yaml`.
    ///   - waiting: Called once, with the note of the process that has the lock, before waiting.
    /// - Returns: The lock; it ends with the value.
    /// - Throws: ``ApplyError/locked(by:)`` when the time is over.
    public static func take(
        in directory: String,
        waitingUpTo seconds: Int,
        note: String,
        waiting: (String) -> Void = { _ in }
    ) throws -> StoreLock {
        let file = try openFile("\(directory)/lock")
        do {
            try wait(for: file, upTo: seconds, waiting)
        } catch {
            close(file)
            throw error
        }
        // Only a waiting process misses a note that can't be written.
        ftruncate(file, 0)
        _ = note.withCString { pwrite(file, $0, strlen($0), 0) }
        return StoreLock(file: file)
    }

    private static func openFile(_ path: String) throws(StoreError) -> Int32 {
        var file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file < 0, errno == EROFS {
            // On a disk that has become read-only, a table can still be restored.
            file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        }
        guard file >= 0 else { throw .system(call: "open", path: path, errno: errno) }
        return file
    }

    private static func wait(
        for file: Int32,
        upTo seconds: Int,
        _ waiting: (String) -> Void
    ) throws {
        var hasTold = false
        for tries in 0... {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw StoreError.system(call: "flock", path: "the lock", errno: errno)
            }
            let note = note(in: file)
            let holder = note.isEmpty ? "another run of redirctl" : note
            guard tries < seconds * pollsPerSecond else {
                throw ApplyError.locked(by: holder)
            }
            // A process that has only just taken the lock may not have written its note yet.
            if !hasTold, !note.isEmpty || tries > 0 {
                waiting(holder)
                hasTold = true
            }
            usleep(1_000_000 / UInt32(pollsPerSecond))
        }
    }

    private static let pollsPerSecond = 20

    private static func note(in file: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { buffer in
            let count = pread(file, buffer.baseAddress, buffer.count, 0)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }
}
