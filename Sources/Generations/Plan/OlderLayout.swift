public import GenerationModel
public import RulesetModel
import TableDiff

/// Compiles the policies of earlier generations as this version of redirctl does.
///
/// That tells what differs only because another version compiled the same policy.
public struct Recompiler: Sendable {
    /// This version of redirctl.
    let version: String

    /// What this version makes of a generation's policy, given its texts; `nil` if it can't be read
    /// any more.
    let ruleset: @Sendable (Generation, [StoredSource]) -> Ruleset?

    /// Creates a recompiler.
    public init(
        version: String,
        ruleset: @escaping @Sendable (Generation, [StoredSource]) -> Ruleset?
    ) {
        self.version = version
        self.ruleset = ruleset
    }
}

extension Store {
    /// The version that compiled a generation's policy.
    ///
    /// A rollback takes up the rules of another generation, which may be older.
    public func compiler(of manifest: Manifest) -> String {
        var manifest = manifest
        while let number = manifest.restores, number < manifest.number,
            let restored = try? self.manifest(of: number)
        {
            manifest = restored
        }
        return manifest.tool
    }
}

extension ManagedTable {
    /// Sets apart what of a difference between two generations is not the policy's doing.
    ///
    /// They are given by their numbers; the target has none if this version has just compiled it.
    func setApartLayout(in difference: inout Difference, from former: Int?, to target: Int?) {
        guard difference.isSubstantial, let former, let recompiler,
            let made = try? store.manifest(of: former)
        else {
            return
        }
        let before = store.compiler(of: made)
        let after =
            target.flatMap { try? store.manifest(of: $0) }.map(store.compiler) ?? recompiler.version
        guard before != after, let generation = try? store.generation(former),
            let ruleset = generation.ruleset, let present = recompiled(generation)
        else { return }
        let wanted =
            after == recompiler.version
            ? difference.wanted : target.flatMap { try? store.generation($0) }.flatMap(recompiled)
        guard let wanted else { return }
        difference.setApartLayout(
            of: ruleset,
            now: present,
            wanted: wanted,
            after == recompiler.version
                ? .olderLayout(version: before) : .olderLayoutComesBack(version: after)
        )
    }

    /// What this version makes of a generation's policy; `nil` if it can't be read any more.
    private func recompiled(_ generation: Generation) -> Ruleset? {
        guard let recompiler else { return nil }
        guard let ruleset = generation.ruleset, !ruleset.isDraining else { return nil }
        if store.compiler(of: generation.manifest) == recompiler.version { return ruleset }
        return (try? store.sources(of: generation.manifest)).flatMap {
            recompiler.ruleset(generation, $0)
        }
    }
}
