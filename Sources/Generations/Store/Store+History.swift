public import GenerationModel

/// How long the history grows.
extension Store {
    /// How many generations are kept.
    public static let historyLimit = 50

    /// How many of these may never have been live: a policy that the kernel refuses every five
    /// minutes must not push out what one could return to.
    static let neverLiveLimit = 10

    /// Removes the oldest generations beyond the limits, and the remains of killed commands.
    ///
    /// What the head names always stays.
    public func prune(_ head: Head) throws(StoreError) {
        for name in try DurableFiles.names(in: generationsPath)
        where name.hasSuffix(".new") || name.hasSuffix(".old") {
            try DurableFiles.remove("\(generationsPath)/\(name)")
        }
        for number in Self.superfluous(of: try numbers(), head) {
            let trash = "\(folder(of: number)).old"
            try DurableFiles.move(folder(of: number), to: trash)
            try DurableFiles.remove(trash)
        }
    }

    static func superfluous(of numbers: [Int], _ head: Head) -> [Int] {
        let neverLive = numbers.filter { head.outcomes[$0] != nil }.dropLast(neverLiveLimit)
        let others = numbers.filter { !neverLive.contains($0) }
        let named = [head.current, head.confirmed, head.intent, head.trial?.generation]
        return (neverLive + others.dropLast(historyLimit)).filter { !named.contains($0) }
    }
}
