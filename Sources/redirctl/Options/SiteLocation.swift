import Generations
import Glibc
import Nftables

/// Where a command works, once its options are known.
struct SiteLocation {
    static let usualStateDir = "/var/lib/redirctl"

    /// The name of a network namespace; nothing for the caller's own.
    var netns: String?

    /// The directory in which generations are kept.
    var stateDir = Self.usualStateDir

    /// Enters the namespace and names the site of one table.
    ///
    /// The kernel is asked for its generation id first: whoever may not even do that should hear of
    /// it before anything else.
    func site(table: String) throws -> Site {
        if let netns { try Self.enter(netns) }
        let namespace = try NetworkNamespace.current()
        _ = try NftKernel().generation()
        let store = Store(directory: "\(stateDir)/\(namespace.key)/\(table)")
        return Site(
            table: table,
            store: store,
            boot: try Boot.identity(),
            namespace: namespace.inode
        ) { lock in
            NftKernel(holding: lock)
        }
    }

    /// Enters a network namespace by its name.
    static func enter(_ name: String) throws {
        do {
            try NetworkNamespace.enter(named: name)
        } catch {
            guard case .system(_, ENOENT) = error else { throw error }
            throw Failure("there is no network namespace `\(name)`; `ip netns list` names them")
        }
    }
}
