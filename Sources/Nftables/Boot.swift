internal import Glibc

/// The machine's present boot.
public enum Boot {
    private static let path = "/proc/sys/kernel/random/boot_id"

    /// Returns a text that no other boot of any machine has (random(4)).
    ///
    /// Generation ids of the kernel and namespace inodes mean something within one boot only.
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
