import Addressing
import PolicyModel
import TestSupport

/// Small policies, and what an operator makes of them.
enum PolicyPairs {
    /// What was done to a policy.
    enum Edit: UInt64, CaseIterable {
        case newDecision, newMatch, newMasquerade, removal, addition, swap, toggle, noExceptions
        case reversal, replacement, severalEdits
        // These change no connection.
        case renaming, split, copy, equalDecision

        /// Whether the policy was only written differently.
        var isRewrite: Bool {
            switch self {
            case .renaming, .split, .copy, .equalDecision: true
            case .newDecision, .newMatch, .newMasquerade, .removal, .addition, .swap, .toggle,
                .noExceptions, .reversal, .replacement, .severalEdits:
                false
            }
        }
    }

    /// All packets that any two policies can tell apart.
    ///
    /// They are those of ``SmallPolicies``, those to addresses that targets name, and some to an
    /// address of IPv6 that nothing names.
    static let grid: PacketGrid = {
        let small = SmallPolicies.grid
        let more = ["127.0.0.1", "::1", "::8"].compactMap { IPAddress($0) }
        return PacketGrid(
            origins: small.origins,
            destinations: small.destinations
                + [false, true].flatMap { isLocal in
                    more.map { .init(family: $0.family, bits: $0.bits, isToThisMachine: isLocal) }
                },
            clients: small.clients,
            ports: small.ports,
            interfaces: small.interfaces,
            marks: small.marks
        )
    }()

    /// The policies of a seed, before and after an edit.
    static func pair(seed: UInt64) -> (old: Policy, new: Policy, edit: Edit) {
        var random = SeededGenerator(seed: seed)
        let old = policy(seed: seed, &random)
        let edit = Edit.allCases[Int(seed % UInt64(Edit.allCases.count))]
        return (old, edited(old, edit, seed, &random), edit)
    }

    private static func policy(seed: UInt64, _ random: inout SeededGenerator) -> Policy {
        var policy = SmallPolicies.policy(seed: seed)
        // Few redirects are tried fast; more of them overlap in more ways.
        if seed % 8 != 0 { policy.redirects = Array(policy.redirects.prefix(4)) }
        for index in policy.redirects.indices { decide(&policy.redirects[index], &random) }
        return policy
    }

    private static func edited(
        _ old: Policy,
        _ edit: Edit,
        _ seed: UInt64,
        _ random: inout SeededGenerator
    ) -> Policy {
        var new = old
        let index = Int.random(in: new.redirects.indices, using: &random)
        switch edit {
        case .newDecision: decide(&new.redirects[index], &random)
        case .newMatch:
            let other = policy(seed: seed + 1_000_000, &random).redirects[0]
            guard new.redirects[index].shift == nil,
                new.redirects[index].decision.targets.allSatisfy({ $0.move == nil })
            else { break }
            new.redirects[index].directions = other.directions
            new.redirects[index].match = other.match
        case .newMasquerade: new.redirects[index].masquerade = masquerade(&random)
        case .removal: new.redirects.remove(at: index)
        case .addition:
            var other = policy(seed: seed + 1_000_000, &random).redirects[0]
            other.name = "added"
            new.redirects.insert(other, at: index)
        case .swap: new.redirects.swapAt(index, (index + 1) % new.redirects.count)
        case .toggle: new.redirects[index].isEnabled.toggle()
        case .noExceptions: new.redirects[index].exceptions = []
        case .reversal: new.redirects.reverse()
        case .replacement: new = policy(seed: seed + 1_000_000, &random)
        case .severalEdits:
            for edit in [Edit.newDecision, .renaming, .swap, .newMatch] {
                new = edited(new, edit, seed, &random)
            }
        case .renaming: new.redirects[index].name = "renamed"
        case .split: split(&new, index)
        case .copy:
            var copy = new.redirects[index]
            copy.name = "copy"
            new.redirects.append(copy)
        case .equalDecision: rewrite(&new.redirects[index])
        }
        return new
    }

    /// Splits a redirect in two, one for each half of its ports.
    private static func split(_ policy: inout Policy, _ index: Int) {
        guard policy.redirects[index].shift == nil, let low = Port(80), let next = Port(81),
            let first = Port(1), let last = Port(65535)
        else { return }
        let ports = policy.redirects[index].match.destination.ports
        var halves: [Redirect] = []
        for (number, half) in [first...low, next...last].enumerated() {
            var redirect = policy.redirects[index]
            redirect.name += "-\(number)"
            let ranges = (ports ?? PortSet(first...last)).ranges
                .compactMap { $0.overlaps(half) ? $0.clamped(to: half) : nil }
            guard !ranges.isEmpty else { continue }
            redirect.match.destination.ports = PortSet(ranges)
            halves.append(redirect)
        }
        policy.redirects.replaceSubrange(index...index, with: halves)
    }

