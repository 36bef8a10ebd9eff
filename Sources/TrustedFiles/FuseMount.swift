import CLinux
import Glibc

/// File systems that a program serves (FUSE): it shows whatever it wants, as root's if it likes.
///
/// So all that is on one belongs to the user who mounted it (mount.fuse3(8), `user_id`). Those of virtual
/// machines (virtiofs) have no such user.
enum FuseMount {
    /// The user whose program serves the file system of an open file; `nil` if no user's does.
    static func server(of file: Int32, device: dev_t) -> UInt32? {
        var isInFuse: Int32 = 0
        guard clinux_is_in_fuse(file, &isInFuse) == 0, isInFuse != 0 else { return nil }
        return server(of: device, in: mounts())
    }

    /// The same, by the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
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
        // 100,000 mounts (fs.mount-max) have less.
        while bytes.count < 64 << 20 {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
