import GenerationModel
import Generations
import Glibc
import Nftables

/// Where a command works, once its options are known.
struct TableLocation {
    static let usualStateDir = "/var/lib/redirctl"

    /// The name of a network namespace; nothing for the caller's own.
    var netns: String?

    /// The directory in which generations are kept.
    var stateDir = Self.usualStateDir

    /// Enters the namespace and opens one table and its store.
    ///
    /// The kernel is asked for its generation id first: whoever may not even do that should hear of
    /// it before anything else.
    func managedTable(_ name: String) throws -> ManagedTable {
        if let netns { try Self.enter(netns) }
        let namespace = try NetworkNamespace.current()
        _ = try NftKernel().generation()
        let boot = try Boot.identity()
        let key = try key(of: namespace, table: name, boot: boot)
        return ManagedTable(
            name: name,
            store: Store(directory: directory(key, name)),
            boot: boot,
            namespace: namespace.inode,
            recompiler: .thisVersion
        ) { lock in
            NftKernel(holding: lock)
        }
    }

    private func directory(_ key: String, _ table: String) -> String {
        "\(stateDir)/\(key)/\(table)"
    }

    /// The name under which records of a namespace are kept: `host`, a name of ip-netns(8), or
    /// `net-INODE`.
    ///
    /// A namespace can have several names, and get one later; the name that has records counts.
    ///
    /// - Throws: If it can't be told, rather than to look at the records of another name.
    private func key(
        of namespace: NetworkNamespace,
        table: String,
        boot: String
    ) throws -> String {
        if netns == NetworkNamespace.host { return NetworkNamespace.host }
        do {
            if try NetworkNamespace.isHost() { return NetworkNamespace.host }
        } catch {
            guard netns != nil else {
                throw Failure(
                    "it can't be told which network namespace this is (\(error)); if it is that of "
                        + "the host, say so with `--netns host`, else give its name"
                )
            }
        }
        let unnamed = "net-\(namespace.inode)"
        let names = namespace.names
        var recorded = names.filter { access(directory($0, table), F_OK) == 0 }
        // The number can have been another namespace's before the machine was started.
        if access(directory(unnamed, table), F_OK) == 0 {
            // What is wrong with a head is told when it is used.
            let head = try? Store(directory: directory(unnamed, table)).head()
            let boots = head.map { [$0.verified?.boot, $0.trial?.boot] }
            if boots?.contains(boot) != false { recorded.append(unnamed) }
        }
        guard recorded.count <= 1 else {
            throw Failure(
                "this network namespace has several names with records of table inet \(table): "
                    + recorded.map { directory($0, table) }.joined(separator: ", ")
                    + "; move away those that are not its own"
            )
        }
        return recorded.first ?? netns ?? names.first ?? unnamed
    }

    /// Whether a command that is given this namespace works elsewhere than its caller.
    static func isElsewhere(_ netns: String?) -> Bool {
        netns != nil && netns != NetworkNamespace.host
    }

    /// Enters a network namespace by its name.
    static func enter(_ name: String) throws {
        guard !NetworkNamespace.isNumbered(name) else {
            throw Failure(
                "`\(name)` stands for a network namespace without a name, so none can be called so"
            )
        }
        do {
            try NetworkNamespace.enter(named: name)
        } catch {
            guard case .system(_, ENOENT) = error else { throw error }
            throw Failure("there is no network namespace `\(name)`; `ip netns list` names them")
        }
    }
}
