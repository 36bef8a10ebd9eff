import Glibc

/// The bytes of a policy's file, and what is to be said of the file itself.
struct PolicyFile {
    /// The name by which findings call it.
    let name: String

    /// What it is, or nothing for standard input.
    let identity: FileIdentity?

    /// The contents, or nothing where there are more than allowed or they must not be used.
    let bytes: [UInt8]?

    /// Why root must not use the contents.
    let dangers: [FilePermissions.Danger]

    /// Names a text that was kept.
    init(kept bytes: [UInt8], named name: String, identity: FileIdentity) {
        self.name = name
        self.identity = identity
        self.bytes = bytes
        dangers = []
    }

    /// Reads standard input to its end.
    init(standardInputUpTo limit: Int) throws(PolicyFileError) {
        name = "<stdin>"
        identity = nil
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
        identity = FileIdentity(device: UInt(status.st_dev), number: UInt(status.st_ino))
        dangers =
            checksPermissions && geteuid() == 0
            ? try FilePermissions.dangers(
                of: FilePermissions.Facts(path: path, status),
                below: Self.directories(above: path),
                trusting: Self.trustedOwners()
            ) : []
        bytes =
            dangers.isEmpty && status.st_size <= limit
            ? try Self.contents(of: file, named: path, expecting: Int(status.st_size), upTo: limit)
            : nil
    }

    /// Everything from an open file to its end, or nothing where that is more than the limit.
    private static func contents(
        of file: Int32,
        named name: String,
        expecting size: Int = 1 << 16,
        upTo limit: Int
    ) throws(PolicyFileError) -> [UInt8]? {
        // One more than expected, so that the end is found without growing once more.
        var contents = [UInt8](repeating: 0, count: size + 1)
        var filled = 0
        while true {
            let count = contents.withUnsafeMutableBytes { bytes in
                Glibc.read(file, bytes.baseAddress.map { $0 + filled }, bytes.count - filled)
            }
            switch count {
            case 0:
                contents.removeSubrange(filled...)
                return contents
            case ..<0 where errno == EINTR: continue
            case ..<0: throw .cannotRead(path: name, errno: errno)
            default:
                filled += count
                guard filled <= limit else { return nil }
                if filled == contents.count {
                    contents += [UInt8](repeating: 0, count: contents.count)
                }
            }
        }
    }

    /// Whose files root may rely on: root's own.
    ///
    /// In a user namespace also those of nobody: there the real root's files are shown as nobody's,
    /// and whoever is behind them is outside of what this root can protect.
    private static func trustedOwners() throws(PolicyFileError) -> Set<UInt32> {
        let map = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC)
        guard map >= 0 else { return [0] }
        defer { close(map) }
        let bytes = try contents(of: map, named: "/proc/self/uid_map", upTo: 1 << 16) ?? []
        let numbers = String(decoding: bytes, as: UTF8.self)
            .split { $0 == " " || $0 == "\n" }.map(String.init)
        let isInitial = numbers == ["0", "0", "4294967295"]
        return isInitial ? [0] : [0, 65_534]
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
