import Addressing
public import PolicyModel

/// Which parts of a policy its tests reach.
///
/// A redirect is reached if a test's connection is decided by it, a target if one can go there, and an
/// exception if it lets one go that the redirect would otherwise decide. What is disabled does not count.
public struct TestCoverage: Sendable {
    /// A part of a policy.
    public enum Part: Sendable {
        /// A redirect.
        case redirect
        /// One of its targets, with its place among them.
        case target(Target, Int)
        /// An entry of its `except`, by its place.
        case exception(Int)
    }

    /// A part that no test reaches.
    public struct Gap: Sendable {
        /// The redirect.
        public let redirect: Redirect

        /// The part of it.
        public let part: Part
    }

    /// The parts of one kind.
    public struct Parts: Sendable {
        /// How many there are.
        public fileprivate(set) var total = 0

        /// How many of them tests reach.
        public fileprivate(set) var reached = 0

        /// Those that no test reaches, in the order of the policy; at most ``mostGaps``.
        ///
        /// Of a redirect that no test reaches, the targets and exceptions are left out.
        public fileprivate(set) var gaps: [Gap] = []

        /// How many ``gaps`` there would be without the limit.
        public fileprivate(set) var gapCount = 0
    }

    /// The redirects.
    public private(set) var redirects = Parts()

    /// The targets of redirects.
    public private(set) var targets = Parts()

    /// The exceptions of redirects.
    public private(set) var exceptions = Parts()

    /// How many parts of a kind are listed.
    public static let mostGaps = 1000

    init(of policy: Policy, _ reach: TestReach) {
        for (index, redirect) in policy.redirects.enumerated() where redirect.isEnabled {
            let families = reach.families[index]
            redirects.total += 1
            add(redirect, .redirect, to: \.redirects, isReached: families != nil)
            for (place, target) in redirect.decision.targets.enumerated() {
                targets.total += 1
                guard let families else { continue }
                let isReached = !target.families.isDisjoint(with: families)
                add(redirect, .target(target, place), to: \.targets, isReached: isReached)
            }
            for place in redirect.exceptions.indices {
                let isReached = reach.exceptions[index]?.contains(place) ?? false
                exceptions.total += 1
                guard families != nil || isReached else { continue }
                add(redirect, .exception(place), to: \.exceptions, isReached: isReached)
            }
        }
    }

    private mutating func add(
        _ redirect: Redirect,
        _ part: Part,
        to parts: WritableKeyPath<TestCoverage, Parts>,
        isReached: Bool
    ) {
        guard !isReached else {
            self[keyPath: parts].reached += 1
            return
        }
        self[keyPath: parts].gapCount += 1
        guard self[keyPath: parts].gapCount <= Self.mostGaps else { return }
        self[keyPath: parts].gaps.append(Gap(redirect: redirect, part: part))
    }
}

/// What the tests of a policy reach, by the places of its redirects.
struct TestReach: Sendable {
    /// The families of the connections that a redirect decides.
    private(set) var families: [Int: Set<IPFamily>] = [:]

    /// The exceptions that let a connection go.
    private(set) var exceptions: [Int: Set<Int>] = [:]

    /// A redirect decides a connection.
    mutating func decide(_ index: Int, _ family: IPFamily) {
        families[index, default: []].insert(family)
    }

    /// A redirect would decide a connection, but for its exceptions.
    mutating func except(_ index: Int, _ redirect: Redirect, _ packet: FirstPacket) {
        for (place, exception) in redirect.exceptions.enumerated()
        where exception.mismatchedKey(of: packet) == nil {
            exceptions[index, default: []].insert(place)
        }
    }
}
