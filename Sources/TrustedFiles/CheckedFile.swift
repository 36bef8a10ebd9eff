import Glibc

/// The identity of a file, whatever path it was opened by.
public struct FileIdentity: Sendable, Hashable {
    /// The number of the file's device.
    public let device: UInt

    /// The file's inode.
    public let number: UInt

    /// Creates an identity from its parts.
    public init(device: UInt, number: UInt) {
        (self.device, self.number) = (device, number)
    }
}

/// An open file, and the ways in which others could change it; the checked file is the one that is
/// read.
public struct CheckedFile: ~Copyable {
    /// The path that the file was opened by, or a name for a descriptor.
    public let name: String

    /// The file's identity; `nil` unless it is a regular file.
    public let identity: FileIdentity?

    /// The ways in which others can change the file, or which file its path leads to.
    public let dangers: [FileDanger]

    /// Whether the file was already open when this process started.
    public let isHandedOver: Bool

    private let file: Int32
    private let size: Int

    /// Opens a regular file.
    public init(path: String, trusting trust: Trust = .ofThisProcess) throws(FileError) {
        var walk = try FileWalk(path, trusting: trust)
        let (file, status) = try walk.openFile()
        self.file = file
        name = path
        identity = FileIdentity(status)
        dangers = walk.dangers
        isHandedOver = false
        size = Int(status.st_size)
    }

    /// Opens what a command line names: a regular file, or a descriptor, such as `-`.
    ///
    /// Nothing is checked for a descriptor, because the caller of this process chose its file.
    public init(
        named path: String,
        trusting trust: Trust = .ofThisProcess
    ) throws(FileError) {
        guard let descriptor = Self.descriptor(named: path) else {
            try self.init(path: path, trusting: trust)
            return
        }
        try self.init(descriptor, named: path)
    }

    private init(_ descriptor: Int32, named path: String) throws(FileError) {
        file = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard file >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        let isRegular = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        name = descriptor == STDIN_FILENO ? "<stdin>" : "<descriptor \(descriptor)>"
        identity = isRegular ? FileIdentity(status) : nil
        dangers = []
        isHandedOver = true
        size = isRegular ? Int(status.st_size) : 0
    }

    deinit { close(file) }

    /// The descriptor that a path stands for, such as `-` or what a shell passes for `<(…)`; `nil` for
    /// other paths.
    public static func descriptor(named path: String) -> Int32? {
        if path == "-" || path == "/dev/stdin" { return STDIN_FILENO }
        for directory in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(directory) {
            let number = path.dropFirst(directory.count)
            return Int32(number).flatMap { "\($0)" == number && $0 >= 0 ? $0 : nil }
        }
        return nil
    }

    /// Whether the file begins with a character; `false` for a descriptor, from which nothing is read.
    public func begins(with character: Unicode.Scalar) -> Bool {
        var byte: UInt8 = 0
        return !isHandedOver && pread(file, &byte, 1, 0) == 1 && UInt32(byte) == character.value
    }

    /// The whole content of the file; `nil` if it is longer than a limit, in bytes.
    ///
    /// At most one byte more than the limit is read, even if the file grows meanwhile.
    public func contents(upTo limit: Int) throws(FileError) -> [UInt8]? {
        guard size <= limit else { return nil }
        if !isHandedOver { lseek(file, 0, SEEK_SET) }
        // One byte more than expected, so that the end is found without growing the array.
        let expected = isHandedOver ? max(size, 1 << 16) : size
        var contents = [UInt8](repeating: 0, count: min(expected, limit) + 1)
        var filled = 0
        while true {
            let count = contents.withUnsafeMutableBytes { bytes in
                read(file, bytes.baseAddress.map { $0 + filled }, bytes.count - filled)
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
                    let more = min(contents.count, limit + 1 - contents.count)
                    contents += [UInt8](repeating: 0, count: more)
                }
            }
        }
    }
}

extension FileIdentity {
    fileprivate init(_ status: stat) {
        self.init(device: UInt(status.st_dev), number: UInt(status.st_ino))
    }
}
