import GenerationModel
import Nftables
import RulesetModel

extension ManagedTable {
    /// Whether nothing can have changed since the table was last verified.
    ///
    /// Records that it was found so, and what was true then: while that is still true, the next call
    /// need not decode head and manifest, which takes longer than all the rest. `false` if a listing has
    /// to find out.
    public func isUnchanged() throws -> Bool {
        try store.checkOwner()
        let kernel = kernel()
        let known = store.verifiedFacts()
        let marker = known.split(separator: "\n").last.flatMap { Marker(chain: String($0)) }
        if let marker, known == (try facts(marker, at: kernel.generationID(), store.headState())),
            try kernel.table(name, has: marker)
        {
            store.noteVerified()
            return true
        }
        let headState = store.headState()
        guard let manifest = try cached(through: kernel) else { return false }
        if !manifest.isRemoval, let verified = try store.head().verified {
            store.noteVerified(facts(manifest.marker, at: verified.kernelGeneration, headState))
        } else {
            store.noteVerified("")
        }
        return true
    }

    /// All that ``cached(through:)`` compares, in a form that says whether any of it has changed.
    private func facts(_ marker: Marker, at count: UInt32, _ headState: String?) -> String {
        [
            boot, "\(namespace)", "\(count)", headState ?? "",
            store.fileState(of: marker.number) ?? "", store.manifestState(of: marker.number) ?? "",
            marker.chain,
        ].joined(separator: "\n")
    }
}
