import GenerationModel

extension Store {
    /// The other tables of the network namespace to which a policy was applied last.
    ///
    /// A policy that names another table in its settings leaves the one before as it is. What can't be
    /// read of other stores is passed over: it is not this one's matter. A policy is known by its
    /// absolute path.
    public func otherTables(of policy: String) -> [String] {
        siblings { other in
            guard let number = try? other.head().current,
                let manifest = try? other.manifest(of: number)
            else { return false }
            return manifest.policy == policy && !manifest.isRemoval
        }
    }

    /// The other tables of the network namespace to which something was applied.
    public var otherTables: [String] { siblings { (try? $0.head().current) != nil } }

    /// The other tables of the network namespace whose recorded trial satisfies a condition.
    func otherTrials(where isMeant: (Trial) -> Bool) -> [String] {
        siblings { (try? $0.head().trial).map(isMeant) ?? false }
    }

    private func siblings(where isMeant: (Store) -> Bool) -> [String] {
        guard let slash = directory.lastIndex(of: "/") else { return [] }
        let (parent, own) = (directory[..<slash], directory[slash...].dropFirst())
        let names = (try? DurableFiles.names(in: String(parent))) ?? []
        return names.sorted().filter {
            $0 != own && isMeant(Store(directory: "\(parent)/\($0)"))
        }
    }
}
