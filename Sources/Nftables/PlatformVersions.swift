internal import Glibc

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
