import Addressing
import PolicyModel

/// One forward of the port proxy of Windows.
struct PortProxy {
    /// Where it listens.
    struct Place: Hashable {
        let family: IPFamily
        /// `*` for all addresses.
        let address: String
        let port: Port
    }

    let place: Place
    let written: WrittenRule

    /// Its number among all forwards.
    var number = 0

    private let targetFamily: IPFamily
    private let target: String
    private let targetPort: Port

    /// Reads a forward.
    init(
        _ families: (listen: IPFamily, connect: IPFamily),
        listen: (address: String, port: String),
        connect: (address: String, port: String),
        _ written: WrittenRule
    ) throws(ImportRefused) {
        guard let port = listen.port.decimal(as: UInt16.self).flatMap({ Port($0) }),
            let targetPort = connect.port.decimal(as: UInt16.self).flatMap({ Port($0) })
        else { throw ImportRefused("a port is a number from 1 to 65535", line: written.line) }
        place = Place(
            family: families.listen,
            address: ["", "0.0.0.0", "::"].contains(listen.address) ? "*" : listen.address,
            port: port
        )
        targetFamily = families.connect
        target = connect.address
        self.targetPort = targetPort
        self.written = written
    }

    /// Whether it listens at all addresses.
    var isForAll: Bool { place.address == "*" }

    /// What it becomes.
    var entries: [ImportedPolicy.Entry] {
        do throws(Unsayable) {
            return [.redirect(try draft)]
        } catch {
            return [.comment(["left out, \(written.quotation)", "  \(error.reason)"])]
        }
    }

    private var draft: RedirectDraft {
        get throws(Unsayable) {
            let family = place.family
            guard family == targetFamily else {
                throw Unsayable(reason: "NAT can't lead from one family to the other; use a proxy")
            }
            let goal = try goal
            var match = Match(family: family, protocols: [.tcp])
            match.destination.ports = PortSet(place.port...place.port)
            var directions: Set<Direction> = [.inbound, .outbound]
            var isOnLoopback = false
            if isForAll {
                match.destination.isLocal = true
            } else {
                guard let address = IPAddress(place.address), address.family == family else {
                    throw Unsayable(
                        reason: "a policy matches addresses, and \(place.address.inComment) is none"
                    )
                }
                match.destination.addresses = AddressSet(AddressRange(address))
                isOnLoopback = address.isLoopback
                if isOnLoopback { directions = [.outbound] }
            }
            var draft = RedirectDraft(
                directions: directions,
                match: match,
                exceptions: [],
                decision: .bypass,
                rules: [number]
            )
            guard let goal else {
                draft.decision = .target(.local(port: .one(targetPort)))
                if !isOnLoopback {
                    draft.notes = [
                        "the server must listen on more than \(IPAddress.loopback(of: family)): "
                            + "connections from outside reach it at the address that they came to"
                    ]
                }
                return draft
            }
            guard !isOnLoopback else {
                throw Unsayable(
                    reason: "what is sent to the loopback can't leave the machine by NAT"
                )
            }
            draft.decision = .target(.address(goal, port: .one(targetPort)))
            draft.masquerade = Masquerade()
            if isForAll {
                let loopback = AddressSet(AddressRange.loopback(of: family))
                draft.exceptions = [Match(destination: .init(addresses: loopback))]
                draft.notes = [
                    "not from the loopback, which the port proxy also served: NAT can't lead out of it"
                ]
            }
            return draft
        }
    }

    /// The target's address; `nil` for this machine.
    private var goal: IPAddress? {
        get throws(Unsayable) {
            if target.isEmpty || target.lowercased() == "localhost" || target == place.address {
                return nil
            }
            guard let address = IPAddress(target) else {
                throw Unsayable(
                    reason: "a target is an address, and \(target.inComment) is a name"
                )
            }
            guard address.family == targetFamily else {
                throw Unsayable(reason: "\(address) is not of the family that it is for")
            }
            return address.isLoopback ? nil : address
        }
    }
}
