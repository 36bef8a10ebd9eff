import Glibc

/// The bytes of a policy's file, and what is to be said of the file itself.
struct PolicyFile {
    /// The name by which findings call it.
    let name: String

    /// The contents, or nothing where there are more than allowed or they must not be used.
    let bytes: [UInt8]?

    /// Why root must not use the contents.
    let dangers: [FilePermissions.Danger]

    /// Reads standard input to its end.
    init(standardInputUpTo limit: Int) throws(PolicyFileError) {
        name = "<stdin>"
        dangers = []
        bytes = try Self.contents(of: STDIN_FILENO, named: name, upTo: limit)
    }

    /// Reads a file; what is looked at and what is read is the same open file.
    init(path: String, upTo limit: Int, checksPermissions: Bool) throws(PolicyFileError) {
        name = path
        // Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .cannotRead(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
        dangers =
            checksPermissions && geteuid() == 0
            ? FilePermissions.dangers(
                of: FilePermissions.Facts(path: path, status),
                below: try Self.directories(above: path)
            ) : []
        bytes =
            dangers.isEmpty && status.st_size <= limit
            ? try Self.contents(of: file, named: path, upTo: limit) : nil
    }

    private static func contents(
        of file: Int32,
        named name: String,
        upTo limit: Int
    ) throws(PolicyFileError) -> [UInt8]? {
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            switch count {
            case 0: return contents
            case ..<0 where errno == EINTR: continue
            case ..<0: throw .cannotRead(path: name, errno: errno)
            default:
                guard contents.count + count <= limit else { return nil }
                contents += buffer[..<count]
            }
        }
    }

    /// All directories above a file, after following every symbolic link.
    private static func directories(
        above path: String
    ) throws(PolicyFileError) -> [FilePermissions.Facts] {
        guard let resolved = realpath(path, nil) else {
            throw .cannotOpen(path: path, errno: errno)
        }
        defer { free(resolved) }
        var rest = String(cString: resolved)[...]
        var directories: [FilePermissions.Facts] = []
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            let directory = rest.isEmpty ? "/" : String(rest)
            var status = stat()
            guard stat(directory, &status) == 0 else {
                throw .cannotRead(path: directory, errno: errno)
            }
            directories.append(FilePermissions.Facts(path: directory, status))
        }
        return directories
    }
}

extension FilePermissions.Facts {
    fileprivate init(path: String, _ status: stat) {
        self.init(path: path, owner: status.st_uid, mode: status.st_mode & 0o7777)
    }
}
