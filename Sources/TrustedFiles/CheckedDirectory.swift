import Glibc

/// A directory, with who could change it, or where its path leads.
public struct CheckedDirectory: Sendable, Hashable {
    /// Its path, links resolved; where it is missing, that of the last directory before it.
    public let path: String

    /// In what way others can change what is in it.
    public let dangers: [FileDanger]

    /// Whether it is there.
    public let exists: Bool

    private let owner: UInt32
    private let mode: UInt32

    /// Looks at a directory and all that lead to it.
    ///
    /// Where directories are missing, they are made if that is asked for, with the mode 0700, but
    /// never below one that others can change.
    public init(
        path: String,
        making: Bool = false,
        trusting trust: Trust = .ofThisProcess
    ) throws(FileError) {
        var walk = try FileWalk(path, trusting: trust)
        let status = try walk.enterDirectory(making: making)
        self.path = walk.place
        dangers = walk.dangers
        exists = status != nil
        owner = status?.st_uid ?? 0
        mode = (status?.st_mode ?? 0) & 0o7777
    }

    /// What keeps a directory that is there from being one user's alone.
    public func danger(unlessOf user: UInt32) -> FileDanger? {
        guard exists, owner != user || mode & 0o022 != 0 else { return nil }
        let reason: FileDanger.Reason = owner == user ? .mode : .owner
        return FileDanger(.directory, reason, path: path, owner: owner, mode: mode)
    }

    /// The names in a directory without `.` and `..`, and who could change them; a directory that is
    /// not there has none.
    ///
    /// The corresponding C functions are `fdopendir` and `readdir`.
    public static func names(
        in path: String,
        trusting trust: Trust = .ofThisProcess
    ) throws(FileError) -> (names: [String], dangers: [FileDanger]) {
        let path = path.isEmpty ? "." : path
        var walk = try FileWalk(path, trusting: trust)
        guard try walk.enterDirectory(making: false) != nil else { return ([], walk.dangers) }
        let file = openat(walk.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        guard let stream = fdopendir(file) else {
            close(file)
            throw .cannotOpen(path: path, errno: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .cannotRead(path: path, errno: errno) }
                return (names, walk.dangers)
            }
            // A name that is no UTF-8 could not be opened by its text; it is shown as it can be.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}
