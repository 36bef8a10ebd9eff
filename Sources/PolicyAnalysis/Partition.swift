import Addressing
import PolicyModel

/// Connections, split by which redirect of a policy decides them.
struct Partition {
    /// Connections that one redirect decides.
    struct Part {
        /// The redirect, by its place in the policy; `nil` for those that none matches.
        let redirect: Int?

        /// The connections; disjoint, and never empty.
        let boxes: [Box]
    }

    /// The parts in the order of the policy; what none matches comes last.
    private(set) var parts: [Part] = []

    /// What is not split any further, because it would take too many boxes.
    private(set) var rest: [Box] = []

    /// Splits some connections.
    ///
    /// - Parameters:
    ///   - boxes: The connections; disjoint.
    ///   - policy: The policy that decides them.
    ///   - space: A space that was made with the policy.
    ///   - limit: The parts at which splitting ends.
    ///   - most: How many boxes a step may take.
    init(
        _ boxes: [Box],
        by policy: Policy,
        in space: PacketSpace,
        atMost limit: Int = .max,
        most: Int = 20_000
    ) {
        var left = boxes
        for (index, redirect) in policy.redirects.enumerated() where redirect.isEnabled {
            guard !left.isEmpty else { return }
            guard let theirs = space.boxes(of: redirect) else {
                rest = left
                return
            }
            let decided = left.flatMap { box in theirs.compactMap { box.intersection($0) } }
            guard !decided.isEmpty else { continue }
            guard parts.count < limit, decided.count <= most,
                let less = left.subtracting(theirs, most: most)
            else {
                rest = left
                return
            }
            parts.append(Part(redirect: index, boxes: decided))
            left = less
        }
        if !left.isEmpty { parts.append(Part(redirect: nil, boxes: left)) }
    }
}
