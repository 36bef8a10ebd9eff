import CLinux
import Glibc

/// A path that is followed one component at a time, from the root of the file system.
///
/// Each component is opened in the directory that was opened and checked before it, so nobody can
/// replace a directory between the check and its use. `realpath` followed by checks of each path would
/// have that race, and it would resolve the links of `/proc` in another way than the kernel.
struct FileWalk: ~Copyable {
    /// The maximum number of links in a path, as in the kernel (path_resolution(7)).
    private static let mostLinks = 40

    private let path: String
    private let trust: Trust

    /// The descriptor of the current directory, and its path without links.
    private(set) var directory: Int32
    private(set) var place: String

    /// The remaining components, the next one last.
    private var rest: [[CChar]]
    private var links = 0

    /// The device of the last checked file, and the user whose program serves it; `nil` if none does.
    private var device: dev_t = 0
    private var server: UInt32?

    /// The ways in which others can change what the path leads to.
    private(set) var dangers: [FileDanger] = []

    /// Begins a walk at the root, or at the working directory after checking all directories above it.
    init(_ path: String, trusting trust: Trust) throws(FileError) {
        (self.path, self.trust) = (path, trust)
        rest = Self.components(of: path.utf8)
        (directory, place) = (-1, "/")
        guard !path.isEmpty else { throw .cannotOpen(path: path, errno: ENOENT) }
        if path.utf8.first == UInt8(ascii: "/") {
            try startAtRoot()
        } else {
            try startAtWorkingDirectory()
        }
    }

    deinit { if directory >= 0 { close(directory) } }

    /// Follows the path to a file and opens it for reading.
    mutating func openFile() throws(FileError) -> (file: Int32, status: stat) {
        while let name = rest.popLast() {
            let entry = try open(at: directory, name)
            let type = entry.status.st_mode & S_IFMT
            guard rest.isEmpty, type != S_IFDIR, type != S_IFLNK else {
                try pass(entry, name)
                continue
            }
            close(entry.file)
            guard type == S_IFREG else { break }
            return try openFile(name)
        }
        throw .notARegularFile(path: path)
    }

    /// Follows the path to a directory, and returns its status; `nil` if the path has a missing
    /// directory.
    ///
    /// With `making`, missing directories are created, with the mode 0700, unless the path has dangers
    /// so far.
    mutating func enterDirectory(making: Bool) throws(FileError) -> stat? {
        while let name = rest.popLast() {
            var entry = try openIfThere(name)
            if entry == nil, making, dangers.isEmpty {
                let missing = path(of: name)
                guard mkdir(missing, 0o700) == 0 || errno == EEXIST else {
                    throw .cannotMake(path: missing, errno: errno)
                }
                entry = try open(at: directory, name)
            }
            guard let entry else { return nil }
            try pass(entry, name)
        }
        return try status(of: directory)
    }

    // MARK: - Components

    private typealias Entry = (file: Int32, status: stat)

    private func open(at place: Int32, _ name: [CChar]) throws(FileError) -> Entry {
        var entry: Int32 = -1
        let error = clinux_open_entry(place, name, &entry)
        guard error == 0 else { throw .cannotOpen(path: path, errno: error) }
        do throws(FileError) {
            return (entry, try status(of: entry))
        } catch {
            close(entry)
            throw error
        }
    }

    private func openIfThere(_ name: [CChar]) throws(FileError) -> Entry? {
        do throws(FileError) {
            return try open(at: directory, name)
        } catch {
            guard case .cannotOpen(_, ENOENT) = error else { throw error }
            return nil
        }
    }

