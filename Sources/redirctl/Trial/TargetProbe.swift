import Addressing
import Doctor
import GenerationModel
import Generations
import Glibc
import HostState
import PolicyModel
import PolicyYAML
import TrustedFiles

/// A probe of the targets on this machine: whether somebody accepts connections there.
struct TargetProbe {
    private static let mostTargets = 1000
    private static let mostNamed = 10
    private static let patience: Int32 = 2000
    private static let atOnce = 200

    let targets: LocalTargets
    let watch: TrialWatch

    /// What came of the probe of one target.
    private enum Outcome: Hashable {
        case accepts
        /// UDP has no connections, but somebody has a socket open there.
        case isOpen
        /// Nobody is there, with what is said of it after the target's name.
        case fails(String)
        /// It can't be told, for a reason that has nothing to do with the target.
        case unknown(String)
    }

    /// Connects to every target, and ends the trial if one of them accepts no connection.
    func run() throws -> ExitStatus {
        guard !targets.single.isEmpty else {
            watch.console.note(
                targets.others == 0
                    ? "no target is on this machine, so there is nothing to probe"
                    : "no target on this machine can be probed: \(Self.others(targets.others))"
            )
            return .done
        }
        let probed = Array(targets.single.prefix(Self.mostTargets))
        let outcomes = outcomes(of: probed)
        let failed = warn(of: probed, outcomes) { outcome in
            if case .fails(let words) = outcome { words } else { nil }
        }
        let unknown = warn(of: probed, outcomes) { outcome in
            if case .unknown(let reason) = outcome { "could not be probed: \(reason)" } else { nil }
        }
        guard failed == 0 else {
            return try watch.cancel(
                because: "\(failed) of \(probed.count) targets on this machine failed the probe"
            )
        }
        watch.console.note(
            "\(summary(of: outcomes, unknown)); the trial goes on until it is confirmed"
        )
        return .done
    }

    private func summary(of outcomes: [Outcome], _ unknown: Int) -> String {
        let all = targets.single.count + targets.others
        let (accepting, open) = (
            outcomes.count { $0 == .accepts }, outcomes.count { $0 == .isOpen }
        )
        let left = [
            (open, "\(open) of udp, where a socket is open"),
            (targets.others, Self.others(targets.others)),
            (unknown, "\(unknown) for the reasons above"),
            (targets.single.count - outcomes.count, "all after the first \(outcomes.count)"),
        ].filter { $0.0 > 0 }.map(\.1)
        let counted = accepting == all ? "all \(all)" : "\(accepting) of \(all)"
        return "\(counted) targets on this machine accept connections"
            + (left.isEmpty ? "" : "; not tried: \(left.joined(separator: "; "))")
    }

    private static func others(_ count: Int) -> String {
        "\(count) with several ports, or of a protocol besides tcp and udp"
    }

    /// Warns of the targets of which a closure has something to say; returns how many there are.
    private func warn(
        of targets: [LocalTarget],
        _ outcomes: [Outcome],
        _ words: (Outcome) -> String?
    ) -> Int {
        let found = zip(targets, outcomes).compactMap { target, outcome in
            words(outcome).map { "`\(target.redirect)`: \(target.words) \($0)" }
        }
        for text in found.prefix(Self.mostNamed) { watch.console.warn(text) }
        return found.count
    }

    /// What is found at each target; one address where connections are accepted is enough.
    private func outcomes(of targets: [LocalTarget]) -> [Outcome] {
        let listeners = LiveHost().listeners
        var found: [Set<Outcome>] = targets.map { target in
            target.transport == .udp ? [Self.outcome(of: target, among: listeners)] : []
        }
        let places = targets.enumerated().filter { $0.element.transport == .tcp }
            .flatMap { index, target in
                target.addresses.map { (index: index, place: (address: $0, port: target.port)) }
            }
        for start in stride(from: 0, to: places.count, by: Self.atOnce) {
            let part = places[start..<min(start + Self.atOnce, places.count)]
            let answers = ConnectionAttempts.answers(
                of: part.map(\.place),
                within: Self.patience
            )
            for (entry, answer) in zip(part, answers) {
                found[entry.index].insert(Self.outcome(of: answer))
            }
        }
        return found.map { outcomes in
            let isUnknown = { (outcome: Outcome) in
                if case .unknown = outcome { true } else { false }
            }
            return outcomes.contains(.accepts)
                ? .accepts
                : outcomes.first(where: isUnknown) ?? outcomes.first ?? .unknown("no address")
        }
    }

    /// UDP has no connections, so its sockets are looked for.
    private static func outcome(of target: LocalTarget, among listeners: Listeners) -> Outcome {
        guard listeners.known.contains(.udp) else {
            return .unknown("the kernel does not list the sockets")
        }
        let isOpen = listeners.on(target.port, .udp).contains { listener in
            target.addresses.contains { listener.receives($0, on: nil) }
        }
        return isOpen ? .isOpen : .fails("has no open socket")
    }

    private static func outcome(of answer: ConnectionAttempts.Answer) -> Outcome {
        switch answer {
        case .accepted: .accepts
        case .failed(ECONNREFUSED): .fails("refuses connections")
        case .failed(let error) where [EHOSTUNREACH, ENETUNREACH, ECONNRESET].contains(error):
            .fails("accepts no connections: \(errorText(error))")
        case .silence, .failed(ETIMEDOUT): .fails("did not answer within \(patience / 1000) s")
        case .failed(let error): .unknown(errorText(error))
        }
    }
}

extension ManagedTable {
    /// The policy of a generation, for a probe of its targets.
    func probedPolicy(of generation: Generation) throws -> Policy {
        let sources = try store.sources(of: generation.manifest)
        guard let loaded = generation.policy(from: sources) else {
            throw Failure(
                "the policy of generation \(generation.manifest.number) can't be read any more, so its "
                    + "targets are not known; give `--probe` a command"
            )
        }
        return loaded.policy
    }
}
