import Addressing
import Diagnostics
import PolicyModel

/// Whether the parts of a redirect make sense together.
///
/// A part that was rejected is not used: what follows from a mistake is not reported beside it.
extension PolicyDecoder {
    /// Reports what contradicts itself or can never work.
    mutating func checkMeaning(
        directions: Field<[Direction]>,
        match: MatchParts?,
        exceptions: [MatchParts],
        target: TargetParts?
    ) {
        for parts in [match].compactMap({ $0 }) + exceptions {
            checkDirection(directions, parts)
        }
        if let match {
            checkProtocol(match, target)
            checkExceptions(exceptions, of: match, families: checkFamilies(match, target))
        }
        if let target { checkReachable(target, directions.value ?? []) }
    }

    private mutating func checkDirection(_ directions: Field<[Direction]>, _ match: MatchParts) {
        guard case .given(let values, let place) = directions, values.contains(.inbound) else {
            return
        }
        let isMixed = values.contains(.outbound)
        for (key, written) in match.accountKeys {
            bag.report(.userOnInbound(key, at: written, direction: place, isMixed: isMixed))
        }
    }

    private mutating func checkProtocol(_ match: MatchParts, _ target: TargetParts?) {
        guard let any = match.protocols.anyProtocol,
            let port = match.port ?? target?.port
        else { return }
        bag.report(.protocolRequired(port, any: any.place, hasMatch: match.place != nil))
    }

    private mutating func checkFamilies(
        _ match: MatchParts,
        _ target: TargetParts?
    ) -> FamilyNarrowing {
        var narrowing = FamilyNarrowing()
        let conflict = narrowing.narrow(to: match) ?? narrowing.narrow(to: target)
        if let conflict { bag.report(conflict) }
        return narrowing
    }

    private mutating func checkReachable(_ target: TargetParts, _ directions: [Direction]) {
        guard case .address(let address, _) = target.target, let place = target.address else {
            return
        }
        if let reason = address.reasonAgainstTarget {
            bag.report(.impossibleTarget(address, reason, at: place))
        } else if address.isLoopback, directions.contains(.inbound) {
            bag.report(.loopbackTarget(address, port: target.target.port, at: place))
        }
    }
}

extension IPAddress {
    /// Why no connection can be made to the address, where that is so.
    fileprivate var reasonAgainstTarget: String? {
        let isMulticast =
            switch family {
            case .ipv4: bits >> 28 == 0xE
            case .ipv6: bits >> 120 == 0xFF
            }
        if isMulticast { return "it is a multicast address" }
        if bits == 0 { return "it stands for no address" }
        return family == .ipv4 && bits == UInt128(UInt32.max) ? "it is the broadcast address" : nil
    }

    fileprivate var isLoopback: Bool {
        switch family {
        case .ipv4: bits >> 24 == 127
        case .ipv6: bits == 1
        }
    }
}

extension Diagnostic {
    fileprivate static func userOnInbound(
        _ key: MatchKey,
        at place: SourceSpan,
        direction: SourceSpan,
        isMixed: Bool
    ) -> Diagnostic {
        Diagnostic(
            .userOnInbound,
            "a connection from outside has no `\(key.rawValue)`",
            at: Label(place, "only outbound connections belong to a process here"),
            related: [Label(direction, "this is about inbound connections")],
            help: isMixed
                ? "write a redirect for each direction, the inbound one without `\(key.rawValue)`"
                : "leave `\(key.rawValue)` out, or write `direction: outbound`"
        )
    }

    fileprivate static func protocolRequired(
        _ port: SourceSpan,
        any: SourceSpan?,
        hasMatch: Bool
    ) -> Diagnostic {
        let addition = hasMatch ? "`protocol: tcp` to `match`" : "`match: {protocol: tcp}`"
        return Diagnostic(
            .protocolRequired,
            "a port needs a `protocol`",
            at: Label(port, "only tcp, udp and sctp have ports"),
            related: any.map { [Label($0, "this includes protocols without ports")] } ?? [],
            help: any == nil
                ? "add \(addition); a protocol that is left out means any"
                : "write `protocol: tcp`, or a list: `[tcp, udp]`"
        )
    }

    fileprivate static func impossibleTarget(
        _ address: IPAddress,
        _ reason: String,
        at place: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .unreachableTarget,
            "no connection can be sent to `\(address)`",
            at: Label(place, reason),
            help: "name the address of one machine, or `local` for this one"
        )
    }

    fileprivate static func loopbackTarget(
        _ address: IPAddress,
        port: NewPort?,
        at place: SourceSpan
    ) -> Diagnostic {
        let port = port.map { "\($0.ports)" } ?? "true"
        let help = "for this machine write `to: {local: \(port)}`"
        switch address.family {
        case .ipv6:
            return Diagnostic(
                .unreachableTarget,
                "the kernel does not route connections from outside to `\(address)`",
                at: Label(place, "inbound connections would be lost here"),
                help: help
            )
        case .ipv4:
            return Diagnostic(
                .unreachableTarget,
                severity: .warning,
                "the kernel drops connections from outside to `\(address)`, unless told otherwise",
                at: Label(place, "inbound connections need the sysctl `route_localnet` here"),
                help: help + "; the server must then listen on more than 127.0.0.1"
            )
        }
    }
}
