public import Nftables
public import RulesetModel
public import TableDiff

/// What a refused transaction was about.
public struct RefusalCause: Sendable, Hashable {
    /// The redirects whose rules or elements were refused.
    public var redirects: [String]

    /// What the refused commands need and the kernel lacks.
    public var missing: [KernelFeature]

    /// Creates a cause.
    public init(redirects: [String] = [], missing: [KernelFeature] = []) {
        self.redirects = redirects
        self.missing = missing
    }

    /// Finds the cause of an error.
    ///
    /// The places in it lead to the redirects, and an experiment shows what the kernel lacks: it
    /// answers in the same way for a missing module as for a missing object.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - commands: The commands of the transaction.
    ///   - first: The index of the first of them in the transaction.
    ///   - table: Their table.
    ///   - kernel: The kernel that refused them.
    public init(
        of error: KernelError,
        _ commands: [NftCommand],
        from first: Int = 0,
        table: String,
        on kernel: any Kernel
    ) {
        self.init()
        guard case .refused(let complaints) = error else { return }
        var features: Set<KernelFeature> = []
        var known: Set<String> = []
        for complaint in complaints {
            guard let index = complaint.command.map({ $0 - first }),
                commands.indices.contains(index)
            else { continue }
            features.formUnion(commands[index].features)
            let names = commands.redirects(of: index, table: table, at: complaint.part)
            redirects += names.filter { known.insert($0).inserted }
        }
        guard !features.isEmpty else { return }
        let lacking = kernel.missing(among: features)
        missing = KernelFeature.allCases.filter(lacking.contains)
    }
}
