import Glibc

/// A directory, and the ways in which others could change it or where its path leads.
public struct CheckedDirectory: Sendable, Hashable {
    /// The directory's path without links; if it is missing, the path of the last existing directory.
    public let path: String

    /// The ways in which others can change the directory's contents.
    public let dangers: [FileDanger]

    /// Whether the directory exists.
    public let exists: Bool

    private let owner: UInt32
    private let mode: UInt32

    /// Checks a directory and all directories above it.
    ///
    /// With `making`, missing directories are created, with the mode 0700, but never below a directory
    /// that others can change.
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

    /// Why an existing directory is not private to a user; `nil` if it is, or does not exist.
    public func danger(unlessOf user: UInt32) -> FileDanger? {
        guard exists, owner != user || mode & 0o022 != 0 else { return nil }
        let reason: FileDanger.Reason = owner == user ? .mode : .owner
        return FileDanger(.directory, reason, path: path, owner: owner, mode: mode)
    }

    /// The names in a directory without `.` and `..`, and the ways in which others could change them.
    ///
    /// A missing directory has no names.
    public static func names(
        in path: String,
        trusting trust: Trust = .ofThisProcess
    ) throws(FileError) -> (names: [String], dangers: [FileDanger]) {
        let path = path.isEmpty ? "." : path
        var walk = try FileWalk(path, trusting: trust)
        guard try walk.enterDirectory(making: false) != nil else { return ([], walk.dangers) }
        let file = openat(walk.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        return (try DirectoryEntry.all(in: file, of: path).map(\.name), walk.dangers)
    }
}
