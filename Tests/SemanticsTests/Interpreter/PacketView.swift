import Addressing
import PolicyModel
import RulesetModel

/// What rules can see of a packet at a hook.
struct PacketView {
    /// What a connection was before its destination was translated.
    struct Original {
        var source: IPAddress
        var destination: IPAddress
        var sourcePort: Port?
        var destinationPort: Port?
    }

    var hook: Hook
    var protocolNumber: UInt8
    var source: IPAddress
    var destination: IPAddress
    var sourcePort: Port?
    var destinationPort: Port?
    var isToThisMachine = false
    var inputInterface: String?
    var outputInterface: String?
    var process: FirstPacket.Process?
    var mark: UInt32?
    var dscp: CodePoint?
    var original: Original?

    /// Whether its destination has changed, and its labels; a first packet has neither.
    var isRedirected = false
    var labels: Set<ConnectionLabel> = []

    var family: IPFamily { destination.family }

    /// The packet where destinations are decided.
    init(_ packet: FirstPacket) {
        switch packet.payload {
        case .transport(let transport, _, _): protocolNumber = transport.number
        case .portless(let number): protocolNumber = number
        }
        source = packet.source
        destination = packet.destination
        sourcePort = packet.sourcePort
        destinationPort = packet.destinationPort
        isToThisMachine = packet.isToThisMachine
        mark = packet.mark
        dscp = packet.dscp
        switch packet.origin {
        case .inbound:
            hook = .prerouting
            inputInterface = packet.interface
        case .outbound(let process):
            hook = .output
            outputInterface = packet.interface
            self.process = process
        }
    }

    /// The packet where sources are decided, on its way to a place.
    ///
    /// Its interface, process and mark may be others by then; no rule may ask for them.
    init(
        _ packet: FirstPacket,
        leavingFor address: IPAddress,
        _ port: Port?,
        _ labels: Set<ConnectionLabel>
    ) {
        self.init(packet)
        original = Original(
            source: source,
            destination: destination,
            sourcePort: sourcePort,
            destinationPort: destinationPort
        )
        let isToItself = isToThisMachine && address == destination
        isRedirected = address != destination || port != destinationPort
        self.labels = labels
        hook = .postrouting
        destination = address
        destinationPort = port
        isToThisMachine = false
        (inputInterface, process, mark, dscp) = (nil, nil, nil, nil)
        outputInterface = isToItself ? "lo" : nil
    }
}
