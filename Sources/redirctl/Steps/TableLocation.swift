import Diagnostics
import GenerationModel
import Generations
import Glibc
import Nftables

/// Where a command works: the network namespace and the directory of the stores.
struct TableLocation {
    static let usualStateDir = "/var/lib/redirctl"

    /// The name of a network namespace; `nil` for the caller's own.
    var netns: String?

    /// The directory in which generations are kept.
    var stateDir = Self.usualStateDir

    /// What the environment says: `REDIRCTL_NETNS` and `REDIRCTL_STATE_DIR`.
    static var fromEnvironment: TableLocation {
        func value(_ name: String) -> String? { Environment.isSet(name) ? Environment[name] : nil }
        return TableLocation(
            netns: value("REDIRCTL_NETNS"),
            stateDir: value("REDIRCTL_STATE_DIR") ?? usualStateDir
        )
    }

    /// Enters the namespace and opens one table and its store.
    ///
    /// The kernel is asked for its generation id first, so that a caller who lacks the privilege gets
    /// that error before any other.
    func managedTable(_ name: String) throws -> ManagedTable {
        if let netns { try Self.enter(netns) }
        let namespace = try NetworkNamespace.current()
        _ = try NftKernel().generationID()
        let boot = try Boot.identity()
        let key = try key(of: namespace, table: name, boot: boot)
        return ManagedTable(
            name: name,
            store: Store(directory: directory(key, name)),
            boot: boot,
            namespace: namespace.inode,
            cookie: NetworkNamespace.cookie(),
            netns: key,
            recompiler: .thisVersion
        ) { lock in
            ProgressKernel(kernel: NftKernel(holding: lock))
        }
    }

    private func directory(_ key: String, _ table: String) -> String {
        "\(stateDir)/\(key)/\(table)"
    }

    /// The name of the namespace's directory in the state directory: `host`, a name of ip-netns(8), or
    /// `net-INODE`.
    ///
    /// A namespace can have several names, and get one later; the name that has records counts.
    ///
    /// - Throws: If the name is uncertain: the records of another namespace must not be used.
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
                    "this network namespace can't be identified (\(error)); if it is that of "
                        + "the host, say so with `--netns host`, else give its name"
                )
            }
        }
        let unnamed = "net-\(namespace.inode)"
        let names = namespace.names
        var recorded = names.filter { access(directory($0, table), F_OK) == 0 }
        // Before the machine was restarted, another namespace can have had the inode number.
        if access(directory(unnamed, table), F_OK) == 0 {
            if isOfBoot(boot, Store(directory: directory(unnamed, table))) {
                recorded.append(unnamed)
            }
        }
        guard recorded.count <= 1 else {
            throw Failure(
                "this network namespace has several names with records of table inet \(table): "
                    + recorded.map { directory($0, table) }.joined(separator: ", ")
                    + "; move away those that do not belong to it"
            )
        }
        return recorded.first ?? netns ?? names.first ?? unnamed
    }

    /// Whether a store has anything of a boot; also if its head can't be read.
    private func isOfBoot(_ boot: String, _ store: Store) -> Bool {
        // Decoding the head takes as long as all the rest of a check that has nothing to do.
        if store.wasVerified(inBoot: boot) { return true }
        // An error in the head is reported when the head is used.
        guard let head = try? store.head() else { return true }
        return [head.verified?.boot, head.trial?.boot].contains(boot)
    }

    /// Whether a namespace is another one than the caller's.
    static func isElsewhere(_ netns: String?) -> Bool {
        netns != nil && netns != NetworkNamespace.host
    }

    /// Enters a network namespace by its name.
    static func enter(_ name: String) throws {
        guard !NetworkNamespace.isNumbered(name) else {
            throw Failure(
                "`\(name)` is reserved for network namespaces without a name"
            )
        }
        do {
            try NetworkNamespace.enter(named: name)
        } catch {
            guard case .system(_, ENOENT) = error else { throw error }
            throw Failure(
                "there is no network namespace \(name.quoted); `ip netns list` names them"
            )
        }
    }
}

extension LocationOptions {
    private var location: TableLocation { TableLocation(netns: netns, stateDir: stateDir) }

    /// Enters the namespace and opens one table and its store.
    func managedTable(_ name: String) throws -> ManagedTable { try location.managedTable(name) }

    /// Enters the namespace, if one is named.
    func enter() throws {
        if let netns { try TableLocation.enter(netns) }
    }

    /// Enters the namespace and prepares libnftables for a change, before the policy takes any memory.
    ///
    /// A caller who lacks the privilege gets the error at once.
    func prepare() throws {
        try enter()
        _ = try NftKernel().generationID()
        NftKernel.prepare()
    }
}
