internal import Addressing
internal import HostState
internal import OtherTables
internal import PolicyModel

/// The addresses and ports that all connections of a place have; `nil` for what differs among them.
struct CommonEnds {
    /// Where they are sent.
    var first = FilterPacket.Endpoint()

    /// Where they arrive.
    var redirected = FilterPacket.Endpoint()

    /// The ports alone.
    var withoutAddresses: CommonEnds {
        CommonEnds(first: .init(nil, first.port), redirected: .init(nil, redirected.port))
    }
}

extension Destination {
    /// What the connections of this place have in common with one of them.
    func commonEnds(with sample: SampleEnds) -> CommonEnds {
        let ranges = redirect.match.destination.addresses?.restricted(to: family).ranges
        let hasOneAddress =
            !redirect.match.destination.isLocal && ranges?.count == 1
            && ranges?.first.map { $0.bits.lowerBound == $0.bits.upperBound } == true
        let ports = redirect.match.destination.ports?.onlyRange
        let hasOnePort = ports.map { $0.lowerBound == $0.upperBound } ?? false
        var ends = CommonEnds(first: sample.sent, redirected: sample.target)
        if !hasOneAddress { ends.first.address = nil }
        if !hasOnePort { ends.first.port = nil }
        switch target {
        case .address: break
        case .port, .prefix: if !hasOneAddress { ends.redirected.address = nil }
        // An interface may have several addresses.
        case .local: if direction == .inbound { ends.redirected.address = nil }
        }
        if case .one? = target.port {} else if !hasOnePort { ends.redirected.port = nil }
        return ends
    }
}
