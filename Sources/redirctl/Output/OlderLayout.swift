import Diagnostics
import Generations
import Planning
import PolicyYAML
import RulesetModel

/// What another version of redirctl laid out.
extension Store {
    /// The version that compiled a generation's policy.
    ///
    /// A rollback takes up the rules of another generation, which may be older.
    func compiler(of manifest: Manifest) -> String {
        var manifest = manifest
        while let number = manifest.restores, number < manifest.number,
            let restored = try? self.manifest(of: number)
        {
            manifest = restored
        }
        return manifest.tool
    }

    /// Sets apart what of a difference from a generation is not the policy's doing.
    func setApartLayout(in difference: inout Difference, since former: Generation?) {
        guard difference.isSubstantial, let former, let ruleset = former.ruleset,
            !ruleset.isDraining
        else { return }
        let version = compiler(of: former.manifest)
        guard version != Version.current,
            let sources = try? sources(of: former.manifest),
            let policy = former.policy(from: sources)
        else { return }
        difference.setApartLayout(of: ruleset, now: policy.ruleset, by: version)
    }
}

extension Change {
    /// The same change, with what is not the policy's doing set apart.
    func settingApartLayout(in store: Store) -> Change {
        func setApart(_ difference: Difference, since number: Int?) -> Difference {
            var difference = difference
            store.setApartLayout(
                in: &difference,
                since: number.flatMap { try? store.generation($0) }
            )
            return difference
        }
        return switch self {
        case .applied(let number, let from, let difference):
            .applied(generation: number, from: from, setApart(difference, since: from))
        case .onTrial(let pending, let from, let difference):
            .onTrial(pending, from: from, setApart(difference, since: from))
        case .confirmed(let number, let from, let difference):
            .confirmed(generation: number, from: from, setApart(difference, since: from))
        default: self
        }
    }
}

extension Generation {
    /// The policy that it was made from, as this version reads it; `nil` if it can't be read any more.
    func policy(from sources: [StoredSource]) -> LoadedPolicy? {
        guard !sources.isEmpty else { return nil }
        return try? PolicyReader().read(
            again: sources.map { SourceText(name: $0.name, text: $0.text) },
            accounts: manifest.accounts.map {
                ResolvedAccount(kind: $0.kind, name: $0.name, id: $0.id)
            }
        )
    }
}
