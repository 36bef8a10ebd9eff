internal import Addressing
internal import Diagnostics
internal import HostState
internal import PolicyModel

/// Finds out whether the interfaces that a policy names exist and can be used.
struct InterfaceCheck<State: Host> {
    private let host: State

    init(_ host: State) { self.host = host }

    /// Examines the interfaces that a redirect names, and the loopback device if it depends on that.
    func examine(_ redirect: Redirect, _ findings: inout FindingList) {
        guard redirect.isEnabled, !host.interfaces.isEmpty else { return }
        for pattern in (redirect.match.interfaces ?? []).sorted() {
            examine(pattern, redirect, &findings)
        }
        examineLoopback(redirect, &findings)
    }

    private func examine(
        _ pattern: InterfacePattern,
        _ redirect: Redirect,
        _ findings: inout FindingList
    ) {
        let matching = host.interfaces.filter(pattern.matches)
        guard let first = matching.first else {
            findings.add(.missingInterface, .possible, of: redirect.name, about: "\(pattern)") {
                (
                    "there is no interface \(pattern); this redirect may match nothing until there is",
                    .init(advice: "`ip link` lists the interfaces")
                )
            }
            return
        }
        guard !matching.contains(where: { $0.isUp && $0.bridge == nil }) else { return }
        if let bridge = first.bridge {
            findings.add(.bridgePort, .certain, of: redirect.name, about: "\(pattern)") {
                let name = host.name(of: bridge)
                return (
                    "\(first.name) is a port of the bridge \(name), so connections arrive on \(name) and "
                        + "leave by it",
                    .init(advice: "name `interface: \(name)` in the redirect")
                )
            }
        } else {
            findings.add(.interfaceDown, .certain, of: redirect.name, about: "\(pattern)") {
                (
                    "\(first.name) is down, so no connection arrives on it or leaves by it",
                    .init(command: "ip link set \(first.name.quotedForShell) up")
                )
            }
        }
    }

    /// Connections to the machine itself go over its loopback device.
    private func examineLoopback(_ redirect: Redirect, _ findings: inout FindingList) {
        guard redirect.directions.contains(.outbound),
            let loopback = host.interfaces.first(where: \.isLoopback), !loopback.isUp,
            redirect.decision.targets.contains(where: { target in
                target.isLocal || target.addresses?.firstHost?.isLoopback == true
            })
        else { return }
        findings.add(.interfaceDown, .certain, of: redirect.name, about: loopback.name) {
            (
                "\(loopback.name) is down, so connections of this machine to itself are lost",
                .init(command: "ip link set \(loopback.name) up")
            )
        }
    }
}

extension InterfacePattern {
    /// Whether an interface has a name that it stands for.
    func matches(_ interface: NetworkInterface) -> Bool {
        isPrefix ? interface.name.hasPrefix(name) : interface.name == name
    }
}
