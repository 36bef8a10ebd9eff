internal import Glibc

/// The modules of the running kernel (modules.builtin and modules.dep, depmod(8)).
public struct KernelModules: Sendable {
    private static let mostBytes = 1 << 24

    private let builtIn: Set<String>?
    private let loadable: Set<String>?

    /// Reads the lists of a directory; without arguments, those of the running kernel.
    public init(in directory: String? = nil) {
        guard let directory = directory ?? Self.usualDirectory else {
            (builtIn, loadable) = (nil, nil)
            return
        }
        func names(_ file: String) -> Set<String>? {
            HostFile.text("\(directory)/\(file)", atMost: Self.mostBytes).map { text in
                Set(text.utf8.split(separator: UInt8(ascii: "\n")).map { Self.name($0) })
            }
        }
        (builtIn, loadable) = (names("modules.builtin"), names("modules.dep"))
    }

    /// Whether the kernel has a module or can load it; `nil` if the lists can't be read.
    public func contains(_ name: String) -> Bool? {
        if access("/sys/module/\(name)", F_OK) == 0 { return true }
        guard let builtIn, let loadable else { return nil }
        return builtIn.contains(name) || loadable.contains(name)
    }

    private static var usualDirectory: String? {
        HostFile.text("/proc/sys/kernel/osrelease", atMost: 128).map { text in
            "/lib/modules/\(text.prefix { $0 != "\n" })"
        }
    }

    /// The name in a line such as `kernel/net/netfilter/nft_nat.ko.xz: …`.
    private static func name(_ line: Substring.UTF8View) -> String {
        let path = line.prefix { $0 != UInt8(ascii: ":") }
        let file = path[
            (path.lastIndex(of: UInt8(ascii: "/")).map(path.index(after:)) ?? path.startIndex)...
        ]
        let name = file.prefix { $0 != UInt8(ascii: ".") }
        // Both are the same to modprobe(8); the kernel has the latter.
        return String(
            decoding: name.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 },
            as: UTF8.self
        )
    }
}
