public import GenerationModel
public import Nftables

/// One table in one network namespace, with the store of its generations.
public struct ManagedTable: Sendable {
    /// The table's name; its family is `inet`.
    public let name: String

    /// The store of its generations.
    public let store: Store

    /// The running boot (`/proc/sys/kernel/random/boot_id`).
    public let boot: String

    /// The inode number of the network namespace.
    public let namespace: UInt64

    /// A number that no other network namespace of the boot has; `nil` if the kernel does not tell.
    public let cookie: UInt64?

    /// The name of the network namespace among the records, such as `host`.
    public let netns: String

    /// Reads the clocks.
    public let now: @Sendable () -> ClockReading

    /// Is told of everything that happens to the table.
    public var observe: @Sendable (TableEvent) -> Void = { _ in }

    /// Compiles the policies of earlier generations; `nil` if older layouts are not recognised.
    let recompiler: Recompiler?

    private let openKernel: @Sendable (_ lock: Int32?) -> any Kernel

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - name: The table's name.
    ///   - store: The store of its generations.
    ///   - boot: The running boot's identity.
    ///   - namespace: The inode number of the network namespace.
    ///   - cookie: A number that no other network namespace of the boot has.
    ///   - netns: The name of the network namespace among the records.
    ///   - recompiler: Compiles the policies of earlier generations.
    ///   - now: Reads the clocks.
    ///   - kernel: Opens the kernel, given the file that has the lock, if there is one.
    public init(
        name: String,
        store: Store,
        boot: String,
        namespace: UInt64,
        cookie: UInt64? = nil,
        netns: String = NetworkNamespace.host,
        recompiler: Recompiler? = nil,
        now: @escaping @Sendable () -> ClockReading = ClockReading.system,
        kernel: @escaping @Sendable (_ lock: Int32?) -> any Kernel
    ) {
        self.name = name
        self.store = store
        self.boot = boot
        self.namespace = namespace
        self.cookie = cookie
        self.netns = netns
        self.recompiler = recompiler
        self.now = now
        openKernel = kernel
    }

    /// The error that nothing was ever applied to this table.
    public func noGeneration() -> ApplyError {
        .noGeneration(table: name, others: store.otherTables())
    }

    /// The other tables of the network namespace whose trial goes on by its record.
    ///
    /// A trial that the kernel has ended stays recorded until a command records its end.
    func otherTrials() -> [String] {
        let now = now()
        return store.otherTrials { trial in
            restart(since: trial) == nil
                && (trial.guardian != .kernel || trial.millisecondsLeft(at: now) > 0)
        }
    }

    func kernel(holding lock: Int32? = nil) -> any Kernel { openKernel(lock) }
}
