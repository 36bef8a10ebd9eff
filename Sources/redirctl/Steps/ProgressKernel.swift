import Nftables
import RulesetModel

/// The kernel, with a line of progress for each request that takes long.
struct ProgressKernel: Kernel {
    let kernel: NftKernel

    func table(_ name: String) throws(KernelError) -> LiveTable? {
        try doing("reading table inet \(name)") { () throws(KernelError) in
            try kernel.table(name)
        }
    }

    func ruleTexts(
        of table: String,
        _ handles: Set<Handle>
    ) throws(KernelError) -> [Handle: String] {
        try doing("listing table inet \(table)") { () throws(KernelError) in
            try kernel.ruleTexts(of: table, handles)
        }
    }

    func table(
        _ name: String,
        only keys: [String: [MapKey]]
    ) throws(KernelError) -> LiveTable? {
        try doing("reading what changed in table inet \(name)") { () throws(KernelError) in
            try kernel.table(name, only: keys)
        }
    }

    func table(_ name: String, has marker: Marker?) throws(KernelError) -> Bool {
        try kernel.table(name, has: marker)
    }

    func lease(of table: String) throws(KernelError) -> LiveLease? {
        try kernel.lease(of: table)
    }

    func commit(_ commands: [String]) throws(KernelError) {
        let noun = commands.count == 1 ? "command" : "commands"
        try doing(
            "sending \(commands.count) \(noun) to the kernel",
            then: "recording the result"
        ) { () throws(KernelError) in
            try kernel.commit(commands)
        }
    }

    func missing(among features: Set<KernelFeature>) -> Set<KernelFeature> {
        kernel.missing(among: features)
    }

    func generationID() throws(KernelError) -> UInt32 { try kernel.generationID() }

    private func doing<Result>(
        _ step: String,
        then next: String = "comparing",
        _ request: () throws(KernelError) -> Result
    ) throws(KernelError) -> Result {
        Progress.step(step)
        defer { Progress.step(next) }
        return try request()
    }
}
