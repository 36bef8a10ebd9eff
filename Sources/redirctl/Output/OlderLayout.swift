import Diagnostics
import GenerationModel
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

    /// Sets apart what of a difference between two generations is not the policy's doing.
    ///
    /// They are given by their numbers; the target has none if this version has just compiled it.
    func setApartLayout(in difference: inout Difference, from former: Int?, to target: Int?) {
        guard difference.isSubstantial, let former, let made = try? manifest(of: former) else {
            return
        }
        let before = compiler(of: made)
        let after = target.flatMap { try? manifest(of: $0) }.map(compiler) ?? Version.current
        guard before != after, let generation = try? self.generation(former),
            let ruleset = generation.ruleset, let present = recompiled(generation)
        else { return }
        let wanted =
            after == Version.current
            ? difference.after : target.flatMap { try? self.generation($0) }.flatMap(recompiled)
        guard let wanted else { return }
        difference.setApartLayout(
            of: ruleset,
            now: present,
            wanted: wanted,
            after == Version.current
                ? .olderLayout(version: before) : .olderLayoutComesBack(version: after)
        )
    }

    /// What this version makes of a generation's policy; `nil` if it can't be read any more.
    private func recompiled(_ generation: Generation) -> Ruleset? {
        guard let ruleset = generation.ruleset, !ruleset.isDraining else { return nil }
        if compiler(of: generation.manifest) == Version.current { return ruleset }
        return (try? sources(of: generation.manifest)).flatMap {
            generation.policy(from: $0)?.ruleset
        }
    }
}

extension Change {
    /// The same change, with what is not the policy's doing set apart.
    func settingApartLayout(in store: Store) -> Change {
        func setApart(_ difference: Difference, from former: Int?, to number: Int) -> Difference {
            var difference = difference
            store.setApartLayout(in: &difference, from: former, to: number)
            return difference
        }
        return switch self {
        case .applied(let number, let from, let difference):
            .applied(
                generation: number,
                from: from,
                setApart(difference, from: from, to: number)
            )
        case .onTrial(let pending, let from, let difference):
            .onTrial(
                pending,
                from: from,
                setApart(difference, from: from, to: pending.trial.generation)
            )
        case .confirmed(let number, let from, let difference):
            .confirmed(
                generation: number,
                from: from,
                setApart(difference, from: from, to: number)
            )
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