    /// Writes the same decision in another way.
    private static func rewrite(_ redirect: inout Redirect) {
        switch redirect.decision {
        case .bypass: break
        case .target(let target):
            if case .one(let port)? = target.port,
                redirect.match.destination.ports == PortSet(port...port)
            {
                switch target {
                case .port: redirect.decision = .bypass
                case .address(let address, _):
                    redirect.decision = .target(.address(address, port: nil))
                case .local: redirect.decision = .target(.local(port: nil))
                // It has no port.
                case .prefix: break
                }
            } else if target.move != nil {
                return
            } else if target.port.map({ if case .one = $0 { true } else { false } }) ?? true {
                let shares = [Balance.Share(target: target, weight: 7)]
                redirect.decision = .balance(Balance(method: .sourceHash, shares: shares))
            }
        case .balance(var balance):
            guard balance.method != .sourceHash else { break }
            balance.method = balance.method == .random ? .roundRobin : .random
            balance.shares = balance.shares.reversed().map {
                Balance.Share(target: $0.target, weight: $0.weight * 3)
            }
            redirect.decision = .balance(balance)
        }
    }
}

// MARK: - Decisions

extension PolicyPairs {
    private static let names = ["10.0.0.0", "10.0.0.1", "192.168.0.1", "127.0.0.1", "::7"]

    private static func decide(_ redirect: inout Redirect, _ random: inout SeededGenerator) {
        redirect.masquerade = random.once(in: 4) ? masquerade(&random) : nil
        if random.once(in: 5) {
            redirect.decision = .bypass
        } else if random.once(in: 4) {
            let shares = (0...Int.random(in: 0...2, using: &random)).map { _ in
                Balance.Share(
                    target: target(&random),
                    weight: UInt32.random(in: 1...2, using: &random)
                )
            }
            let methods = Balance.Method.allCases
            let method = methods[Int.random(in: methods.indices, using: &random)]
            redirect.decision = .balance(Balance(method: method, shares: shares))
        } else if random.once(in: 3), let ports = redirect.match.destination.ports?.onlyRange,
            ports.size > 1, let shift = shift(ports, by: Int.random(in: -1...1, using: &random))
        {
            redirect.decision = .target(
                random.once(in: 2)
                    ? .port(.shift(shift)) : .local(port: .shift(shift))
            )
        } else if random.once(in: 2), let move = move(redirect.match.destination, &random) {
            redirect.decision = .target(.prefix(move))
        } else {
            redirect.decision = .target(target(&random))
        }
    }

    /// From the only prefix of a match to itself, into a part of the addresses that targets name, or
    /// elsewhere.
    private static func move(
        _ destination: Match.Endpoint,
        _ random: inout SeededGenerator
    ) -> PrefixMove? {
        guard !destination.isLocal, let origin = destination.addresses?.ranges.first,
            destination.addresses?.rangeCount == 1
        else { return nil }
        let rest = origin.bits.upperBound - origin.bits.lowerBound
        let bases: [UInt128] = [0x0A00_0000, 0xC0A8_0000, 0x0A00_0100]
        let base = bases[Int.random(in: bases.indices, using: &random)] & ~rest
        return AddressRange(family: .ipv4, bits: base...base + rest).flatMap {
            PrefixMove(origin, to: $0)
        }
    }

    private static func shift(_ ports: ClosedRange<Port>, by offset: Int) -> PortShift? {
        guard let first = Port(UInt16(Int(ports.lowerBound.number) + offset)),
            let last = Port(UInt16(Int(ports.upperBound.number) + offset))
        else { return nil }
        return PortShift(ports, to: first...last)
    }

    private static func target(_ random: inout SeededGenerator) -> Target {
        let ports: [UInt16] = [80, 81, 8080]
        let port = Port(ports[Int.random(in: ports.indices, using: &random)])
            .map { NewPort.one($0) }
        let isPortKept = random.once(in: 3)
        switch Int.random(in: 0...3, using: &random) {
        case 0: return .local(port: isPortKept ? nil : port)
        case 1: return port.map { .port($0) } ?? .local(port: nil)
        default:
            let name = names[Int.random(in: names.indices, using: &random)]
            return IPAddress(name).map { .address($0, port: isPortKept ? nil : port) }
                ?? .local(port: nil)
        }
    }

    private static func masquerade(_ random: inout SeededGenerator) -> Masquerade {
        var masquerade = Masquerade()
        if random.once(in: 2), let client = IPAddress("192.0.2.1") {
            masquerade.clients = AddressSet(AddressRange(client))
        }
        if random.once(in: 3), let address = IPAddress("10.9.9.9") {
            masquerade.source = Masquerade.Source([.ipv4: address])
        }
        return masquerade
    }
}
