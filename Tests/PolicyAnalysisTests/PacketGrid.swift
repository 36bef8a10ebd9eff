import Addressing
import PolicyModel

/// Every packet that can be made of some values.
struct PacketGrid {
    struct Destination {
        let family: IPFamily
        let bits: UInt128
        let isToThisMachine: Bool
    }

    struct Client {
        let family: IPFamily
        let bits: UInt128
    }

    let origins: [FirstPacket.Origin]
    let destinations: [Destination]
    let clients: [Client]
    let ports: [UInt16]
    let interfaces: [String]
    let marks: [UInt32]

    /// The packets.
    var packets: [FirstPacket] {
        var packets: [FirstPacket] = []
        for destination in destinations {
            for client in clients where client.family == destination.family {
                for (origin, port) in product(origins, ports) {
                    for (interface, mark) in product(interfaces, marks) {
                        let packet = packet(origin, destination, client, port, interface, mark)
                        if let packet { packets.append(packet) }
                    }
                }
            }
        }
        return packets
    }

    private func packet(
        _ origin: FirstPacket.Origin,
        _ destination: Destination,
        _ client: Client,
        _ port: UInt16,
        _ interface: String,
        _ mark: UInt32
    ) -> FirstPacket? {
        guard let source = IPAddress(family: client.family, bits: client.bits),
            let address = IPAddress(family: destination.family, bits: destination.bits),
            let from = Port(40_000), let to = Port(port), let dscp = CodePoint(0)
        else { return nil }
        return FirstPacket(
            origin: origin,
            payload: .transport(.tcp, source: from, destination: to),
            source: source,
            destination: address,
            isToThisMachine: destination.isToThisMachine,
            interface: interface,
            mark: mark,
            dscp: dscp
        )
    }

    private func product<One, Another>(
        _ some: [One],
        _ others: [Another]
    ) -> [(One, Another)] {
        some.flatMap { one in others.map { (one, $0) } }
    }
}

// MARK: - Values that policies tell apart

extension PacketGrid {
    /// The grid with one value of those for which every match and exception answers the same.
    ///
    /// A match asks for each part of a packet by itself. So a redirect that decides some packet
    /// also decides one of the smaller grid.
    func telling(apart policies: [Policy]) -> PacketGrid {
        reduced(for: policies) {
            "\($0.family)"
        } port: { _ in
            0
        }
    }

    /// The same, with every destination and port: where a packet goes depends on them.
    ///
    /// What becomes of its source depends on whether it is sent to this machine.
    func telling(apartWithPlaces policies: [Policy]) -> PacketGrid {
        let masquerades = policies.contains { $0.redirects.contains { $0.masquerade != nil } }
        return reduced(for: policies) {
            "\($0.bits) \(masquerades && $0.isToThisMachine)"
        } port: {
            $0
        }
    }

    private func reduced(
        for policies: [Policy],
        destination: (Destination) -> String,
        port: (UInt16) -> UInt16
    ) -> PacketGrid {
        let redirects = policies.flatMap(\.redirects)
        let matches = redirects.flatMap { [$0.match] + $0.exceptions }
        let masqueraded = redirects.compactMap(\.masquerade?.clients)
            .map { Match(source: Match.Endpoint(addresses: $0)) }
        let (anyOrigin, anyPort) = (origins[0], ports[0])
        let (anyInterface, anyMark) = (interfaces[0], marks[0])
        func other(_ family: IPFamily) -> (Destination, Client)? {
            guard let destination = destinations.first(where: { $0.family == family }),
                let client = clients.first(where: { $0.family == family })
            else { return nil }
            return (destination, client)
        }
        func packet(
            _ family: IPFamily = .ipv4,
            origin: FirstPacket.Origin? = nil,
            destination: Destination? = nil,
            client: Client? = nil,
            port: UInt16? = nil,
            interface: String? = nil,
            mark: UInt32? = nil
        ) -> FirstPacket? {
            guard let other = other(family) else { return nil }
            return self.packet(
                origin ?? anyOrigin,
                destination ?? other.0,
                client ?? other.1,
                port ?? anyPort,
                interface ?? anyInterface,
                mark ?? anyMark
            )
        }
        return PacketGrid(
            origins: origins.distinct(.user, in: matches, { packet(origin: $0) }) { origin in
                if case .inbound = origin { "inbound" } else { "outbound" }
            },
            destinations: destinations.distinct(
                .destinationAddress,
                in: matches,
                { packet($0.family, destination: $0) },
                destination
            ),
            clients: clients.distinct(
                .sourceAddress,
                in: matches + masqueraded,
                { packet($0.family, client: $0) },
                \.family
            ),
            ports: ports.distinct(.destinationPort, in: matches, { packet(port: $0) }, port),
            interfaces: interfaces.distinct(.interface, in: matches, { packet(interface: $0) }) {
                _ in 0
            },
            marks: marks.distinct(.mark, in: matches, { packet(mark: $0) }) { _ in 0 }
        )
    }
}

/// What matches answer for a value, and what else tells it from others.
private struct Answers<Other: Hashable>: Hashable {
    let matches: [Bool]
    let other: Other
}

extension Array {
    /// The first of several elements for which all matches give the same answer to a key.
    fileprivate func distinct<Other: Hashable>(
        _ key: Match.Key,
        in matches: [Match],
        _ packet: (Element) -> FirstPacket?,
        _ other: (Element) -> Other
    ) -> [Element] {
        let questions = Set(matches.map { $0.asking(key) })
        var seen: Set<Answers<Other>> = []
        return filter { element in
            guard let packet = packet(element) else { return false }
            let answers = questions.map { $0.mismatchedKey(of: packet) == nil }
            return seen.insert(Answers(matches: answers, other: other(element))).inserted
        }
    }
}

extension Match {
    /// What it asks for with one key.
    fileprivate func asking(_ key: Key) -> Match {
        switch key {
        case .family: Match(family: family)
        case .transport: Match(protocols: protocols)
        case .sourceAddress:
            Match(source: Endpoint(addresses: source.addresses, isLocal: source.isLocal))
        case .sourcePort: Match(source: Endpoint(ports: source.ports))
        case .destinationAddress:
            Match(
                destination: Endpoint(
                    addresses: destination.addresses,
                    isLocal: destination.isLocal
                )
            )
        case .destinationPort: Match(destination: Endpoint(ports: destination.ports))
        case .interface: Match(interfaces: interfaces)
        case .user: Match(users: users)
        case .group: Match(groups: groups)
        case .cgroup: Match(cgroups: cgroups)
        case .mark: Match(mark: mark)
        case .dscp: Match(dscp: dscp)
        }
    }
}
