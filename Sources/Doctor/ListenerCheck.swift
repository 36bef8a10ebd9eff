internal import Addressing
internal import HostState
internal import PolicyModel

/// Finds out whether a program waits for connections at the targets on this machine.
struct ListenerCheck<State: Host> {
    private let host: State
    private var answers: [Question: Bool] = [:]

    /// Whether somebody listens at a place.
    private struct Question: Hashable {
        let place: LocalPlace
        let transport: TransportProtocol
        let ports: ClosedRange<Port>
    }

    init(_ host: State) { self.host = host }

    /// Examines the places of one target, which differ in their families.
    ///
    /// A port that is not known is taken to be in use.
    mutating func examine(_ destinations: [Destination], _ findings: inout FindingList) {
        guard let first = destinations.first, let ports = first.ports,
            let transports = first.redirect.match.protocols
        else { return }
        let places = destinations.flatMap { host.localPlaces(of: $0) }
        for transport in transports.sorted() where host.listeners.known.contains(transport) {
            for range in ports.ranges {
                let silent = places.filter { place in
                    !isAnswered(Question(place: place, transport: transport, ports: range))
                }
                if !silent.isEmpty { report(silent, transport, range, first, &findings) }
            }
        }
    }

    private mutating func isAnswered(_ question: Question) -> Bool {
        if let known = answers[question] { return known }
        let place = question.place
        let answer = host.listeners.on(question.ports, question.transport).contains { listener in
            place.addresses.contains { listener.receives($0, on: place.interfaces) }
        }
        answers[question] = answer
        return answer
    }

    private func report(
        _ places: [LocalPlace],
        _ transport: TransportProtocol,
        _ ports: ClosedRange<Port>,
        _ destination: Destination,
        _ findings: inout FindingList
    ) {
        let addresses = places.flatMap(\.addresses)
        let shown = addresses.prefix(3).map { Self.text($0, ports) }
        let rest = addresses.count > 3 ? " and \(addresses.count - 3) more addresses" : ""
        let place = "\(transport) \(shown.joined(separator: ", "))\(rest)"
        // Whoever redirects a range expects listeners that come and go.
        let isRange = ports.size > 1
        findings.add(
            .noListener,
            isRange ? .possible : .certain,
            of: destination.redirect.name,
            about: place
        ) {
            let near = nearest(to: ports, transport)
            let words = near.map { "; " + sentence(about: $0, besides: transport) } ?? ""
            return (
                "nothing listens on \(place), so connections \(isRange ? "may be" : "are") refused"
                    + words,
                .init(advice: advice(for: places, transport, ports, near))
            )
        }
    }

    private func advice(
        for places: [LocalPlace],
        _ transport: TransportProtocol,
        _ ports: ClosedRange<Port>,
        _ near: Listener?
    ) -> String {
        let binding = places.map { Self.text($0.binding, ports) }.joined(separator: " and ")
        guard let near, near.transport == transport else {
            return "start a server that listens on \(transport) \(binding)"
        }
        // What it listens on now may be what the other family needs.
        guard near.families.isDisjoint(with: places.map(\.binding.family)) else {
            return "let the server listen on \(binding)"
        }
        let isForBoth = near.address == nil && near.families == [.ipv4]
        let both = Self.text(.any(of: .ipv6), ports)
        let alone = binding == both ? "that address" : both
        return "let the server also listen on \(binding)"
            + (isForBoth ? ", or on \(alone) alone for both families" : "")
    }

    /// A listener with which the target may have been confused: one on the same port at another address,
    /// or else of another protocol.
    private func nearest(to ports: ClosedRange<Port>, _ transport: TransportProtocol) -> Listener? {
        let others = TransportProtocol.allCases.filter { $0 != transport }
        return ([transport] + others).lazy.compactMap { transport in
            host.listeners.on(ports, transport).min { $0.inode < $1.inode }
        }.first
    }

    private func sentence(
        about listener: Listener,
        besides transport: TransportProtocol
    ) -> String {
        let address = listener.address ?? .any(of: listener.families == [.ipv4] ? .ipv4 : .ipv6)
        let place = Port(listener.port).map { address.text(withPort: $0) } ?? "\(address)"
        let how = listener.transport == transport ? "" : "\(listener.transport) "
        return "\(host.program(of: listener) ?? "a program") listens on \(how)\(place)"
    }

    private static func text(_ address: IPAddress, _ ports: ClosedRange<Port>) -> String {
        guard ports.size > 1 else { return address.text(withPort: ports.lowerBound) }
        let text = PortSet.text(of: ports)
        return address.family == .ipv4 ? "\(address):\(text)" : "[\(address)]:\(text)"
    }
}

extension IPAddress {
    /// The address on which a program listens for all addresses of a family.
    static func any(of family: IPFamily) -> IPAddress {
        // It exists in both families.
        IPAddress(family: family, bits: 0) ?? .loopback(of: family)
    }
}
