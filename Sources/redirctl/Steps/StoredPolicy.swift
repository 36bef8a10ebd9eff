import Diagnostics
import GenerationModel
import Generations
import PolicyYAML

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

extension Recompiler {
    /// Compiles as this version of the program does.
    static let thisVersion = Recompiler(version: Version.current) { generation, sources in
        generation.policy(from: sources)?.ruleset
    }
}
