internal import Addressing
internal import HostState
internal import PolicyModel

/// A place on this machine to which connections go: any of some addresses.
struct LocalPlace: Hashable {
    /// The addresses; a listener at one of them is enough.
    let addresses: [IPAddress]

    /// The interfaces by which connections can arrive there.
    let interfaces: Set<Int32>

    /// The address on which a server should listen.
    let binding: IPAddress
}

extension Destination {
    /// The ports to which connections go; `nil` if any.
    var ports: PortSet? { target.port?.ports ?? redirect.match.destination.ports }
}

extension Host {
    /// The places on this machine to which a destination leads; none if it leads elsewhere, or it is not
    /// known where.
    ///
    /// Nothing arrives over a family of which the machine has only addresses of the link.
    func localPlaces(of destination: Destination) -> [LocalPlace] {
        let family = destination.family
        // Large policies lead elsewhere, most of them.
        if let address = destination.target.address, route(to: address) != .local { return [] }
        let arrivals = arrivals(of: destination)
        let ways = destination.direction == .inbound ? arrivals : interfaces
        guard
            (destination.direction, family) == (.outbound, .ipv4)
                || ways.contains(where: { $0.isReachable(over: family) })
        else { return [] }
        let numbers = Set(
            destination.direction == .inbound
                ? arrivals.map(\.index) : interfaces.filter(\.isLoopback).map(\.index)
        )
        func place(_ addresses: [IPAddress]) -> LocalPlace {
            LocalPlace(
                addresses: addresses,
                interfaces: numbers,
                binding: addresses.count == 1 ? addresses[0] : .any(of: family)
            )
        }
        switch destination.target {
        case .address(let address, _): return [place([address])]
        case .prefix(let move): return movedPlaces(of: destination, move, place)
        case .local where destination.direction == .outbound:
            return [place([.loopback(of: family)])]
        case .local:
            let own = arrivals.flatMap { $0.addressesOfRedirect(family) }
            return own.isEmpty ? [] : [place(own)]
        case .port: return keptPlaces(of: destination, place)
        }
    }

    /// The addresses of this machine to which a prefix is moved: each is a place of its own.
    private func movedPlaces(
        of destination: Destination,
        _ move: PrefixMove,
        _ place: ([IPAddress]) -> LocalPlace
    ) -> [LocalPlace] {
        let own = interfaces.filter { !$0.isLoopback || destination.direction == .outbound }
            .flatMap(\.addresses).filter { move.destination.contains(AddressRange($0)) }
        return Set(own).sorted().filter { route(to: $0) == .local }.map { place([$0]) }
    }

    /// The places of connections that keep their destination address, if it is one of this machine.
    private func keptPlaces(
        of destination: Destination,
        _ place: ([IPAddress]) -> LocalPlace
    ) -> [LocalPlace] {
        let (family, match) = (destination.family, destination.redirect.match.destination)
        if let named = match.addresses {
            guard !match.isLocal, named.rangeCount <= 16 else { return [] }
            return named.ranges.compactMap { range in
                guard range.family == family, range.bits.lowerBound == range.bits.upperBound,
                    let address = IPAddress(family: family, bits: range.bits.lowerBound),
                    route(to: address) == .local
                else { return nil }
                return place([address])
            }
        }
        guard match.isLocal else { return [] }
        let own = interfaces.filter { !$0.isLoopback || destination.direction == .outbound }
            .flatMap(\.addresses).filter { $0.family == family }
        return own.isEmpty ? [] : [place(own)]
    }
}

extension NetworkInterface {
    /// Whether it has an address of a family that others than its neighbours can reach.
    func isReachable(over family: IPFamily) -> Bool {
        !isLoopback && addresses.contains { $0.family == family && !$0.isLinkLocal }
    }

    /// The addresses to which nftables' `redirect` can lead what arrives here.
    fileprivate func addressesOfRedirect(_ family: IPFamily) -> [IPAddress] {
        let own = addresses.filter { $0.family == family }
        return family == .ipv4 ? Array(own.prefix(1)) : own.filter { !$0.isLinkLocal }
    }
}

extension IPAddress {
    /// Whether it can be reached from the same link only.
    fileprivate var isLinkLocal: Bool {
        family == .ipv4 ? bits >> 16 == 0xA9FE : bits >> 118 == 0x3FA
    }
}
