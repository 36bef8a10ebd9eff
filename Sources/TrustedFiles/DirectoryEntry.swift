import Glibc

/// An entry of a directory, which is never `.` or `..`.
public struct DirectoryEntry: Sendable, Hashable {
    /// The entry's name; U+FFFD replaces bytes that are not UTF-8.
    public let name: String

    /// The entry's inode.
    public let inode: UInt64

    /// Reads a directory in the order of the file system.
    ///
    /// With `onlyDirectories`, all other entries are left out, and those whose type the file system
    /// does not report. With `atMost`, the rest is not read. The corresponding C function is `readdir`.
    public static func all(
        in path: String,
        onlyDirectories: Bool = false,
        atMost most: Int = .max
    ) throws(FileError) -> [DirectoryEntry] {
        let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        return try all(in: file, of: path, onlyDirectories: onlyDirectories, atMost: most)
    }

    /// Reads an open directory, and closes it.
    static func all(
        in file: Int32,
        of path: String,
        onlyDirectories: Bool = false,
        atMost most: Int = .max
    ) throws(FileError) -> [DirectoryEntry] {
        guard let stream = fdopendir(file) else {
            let error = errno
            close(file)
            throw .cannotOpen(path: path, errno: error)
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        while entries.count < most {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .cannotRead(path: path, errno: errno) }
                return entries
            }
            guard !onlyDirectories || entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            entries.append(DirectoryEntry(name: name, inode: UInt64(entry.pointee.d_ino)))
        }
        return entries
    }
}
