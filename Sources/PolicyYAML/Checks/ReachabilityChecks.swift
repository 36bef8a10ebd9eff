import Addressing
import Diagnostics
import PolicyModel

/// Checks that connections can be sent to a target.
struct ReachabilityChecks {
    let context: DecodingContext

    /// Reports addresses to which no connection can be made, and those to which none from outside
    /// can.
    func check(_ targets: [TargetParts], _ directions: [Direction]) {
        for target in targets {
            guard case .given(let address, let span) = target.address else { continue }
            guard case .one(let address) = address else {
                check(prefix: address.range, at: span)
                continue
            }
            if let reason = address.reasonAgainstEnd {
                context.bag.error(
                    .unreachableTarget,
                    "no connection can be sent to `\(address)`",
                    at: span,
                    reason,
                    help: "name the address of one machine, or `local` for this one"
                )
            } else if address.isLoopback, directions.contains(.inbound) {
                reportLoopback(address, target, at: span)
            }
        }
    }

    /// Reports a prefix with addresses to which no connection can be sent, or that are this machine's.
    private func check(prefix: AddressRange, at span: SourceSpan) {
        let ends = [prefix.bits.lowerBound, prefix.bits.upperBound].compactMap {
            IPAddress(family: prefix.family, bits: $0)
        }
        let loopback = AddressRange.loopback(of: prefix.family)
        let help: String
        let found: (place: String, reason: String)
        if let end = ends.first(where: { $0.reasonAgainstEnd != nil }) {
            found = ("\(end)", end.reasonAgainstEnd ?? "")
            help = "name a prefix of addresses that machines can have"
        } else if prefix.bits.overlaps(loopback.bits) {
            found = ("\(loopback)", "each machine has these addresses for itself")
            help = "name a prefix of other machines, or `local` for this one"
        } else {
            return
        }
        context.bag.error(
            .unreachableTarget,
            "no connection can be sent to `\(found.place)`, which is a part of `\(prefix)`",
            at: span,
            found.reason,
            help: help
        )
    }

    private func reportLoopback(
        _ address: IPAddress,
        _ target: TargetParts,
        at span: SourceSpan
    ) {
        let port = target.ports.value.map { PortSet.text(of: $0) }
        let local =
            target.isText ? port.map { "local:\($0)" } ?? "local" : "local: \(port ?? "true")"
        let help = "for this machine write `\(local)` instead"
        switch address.family {
        case .ipv6:
            context.bag.error(
                .unreachableTarget,
                "the kernel does not route connections from outside to `\(address)`",
                at: span,
                "inbound connections would be lost here",
                help: help
            )
        case .ipv4:
            context.bag.warning(
                .unreachableTarget,
                "the kernel drops connections from outside to `\(address)`, unless told otherwise",
                at: span,
                "inbound connections need the sysctl `route_localnet` here",
                help: help + "; the server must then listen on more than 127.0.0.1"
            )
        }
    }

    /// Warns of connections of this machine to itself that are sent to another one.
    ///
    /// Their source is a loopback address, and the kernel routes no such packet to another interface
    /// (ip-sysctl, `route_localnet`; for IPv6, RFC 4291, 2.5.3).
    func checkLoopback(_ redirect: RedirectParts) {
        guard redirect.directions.value?.contains(.outbound) == true,
            case .given(let destination, let span)? = redirect.match?.destination.addresses,
            let targets = redirect.decision.value?.targets
        else { return }
        for target in targets {
            guard let address = target.address.value, !address.isLoopback else { continue }
            let loopback = AddressRange.loopback(of: address.family)
            let named = destination.set?.restricted(to: address.family)
            guard destination.isLocal || named?.isDisjoint(with: AddressSet(loopback)) == false
            else { continue }
            let isExcepted = redirect.exceptions.contains { exception in
                let ranges = exception.destination.addresses.value?.set?.ranges ?? []
                return ranges.contains { $0.contains(loopback) }
            }
            guard !isExcepted else { return }
            context.bag.warning(
                .loopbackLost,
                "connections of this machine to `\(loopback)` would be lost on their way to "
                    + "`\(address)`",
                at: span,
                "this includes `\(loopback)`",
                help: "leave them out with `except: [{destination: {address: \"\(loopback)\"}}]`"
            )
            return
        }
    }
}

extension IPAddress {
    /// The reason why no connection can have the address at either end, or `nil`.
    var reasonAgainstEnd: String? {
        let isMulticast =
            switch family {
            case .ipv4: bits >> 28 == 0xE
            case .ipv6: bits >> 120 == 0xFF
            }
        if isMulticast { return "it is a multicast address" }
        if bits == 0 { return "it stands for no address" }
        if family == .ipv6, bits >> 118 == 0x3FA {
            return "it is a link-local address, which says nothing without an interface"
        }
        return family == .ipv4 && bits == UInt128(UInt32.max) ? "it is the broadcast address" : nil
    }
}
