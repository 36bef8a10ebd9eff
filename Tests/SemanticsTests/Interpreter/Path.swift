import Addressing
import PolicyModel
import RulesetModel

/// One way that a packet can take through a ruleset, as far as it has come.
struct Path {
    /// What is left for the packet to do.
    enum State {
        /// The next rule.
        case going
        /// The rule after the jump, or `nil` if there was none.
        case returned
        /// Nothing.
        case decided
    }

    var state = State.going

    /// What has been done to it.
    var effect: Effect

    /// How often it comes this way.
    var chance = Fraction.whole

    /// The redirects that the jumps to where it is belong to.
    var jumps: [String?] = []

    /// The labels that it has got; nothing takes one away.
    var labels: Set<ConnectionLabel> = []

    /// The hashes that it can have, by their modulus: all rules see the same.
    private var hashes: [UInt32: ClosedRange<UInt32>] = [:]

    init(_ place: Outcome.Place) { effect = Effect(place: place) }

    /// The path that ends here, by a rule or an element of a redirect.
    func deciding(for redirect: String?) -> Path {
        var path = self
        path.state = .decided
        path.effect.redirects = Set((jumps + [redirect]).map { $0 ?? "nobody" })
        return path
    }

    /// Where it goes from a draw: those ways that have any chance.
    func drawing(_ draw: LoadBalancing) -> [(path: Path, isDrawn: Bool)] {
        let all = possible(draw)
        var drawn: [(ClosedRange<UInt32>, Bool)] = []
        if all.overlaps(draw.range) {
            drawn.append((all.clamped(to: draw.range), true))
        }
        if all.lowerBound < draw.range.lowerBound {
            let last = Swift.min(all.upperBound, draw.range.lowerBound - 1)
            drawn.append((all.lowerBound...last, false))
        }
        if all.upperBound > draw.range.upperBound {
            let first = Swift.max(all.lowerBound, draw.range.upperBound + 1)
            drawn.append((first...all.upperBound, false))
        }
        return drawn.map { numbers, isDrawn in
            var path = self
            path.effect.draws.insert(draw.method)
            path.chance = chance * Fraction(numbers.size, of: all.size)
            if draw.method == .sourceHash { path.hashes[draw.modulus] = numbers }
            return (path, isDrawn)
        }
    }

    private func possible(_ draw: LoadBalancing) -> ClosedRange<UInt32> {
        let all = 0...(draw.modulus - 1)
        switch draw.method {
        case .random, .increasing: return all
        case .sourceHash: return hashes[draw.modulus] ?? all
        }
    }
}

extension ClosedRange<UInt32> {
    fileprivate var size: UInt128 { UInt128(upperBound - lowerBound) + 1 }
}
