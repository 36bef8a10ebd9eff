/// A chain as the kernel has it.
public struct LiveChain: Sendable, Hashable {
    /// What attaches a chain to a hook.
    public enum Attachment: Sendable, Hashable, CustomStringConvertible {
        /// A regular chain: other chains jump to it.
        case none
        /// A NAT base chain at a hook we use, policy `accept`: what ``BaseChain`` can say.
        case nat(BaseChain.Head)
        /// The same but for policy `drop`: the kernel drops every connection that no rule decides.
        case dropping(BaseChain.Head)
        /// Any other base chain, as nft would write it: `type filter hook input priority 0; …`.
        case other(String)

        /// Where the chain runs, if that is a place where ours do.
        public var head: BaseChain.Head? {
            switch self {
            case .nat(let head), .dropping(let head): head
            case .none, .other: nil
            }
        }

        /// The attachment in nft's language; empty for a regular chain.
        public var description: String {
            switch self {
            case .none: ""
            case .nat(let head): head.text
            case .dropping(let head): head.text(policy: "drop")
            case .other(let text): text
            }
        }
    }

    /// The chain's name.
    public var name: String

    /// The kernel's number for it.
    public var handle: Handle

    /// How it is attached.
    public var attachment: Attachment

    /// Its rules, in order.
    public var rules: [LiveRule]

    /// Creates a chain.
    public init(
        name: String,
        handle: Handle,
        attachment: Attachment = .none,
        rules: [LiveRule] = []
    ) {
        self.name = name
        self.handle = handle
        self.attachment = attachment
        self.rules = rules
    }

    var isEmptyRegularChain: Bool { attachment == .none && rules.isEmpty }
}
