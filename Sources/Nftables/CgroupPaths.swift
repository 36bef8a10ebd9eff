internal import Addressing
internal import CLinux
internal import Glibc

/// The control groups of this machine by their numbers.
///
/// The kernel knows a control group of version 2 by the inode of its directory.
final class CgroupPaths {
    private static let root = CgroupPath.hierarchy
    /// systemd nests about a dozen levels; the kernel allows any number.
    private static let deepest = 64

    private var paths: [UInt64: CgroupPath]?

    /// Finds the path of a control group, or nothing where there is none that nft could name.
    func path(of number: UInt64) -> CgroupPath? {
        if let paths { return paths[number] }
        let paths = Self.all()
        self.paths = paths
        return paths[number]
    }

    private static func all() -> [UInt64: CgroupPath] {
        var paths: [UInt64: CgroupPath] = [:]
        // Elsewhere, the same inodes mean something else.
        guard clinux_cgroup2_at(root) == 0 else { return paths }
        var rest = [(path: "", depth: 0)]
        while let (parent, depth) = rest.popLast() {
            guard depth < deepest, let directory = opendir("\(root)/\(parent)") else { continue }
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard name != ".", name != ".." else { continue }
                let path = parent.isEmpty ? name : "\(parent)/\(name)"
                paths[UInt64(entry.pointee.d_ino)] = CgroupPath(path)
                rest.append((path, depth + 1))
            }
        }
        return paths
    }
}
