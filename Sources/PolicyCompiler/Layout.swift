public import PolicyModel
public import RulesetModel

/// How redirects are laid out over maps and rules of one base chain, and why.
public struct Layout: Sendable {
    /// Why something is a rule of its own and not looked up in a map.
    public enum Reason: Sendable, Hashable {
        /// It matches a control group, which no key can hold.
        case controlGroup
        /// It matches some bits of a packet's mark; a key holds whole marks.
        case maskedMark
        /// It matches code points; in a key, libnftables 1.0.6 stores others for IPv6.
        case codePoint
        /// It matches interfaces by the beginning of their names; a key holds whole names.
        case interfacePrefix
        /// It matches all connections, or all of a protocol: there is nothing to look up.
        case nothingToLookUp
        /// Its key would have more parts than ``MapType/mostFields``.
        case tooManyFields(Int)
        /// Its key would be longer than ``MapType/mostKeyBytes``.
        case keyTooLong
        /// It would take more elements than it is worth.
        case tooManyKeys(Int)
        /// Its ranges overlap those of others in so many ways that it would take too many elements.
        case tooManyRemainders
        /// No map can have its target.
        case target
    }

    /// A rule of the chain, in the order of the chain.
    public enum Step: Sendable {
        /// A rule looks up in a map.
        case map(MapStep)
        /// A rule of its own.
        case rule(redirect: String, because: Reason)
    }

    /// A rule that looks up in a map, and the redirects in the map.
    public struct MapStep: Sendable {
        /// The map's name.
        public let name: String

        /// The rule that looks up in it.
        public let rule: Rule

        /// The redirects in it, in the policy's order, each with the number of its elements.
        public let members: [(redirect: String, elements: Int)]
    }

    /// The direction whose connections the chain decides.
    public let direction: Direction

    /// The rules of the chain, in order.
    public internal(set) var steps: [Step] = []

    /// Redirects, or parts of them, that are left without a connection by what comes before them.
    public internal(set) var covered: [String] = []
}
