/// One instruction of a rule (`struct nft_expr_ops`), with registers by their first byte.
public enum Instruction: Sendable, Hashable {
    /// A register as the offset of its first byte among the kernel's 64 bytes of registers.
    public typealias RegisterOffset = Int

    /// Loads a property of the packet into a register.
    case load(PacketField, length: Int, to: RegisterOffset)
    /// Loads something that is not simulated.
    case loadUnknown(String, length: Int, to: RegisterOffset)
    /// `(register & mask) ^ xor`.
    case bitwise(RegisterOffset, mask: [UInt8], xor: [UInt8], to: RegisterOffset)
    /// Changes the byte order of numbers of `size` bytes.
    case byteorder(RegisterOffset, length: Int, size: Int, to: RegisterOffset)
    /// Loads constant bytes.
    case constant([UInt8], to: RegisterOffset)
    /// Goes on only if the comparison is true.
    case compare(RegisterOffset, Comparison, [UInt8])
    /// Goes on only if the register is within the range, or outside if negated.
    case range(RegisterOffset, isNegated: Bool, from: [UInt8], to: [UInt8])
    /// Goes on only if the set has the key, or has not if negated.
    case find(RegisterOffset, in: String, isNegated: Bool)
    /// Loads the value that a map has for the key; goes on only if there is one.
    case map(RegisterOffset, by: String, to: RegisterOffset)
    /// Executes the verdict that a map has for the key; goes on only if there is one.
    case obey(RegisterOffset, by: String)
    /// Ends the rule with a verdict.
    case verdict(Verdict)
    /// Sets the packet mark, or the mark of the connection.
    case setMark(RegisterOffset, isOfConnection: Bool)
    /// Sets both marks to something that is not simulated.
    case forgetMarks
    /// Writes to the packet's header.
    case changeHeader
    /// Makes connection tracking ignore the packet.
    case notrack
    /// Goes on only if a match of iptables (`-m`) is true.
    case match(IptablesMatch)
    /// Goes on only if something is true that is not simulated.
    case unknownCondition(String)
    /// Does something to the packet that is not simulated, and that may end the rule.
    case unknownAction(String)

    /// The comparisons of `cmp` (`enum nft_cmp_ops`).
    public enum Comparison: UInt32, Sendable, Hashable {
        case equal = 0
        case unequal = 1
        case less = 2
        case atMost = 3
        case greater = 4
        case atLeast = 5
    }
}

/// What a rule decides about a packet.
public enum Verdict: Sendable, Hashable {
    /// The base chain ends, and later ones go on.
    case accept
    /// The packet ends here.
    case drop
    /// The packet ends here, and its sender is told.
    case reject
    /// A process decides.
    case queue
    /// A chain is called.
    case jump(String)
    /// A chain is called that does not come back.
    case goto(String)
    /// The calling chain goes on.
    case `return`
    /// The destination changes: DNAT, or nftables' own `redirect`.
    case translate(Translation)
    /// The source changes; the base chain ends.
    case translateSource
    /// A socket of this machine gets the packet (`tproxy`).
    case tproxy
    /// Connection tracking ignores the packet, so no NAT is done.
    case notrack
    /// Something that is not simulated happens.
    case unknown

    /// A new destination, as far as it is known.
    public struct Translation: Sendable, Hashable {
        /// Where the new address is.
        public var address: Part

        /// Where the new port is.
        public var port: Part

        /// Whether the address is that of this machine.
        public var isToThisMachine: Bool

        /// Creates a translation.
        public init(address: Part, port: Part, isToThisMachine: Bool = false) {
            self.address = address
            self.port = port
            self.isToThisMachine = isToThisMachine
        }

        /// A part of a destination.
        public enum Part: Sendable, Hashable {
            /// The part stays.
            case same
            /// The part is in a register.
            case register(Instruction.RegisterOffset)
            /// The part has these bytes.
            case bytes([UInt8])
            /// The part can't be told.
            case unknown
        }
    }
}

/// A match of iptables that is understood.
public enum IptablesMatch: Sendable, Hashable {
    /// The ports of TCP or UDP.
    case ports(
        source: ClosedRange<UInt16>,
        isSourceNegated: Bool,
        destination: ClosedRange<UInt16>,
        isDestinationNegated: Bool
    )
    /// One of the ports of `multiport`.
    case multiport([ClosedRange<UInt16>], isOfSource: Bool, isOfDestination: Bool, isNegated: Bool)
    /// One of the states or statuses of a connection, by the bits of `xt_conntrack.h`.
    case state(UInt16, isNegated: Bool)
    /// The type of the destination address, by the bits of `xt_addrtype.h`.
    case destinationType(UInt16, isNegated: Bool)
    /// A header that packets of connections do not have.
    case otherHeader
}

/// A property of a packet that an instruction loads.
public enum PacketField: Sendable, Hashable {
    /// A key of `meta` (`enum nft_meta_keys`).
    case meta(UInt32)
    /// Bytes of a header (`enum nft_payload_bases`).
    case payload(base: UInt32, offset: Int)
    /// A key of `ct` (`enum nft_ct_keys`), and the direction that it is asked for.
    case connection(UInt32, isReply: Bool)
    /// An answer of the routing table (`enum nft_fib_result`) and what it is asked for
    /// (`enum nft_fib_flags`).
    case route(result: UInt32, flags: UInt32)
}
