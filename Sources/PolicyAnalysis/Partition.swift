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

    /// The redirect at which splitting ended, and why; `nil` if there is no ``rest``.
    private(set) var end: (redirect: Int, reason: End)?

    /// Why connections are not split any further.
    enum End {
        /// The exceptions of the redirect leave too many boxes.
        case exceptions
        /// There are too many parts or boxes.
        case size
    }

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
            guard let theirs = space.boxes(of: redirect, among: left) else {
                (rest, end) = (left, (index, .exceptions))
                return
            }
            let decided = left.flatMap { box in theirs.compactMap { box.intersection($0) } }
            guard !decided.isEmpty else { continue }
            guard parts.count < limit, decided.count <= most,
                let less = left.subtracting(theirs, most: most)
            else {
                (rest, end) = (left, (index, .size))
                return
            }
            parts.append(Part(redirect: index, boxes: decided))
            left = less
        }
        if !left.isEmpty { parts.append(Part(redirect: nil, boxes: left)) }
    }
}

extension PacketSpace {
    /// The packets that a redirect decides if no earlier one does, and others that are not among some
    /// boxes.
    ///
    /// Of thousands of exceptions, only those count that packets of the boxes meet.
    ///
    /// - Returns: Disjoint boxes; `nil` if the exceptions leave more than `most`.
    func boxes(of redirect: Redirect, among boxes: [Box], most: Int = 1024) -> [Box]? {
        guard redirect.isEnabled else { return [] }
        let matched = self.boxes(of: redirect.match, redirect.directions, redirect.families)
        guard !redirect.exceptions.isEmpty else { return matched }
        let inside = matched.flatMap { box in boxes.compactMap { box.intersection($0) } }
        guard !inside.isEmpty else { return [] }
        var rest = matched
        for exception in redirect.exceptions {
            let theirs = self.boxes(of: exception, redirect.directions, redirect.families)
                .filter { box in inside.contains { $0.overlaps(box) } }
            guard let less = rest.subtracting(theirs, most: most) else { return nil }
            rest = less
        }
        return rest
    }
}
