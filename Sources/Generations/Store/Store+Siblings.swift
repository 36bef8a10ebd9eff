import GenerationModel

extension Store {
    /// The other tables of the network namespace to which a policy was applied last.
    ///
    /// A policy that names another table in its settings leaves the one before as it is. What can't be
    /// read of other stores is passed over: it is not this one's matter. A policy is known by its
    /// absolute path.
    public func otherTables(of policy: String) -> [String] {
        siblings { $0.applied?.policy == policy }
    }

    /// The other tables of the network namespace to which something is applied.
    public func otherTables() -> [String] { siblings { $0.applied != nil } }

    /// The manifest of the current generation; `nil` if it can't be read, or removed the table.
    private var applied: Manifest? {
        guard let number = try? head().current, let manifest = try? manifest(of: number) else {
            return nil
        }
        return manifest.isRemoval ? nil : manifest
    }

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
