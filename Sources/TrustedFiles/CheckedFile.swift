import Glibc

/// What a file is, by whichever path it was opened.
public struct FileIdentity: Sendable, Hashable {
    /// The number of its device.
    public let device: UInt

    /// Its number on that device.
    public let number: UInt

    /// Names a file.
    public init(device: UInt, number: UInt) {
        (self.device, self.number) = (device, number)
    }
}

/// An open file, with who could change it; what was looked at and what is read is the same file.
public struct CheckedFile: ~Copyable {
    /// The path by which it was opened.
    public let name: String

    /// What it is; nothing for a pipe that was handed over.
    public let identity: FileIdentity?

    /// In what way others can change the file, or which one its path leads to.
    public let dangers: [FileDanger]

    /// Whether it was open when this process began.
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
    /// Of a descriptor nothing is checked: whoever started this process chose what it leads to.
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

    /// The descriptor that a path stands for: what a shell writes for `<(…)`, or standard input.
    public static func descriptor(named path: String) -> Int32? {
        if path == "-" || path == "/dev/stdin" { return STDIN_FILENO }
        for directory in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(directory) {
            let number = path.dropFirst(directory.count)
            return Int32(number).flatMap { "\($0)" == number && $0 >= 0 ? $0 : nil }
        }
        return nil
    }

    /// Whether it begins with a character; of what was handed over, nothing is taken.
    public func begins(with character: Unicode.Scalar) -> Bool {
        var byte: UInt8 = 0
        return !isHandedOver && pread(file, &byte, 1, 0) == 1 && UInt32(byte) == character.value
    }

    /// Everything from the file; `nil` if that is more than the limit.
    ///
    /// At most one byte more than that is read, however large the file has become.
    public func contents(upTo limit: Int) throws(FileError) -> [UInt8]? {
        guard size <= limit else { return nil }
        if !isHandedOver { lseek(file, 0, SEEK_SET) }
        // One more than expected, so that the end is found without growing once more.
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
