import Glibc
import TrustedFiles

/// Files that survive a crash: temporary name, fsync, rename, fsync of the directory.
///
/// Any other order has an instant after which a power loss leaves a file empty, partial or gone.
enum DurableFiles {
    /// Makes a directory with all that lead to it; the new ones are private.
    ///
    /// Their names are on the disk only after ``synchronize(wayTo:)``. Another run may make the
    /// same ones at the same time.
    static func makeDirectory(_ path: String) throws(StoreError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw .system(call: "mkdir", path: path, errno: errno) }
        try makeDirectory(parent(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .system(call: "mkdir", path: path, errno: errno)
        }
    }

    /// Waits until the names of a directory and of those that lead to it are on the disk.
    ///
    /// A directory that is on another file system than the one above it was not made by
    /// ``makeDirectory(_:)``, nor was one that can't be read.
    static func synchronize(wayTo path: String) throws(StoreError) {
        let device = try device(of: path)
        var path = path
        while path != "/", path != "." {
            path = parent(of: path)
            guard try self.device(of: path) == device, access(path, R_OK) == 0 else { return }
            try synchronize(path)
        }
    }

    private static func device(of path: String) throws(StoreError) -> dev_t {
        var status = stat()
        try check(stat(path, &status), "stat", path)
        return status.st_dev
    }

    /// Writes a new file and waits until it is on the disk; its name may not be yet.
    static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: mode_t = 0o600
    ) throws(StoreError) {
        let file = try create(path)
        defer { close(file) }
        if mode != 0o600 { try check(fchmod(file, mode), "fchmod", path) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw .system(call: "write", path: path, errno: errno)
            }
            rest = rest.dropFirst(written)
        }
        try check(fsync(file), "fsync", path)
    }

    /// Creates a file that no other process has open; an existing file of that name is removed.
    private static func create(_ path: String) throws(StoreError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        var file = open(path, flags, 0o600)
        if file < 0, errno == EEXIST, unlink(path) == 0 { file = open(path, flags, 0o600) }
        try check(file, "open", path)
        return file
    }

    /// Replaces a file's content: a reader sees the old bytes or the new ones, never a part.
    ///
    /// The name of the temporary file is `path` with `.new`, unless one is given.
    static func replace(
        _ path: String,
        with bytes: [UInt8],
        mode: mode_t = 0o600,
        through temporary: String? = nil
    ) throws(StoreError) {
        let temporary = temporary ?? path + ".new"
        try write(bytes, to: temporary, mode: mode)
        try check(rename(temporary, path), "rename", path)
        try synchronize(directoryOf: path)
    }

    /// Moves a file or directory, and waits until the move is on the disk.
    static func move(_ path: String, to target: String) throws(StoreError) {
        try check(rename(path, target), "rename", target)
        try synchronize(directoryOf: target)
    }

    /// Waits until the names in a directory are on the disk.
    static func synchronize(_ directory: String) throws(StoreError) {
        let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(file, "open", directory)
        defer { close(file) }
        try check(fsync(file), "fsync", directory)
    }

    /// The names in a directory without `.` and `..`; empty if there is no directory.
    static func names(in directory: String) throws(StoreError) -> [String] {
        do throws(FileError) {
            return try DirectoryEntry.all(in: directory).map(\.name)
        } catch .cannotOpen(_, ENOENT) {
            return []
        } catch {
            throw StoreError(error)
        }
    }

    /// Removes a file, or a directory with all its content.
    static func remove(_ path: String) throws(StoreError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else {
            throw .system(call: "unlink", path: path, errno: errno)
        }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        try check(rmdir(path), "rmdir", path)
    }

    private static func synchronize(directoryOf path: String) throws(StoreError) {
        try synchronize(parent(of: path))
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func check(
        _ result: Int32,
        _ call: String,
        _ path: String
    ) throws(StoreError) {
        if result < 0 { throw .system(call: call, path: path, errno: errno) }
    }
}
