internal import Glibc

/// The processes that have sockets open.
enum Processes {
    /// How many processes are looked at.
    private static let most = 20_000

    /// The name of a process that has a socket open; `nil` if there is none, or it can't be told.
    ///
    /// Only root can look at the processes of others.
    static func name(ofSocket inode: UInt32) -> String? {
        guard inode != 0 else { return nil }
        let wanted = "socket:[\(inode)]"
        for process in entries(of: "/proc").lazy.filter({ Int32($0) != nil }).prefix(most) {
            let directory = "/proc/\(process)/fd"
            for file in entries(of: directory) where target(of: "\(directory)/\(file)") == wanted {
                return HostFile.text("/proc/\(process)/comm", atMost: 64).map { text in
                    String(text.prefix { $0 != "\n" })
                }
            }
        }
        return nil
    }

    private static func entries(of path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                names.append(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            }
        }
        return names
    }

    private static func target(of link: String) -> String? {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            guard let bytes = buffer.baseAddress else { return nil }
            let count = readlink(link, bytes, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }
}