    private func status(of file: Int32) throws(FileError) -> stat {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .cannotOpen(path: path, errno: errno) }
        return status
    }

    /// Enters a directory, or follows a link.
    private mutating func pass(_ entry: Entry, _ name: [CChar]) throws(FileError) {
        let type = entry.status.st_mode & S_IFMT
        if type == S_IFDIR {
            enter(entry, path(of: name))
            return
        }
        defer { close(entry.file) }
        guard type == S_IFLNK else { throw .cannotOpen(path: path, errno: ENOTDIR) }
        try follow(entry, path(of: name))
    }

    private mutating func enter(_ entry: Entry, _ path: String) {
        if directory >= 0 { close(directory) }
        (directory, place) = (entry.file, path)
        note(.directory, entry, at: path)
    }

    private mutating func follow(_ link: Entry, _ name: String) throws(FileError) {
        note(.link, link, at: name)
        try refuseProc(link.file, name)
        links += 1
        guard links <= Self.mostLinks else { throw .cannotOpen(path: path, errno: ELOOP) }
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(link.file, "", &text, text.count)
        guard count > 0 else { throw .cannotOpen(path: path, errno: count < 0 ? errno : ENOENT) }
        guard count < text.count else { throw .cannotOpen(path: path, errno: ENAMETOOLONG) }
        let bytes = text[..<count].map { UInt8(bitPattern: $0) }
        rest += Self.components(of: bytes)
        if bytes.first == UInt8(ascii: "/") { try startAtRoot() }
    }

    private mutating func openFile(_ name: [CChar]) throws(FileError) -> Entry {
        // O_NONBLOCK: somebody may have put a pipe there meanwhile, and opening it must not block.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let file = openat(directory, name, flags)
        guard file >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        do throws(FileError) {
            let status = try status(of: file)
            guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
            let name = path(of: name)
            try refuseProc(file, name)
            note(.file, (file, status), at: name)
            return (file, status)
        } catch {
            close(file)
            throw error
        }
    }

    private func refuseProc(_ file: Int32, _ name: String) throws(FileError) {
        var isInProc: Int32 = 0
        let error = clinux_is_in_proc(file, &isInProc)
        guard error == 0 else { throw .cannotOpen(path: path, errno: error) }
        guard isInProc == 0 else { throw .inProc(path: name) }
    }

    private mutating func note(_ kind: FileDanger.Kind, _ entry: Entry, at path: String) {
        let status = entry.status
        if status.st_dev != device {
            device = status.st_dev
            server = FuseMount.server(of: entry.file, device: status.st_dev)
        }
        let found = FileDanger.all(
            of: kind,
            at: path,
            owner: server ?? status.st_uid,
            mode: status.st_mode & 0o7777,
            trusting: trust
        )
        // A path can lead through a directory twice.
        for danger in found where !dangers.contains(danger) { dangers.append(danger) }
    }

    // MARK: - The beginning

    private mutating func startAtRoot() throws(FileError) {
        enter(try open(at: AT_FDCWD, Self.component("/")), "/")
    }

    private mutating func startAtWorkingDirectory() throws(FileError) {
        if try startByName() { return }
        var (name, below) = (Self.workingDirectory ?? ".", try open(at: AT_FDCWD, Self.here))
        enter(below, name)
        var file: Int32 = -1
        defer { if file >= 0 { close(file) } }
        while true {
            let above: Entry
            do throws(FileError) {
                above = try open(at: below.file, Self.above)
            } catch .cannotOpen(_, EACCES) {
                // Without access to the directory above, the dangers above can't be checked.
                return
            }
            if file >= 0 { close(file) }
            file = above.file
            let isRoot =
                above.status.st_dev == below.status.st_dev
                && above.status.st_ino == below.status.st_ino
            if isRoot { return }
            name = Self.parent(of: name)
            note(.directory, above, at: name)
            below = above
        }
    }

    /// Walks from the root to the working directory.
    ///
    /// - Returns: Whether that succeeded. It fails if the directory was moved or covered by a mount, or
    ///   if the caller may not search a directory above it.
    private mutating func startByName() throws(FileError) -> Bool {
        guard let name = Self.workingDirectory, name.hasPrefix("/") else { return false }
        let here = try open(at: AT_FDCWD, Self.here)
        defer { close(here.file) }
        var walk = try FileWalk(name, trusting: trust)
        guard let status = try? walk.enterDirectory(making: false),
            status.st_dev == here.status.st_dev, status.st_ino == here.status.st_ino
        else { return false }
        directory = fcntl(walk.directory, F_DUPFD_CLOEXEC, 0)
        guard directory >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        (place, dangers) = (walk.place, walk.dangers)
        (device, server) = (walk.device, walk.server)
        return true
    }

    private static let here = component(".")
    private static let above = component("..")

    // MARK: - Names

    private static var workingDirectory: String? {
        guard let directory = getcwd(nil, 0) else { return nil }
        defer { free(directory) }
        return String(cString: directory)
    }

    private func path(of name: [CChar]) -> String {
        switch String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) {
        case ".": place
        case "..": Self.parent(of: place)
        case let name: place.hasSuffix("/") ? place + name : "\(place)/\(name)"
        }
    }

    /// The path of the directory above; `PATH/..` for a working directory without an absolute path.
    private static func parent(of path: String) -> String {
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return path + "/.." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The components of a path as C strings, in reverse order.
    private static func components(of path: some BidirectionalCollection<UInt8>) -> [[CChar]] {
        let slash = UInt8(ascii: "/")
        var components = path.split(separator: slash).map { component($0) }
        // A path that ends in a slash must lead to a directory.
        if path.last == slash { components.append(here) }
        return components.reversed()
    }

    private static func component(_ name: some Sequence<UInt8>) -> [CChar] {
        name.map { CChar(bitPattern: $0) } + [0]
    }

    private static func component(_ name: StaticString) -> [CChar] {
        component(name.description.utf8)
    }
}
