internal import Addressing
internal import CLinux
internal import Glibc

/// The paths of this machine's control groups, by the numbers that the kernel gives them.
///
/// The number of a cgroup v2 group is the inode of its directory. The hierarchy is read once, when
/// the first path is asked for.
final class CgroupPaths {
    private static let root = CgroupPath.hierarchy
    /// systemd nests about a dozen levels; the kernel allows any number.
    private static let deepest = 64

    private var paths: [UInt64: CgroupPath]?

    /// The path of a control group; `nil` if there is none, or nft can't name it.
    func path(of number: UInt64) -> CgroupPath? {
        if let paths { return paths[number] }
        let paths = Self.all()
        self.paths = paths
        return paths[number]
    }

    private static func all() -> [UInt64: CgroupPath] {
        var paths: [UInt64: CgroupPath] = [:]
        // In another file system, the inodes do not identify control groups.
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
