internal import Glibc

/// The current boot of the machine.
public enum Boot {
    private static let path = "/proc/sys/kernel/random/boot_id"

    /// Returns a text that identifies the boot among all boots of all machines (random(4)).
    ///
    /// The kernel's generation ids and namespace inodes can be compared within one boot only.
    public static func identity() throws(KernelError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .failed(path, errno: errno) }
        defer { close(file) }
        return try withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) {
            (buffer) throws(KernelError) -> String in
            let count = read(file, buffer.baseAddress, buffer.count)
            guard count > 0 else { throw .failed(path, errno: errno) }
            return String(decoding: buffer.prefix(count).prefix { $0 > 0x20 }, as: UTF8.self)
        }
    }
}

/// The versions of the kernel and of libnftables on this machine.
public enum PlatformVersions {
    /// The version of libnftables, such as `1.0.6`; `nil` if the library can't be run.
    public static var libnftables: String? { Libnftables.version() }

    /// The name and release of the kernel, such as `Linux 6.1.0-35-amd64` (uname(2)); `nil` on
    /// failure.
    public static var kernel: String? {
        var names = utsname()
        guard uname(&names) == 0 else { return nil }
        return "\(text(names.sysname)) \(text(names.release))"
    }

    /// Whether the kernel's release is lower than a version; `false` if it is not known.
    static func isKernel(before major: Int, _ minor: Int) -> Bool {
        guard let numbers = kernel?.firstMatch(of: /\ ([0-9]+)\.([0-9]+)/),
            let first = Int(numbers.1), let second = Int(numbers.2)
        else { return false }
        return (first, second) < (major, minor)
    }

    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
