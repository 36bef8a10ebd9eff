internal import Addressing
internal import HostState
internal import OtherTables
internal import PolicyModel

/// The ends of one of the connections that a redirect decides.
struct SampleEnds: Hashable {
    /// The client.
    let source: FilterPacket.Endpoint

    /// Where it is sent.
    let sent: FilterPacket.Endpoint

    /// Where it arrives.
    let target: FilterPacket.Endpoint
}

extension Destination {
    /// The ends of the connection that is tried; of several ports or addresses, the first one is.
    ///
    /// Of a prefix that is moved, it is the connection that gets the address `moved`.
    func sampleEnds(at arrival: NetworkInterface?, to moved: IPAddress? = nil) -> SampleEnds {
        var sent = redirect.destination(of: family, at: arrival)
        if let move = target.move, let moved { sent.address = move.origin.address(at: moved) }
        return SampleEnds(
            source: redirect.source(of: family),
            sent: sent,
            target: endpoint(of: sent, at: arrival)
        )
    }

    /// Whether the ends depend on the interface on which a connection arrives.
    var endsDependOnArrival: Bool {
        guard direction == .inbound else { return false }
        if case .local = target { return true }
        return redirect.match.destination.addresses?.restricted(to: family).ranges.first == nil
    }

    /// The target of a connection that was sent somewhere.
    fileprivate func endpoint(
        of sent: FilterPacket.Endpoint,
        at arrival: NetworkInterface?
    ) -> FilterPacket.Endpoint {
        var end = sent
        switch target {
        case .port: break
        case .address(let address, _): end.address = address
        case .prefix(let move): end.address = sent.address.flatMap { move($0) } ?? end.address
        case .local:
            end.address =
                direction == .outbound ? .loopback(of: family) : arrival?.usualAddress(of: family)
        }
        switch target.port {
        case nil: break
        case .one(let port): end.port = port.number
        case .shift(let shift):
            end.port = sent.port.flatMap { Port($0) }.flatMap { shift($0) }?.number
        }
        return end
    }
}

extension NetworkInterface {
    /// The address to which connections to this machine are sent; `nil` if it can't be told.
    fileprivate func usualAddress(of family: IPFamily) -> IPAddress? {
        addresses.first { $0.family == family }
    }
}

extension Redirect {
    /// The clients, if there is only one.
    fileprivate func source(of family: IPFamily) -> FilterPacket.Endpoint {
        let range = match.source.addresses?.restricted(to: family).ranges
        let only = range?.count == 1 ? range?.first : nil
        let address = only.flatMap { range in
            range.bits.lowerBound == range.bits.upperBound
                ? IPAddress(family: family, bits: range.bits.lowerBound) : nil
        }
        let ports = match.source.ports?.onlyRange
        let port = ports.flatMap { $0.lowerBound == $0.upperBound ? $0.lowerBound.number : nil }
        return FilterPacket.Endpoint(address, port)
    }

    /// The first address and port that its connections are sent to.
    fileprivate func destination(
        of family: IPFamily,
        at arrival: NetworkInterface?
    ) -> FilterPacket.Endpoint {
        let port = match.destination.ports?.ranges.first?.lowerBound.number
        if let range = match.destination.addresses?.restricted(to: family).ranges.first {
            // The first address of a network is no host.
            let bits = range.bits.lowerBound
            let isWide = range.bits.upperBound - bits > 2
            return FilterPacket.Endpoint(
                IPAddress(family: family, bits: isWide ? bits + 1 : bits),
                port
            )
        }
        return FilterPacket.Endpoint(arrival?.usualAddress(of: family), port)
    }
}
