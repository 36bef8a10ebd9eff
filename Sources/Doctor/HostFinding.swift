/// Something of the host that keeps redirects from working.
public struct HostFinding: Sendable, Hashable {
    /// The kinds of findings; scripts may rely on their names.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The kernel's table is not what was applied.
        case tableDiffers = "table-differs"
        /// Connections to other hosts are not forwarded.
        case forwardingOff = "forwarding-off"
        /// What is sent to loopback addresses, or comes from them, is dropped.
        case loopbackNotRouted = "loopback-not-routed"
        /// No program waits for connections at a target on this machine.
        case noListener = "no-listener"
        /// No route leads to a target, or one that refuses packets.
        case noRoute = "no-route"
        /// A target is reached by the interface on which the connections arrive.
        case sameInterface = "same-interface"
        /// Connections from hosts at the same port of a bridge as the target are lost.
        case bridgeHairpin = "bridge-hairpin"
        /// A target is the broadcast address of a network.
        case broadcastTarget = "broadcast-target"
        /// There is no interface of a name.
        case missingInterface = "missing-interface"
        /// An interface is switched off.
        case interfaceDown = "interface-down"
        /// An interface is a port of a bridge, so nothing arrives on it.
        case bridgePort = "bridge-port"
        /// A control group does not exist.
        case missingCgroup = "missing-cgroup"
        /// A user or group has another id than when the policy was applied, or none.
        case changedAccount = "changed-account"
        /// The kernel is older than something that a redirect needs.
        case kernelTooOld = "kernel-too-old"
        /// The kernel has no module for something that a redirect needs.
        case missingModule = "missing-module"
        /// libnftables crashes on a table that is here, so nothing can be applied.
        case libraryCrashes = "library-crashes"
        /// The kernel tracks nearly as many connections as it can.
        case trackingTableFull = "tracking-table-full"
        /// Another table drops the connections.
        case blocked = "blocked-by-table"
        /// Another table sends the connections elsewhere before this one decides.
        case translatedFirst = "translated-first"
        /// Another table sends what comes to the target elsewhere, but not redirected connections.
        case published = "published-by-table"
        /// Another table keeps connection tracking from seeing the connections.
        case untracked = "untracked-by-table"
    }

    /// How much is certain.
    public enum Certainty: String, Sendable, Hashable {
        /// The connections that the sentence names will not work.
        case certain
        /// They may not work: it depends on something that can't be told from here.
        case possible
    }

    /// What mends it.
    public struct Remedy: Sendable, Hashable {
        /// The command line that mends it until the next start of the machine, or for good; `nil` if
        /// ``advice`` is all that can be said.
        public var command: String?

        /// The line and the file that keep it, for a command whose effect ends with a restart.
        public var permanent: String?

        /// What to do, in words, where no command can do it or a choice is to be made.
        public var advice: String?

        /// Creates a remedy.
        public init(command: String? = nil, permanent: String? = nil, advice: String? = nil) {
            self.command = command
            self.permanent = permanent
            self.advice = advice
        }
    }

    /// The kind.
    public let code: Code

    /// How much is certain.
    public let certainty: Certainty

    /// What is wrong and what becomes of connections, in one sentence without a full stop.
    public let sentence: String

    /// What mends it.
    public internal(set) var remedy: Remedy?

    /// The names of the redirects that it is about; empty if it is about the whole policy.
    public internal(set) var redirects: [String]

    /// Creates a finding.
    public init(
        _ code: Code,
        _ certainty: Certainty,
        of redirects: [String] = [],
        _ sentence: String,
        remedy: Remedy? = nil
    ) {
        self.code = code
        self.certainty = certainty
        self.sentence = sentence
        self.remedy = remedy
        self.redirects = redirects
    }
}
