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
