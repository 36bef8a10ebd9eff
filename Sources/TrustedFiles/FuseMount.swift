import CLinux
import Glibc

/// File systems that a user's program serves (FUSE).
///
/// The program chooses the owners of its files, so all files count as those of the user who mounted the
/// file system (mount.fuse3(8), `user_id`). The file systems of virtual machines (virtiofs) have no such
/// user.
enum FuseMount {
    /// The user whose program serves the file system of an open file; `nil` if no program does.
    static func server(of file: Int32, device: dev_t) -> UInt32? {
        var isInFuse: Int32 = 0
        guard clinux_is_in_fuse(file, &isInFuse) == 0, isInFuse != 0 else { return nil }
        return server(of: device, in: mounts())
    }

    /// The user of a device in the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
    static func server(of device: dev_t, in mounts: String) -> UInt32? {
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & ~0xFF & 0xFFFF_FFFF
        let number = "\(major):\(minor)"
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == number, let options = fields.last else { continue }
            for option in options.split(separator: ",") where option.hasPrefix("user_id=") {
                return UInt32(option.dropFirst("user_id=".count))
            }
        }
        return nil
    }

    private static func mounts() -> String {
        let file = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        // More than the text of 100,000 mounts, the default limit (fs.mount-max).
        while bytes.count < 64 << 20 {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
