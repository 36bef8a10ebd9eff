internal import Addressing
internal import CLinux
internal import TrustedFiles

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
            guard depth < deepest,
                let groups = try? DirectoryEntry.all(in: "\(root)/\(parent)", onlyDirectories: true)
            else { continue }
            for group in groups {
                let path = parent.isEmpty ? group.name : "\(parent)/\(group.name)"
                paths[group.inode] = CgroupPath(path)
                rest.append((path, depth + 1))
            }
        }
        return paths
    }
}
